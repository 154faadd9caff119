// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {PreciseMath} from "contracts/shared/PreciseMath.sol";
import {BondingStorage} from "./BondingStorage.sol";
import {EarningsRounds} from "./EarningsRounds.sol";

/// @title What an account has earned since it last claimed (LIP-36)
/// @dev An orchestrator's cumulative factors say what one unit of stake has grown to, and what fees it has earned, up
///      to a round. A delegator's earnings are the difference between the factors of two rounds, however many lie
///      between. Factors change in rounds in which reward was called or fees came in. A round that somebody claims in
///      names the last such rounds, so that the next claim can start from it.
abstract contract EarningsModule is BondingStorage {
    using EarningsRounds for EarningsRounds.Data;
    using SafeCast for uint256;

    /// @dev Brings an account up to `round`, the current one. Does nothing if that was done before in the round, so
    ///      what its orchestrator earns in the round afterwards is not the account's.
    function _claim(address account, uint256 round) internal {
        Delegator storage del = _delegators[account];
        uint256 lastClaimRound = del.lastClaimRound;
        if (lastClaimRound >= round) return;

        address delegate = del.delegate;
        (uint256 stake, uint256 fees) = (del.bondedAmount, del.fees);
        (uint256 newStake, uint256 newFees) = (stake, fees);
        if (delegate != address(0)) {
            (newStake, newFees) = _pendingStakeAndFees(account, round);
            Transcoder storage t = _transcoders[delegate];
            _recordFactors(t, round); // where the account's next claim starts from
            if (delegate == account) (t.cumulativeRewards, t.cumulativeFees) = (0, 0);
            (del.bondedAmount, del.fees) = (newStake.toUint128(), newFees.toUint128());
        }
        del.lastClaimRound = uint32(round);

        emit EarningsClaimed(delegate, account, newStake - stake, newFees - fees, lastClaimRound + 1, round);
    }

    /// @dev Stake and fees that an account would have after a claim in `round`, which must not lie in the past.
    function _pendingStakeAndFees(address account, uint256 round) internal view returns (uint256 stake, uint256 fees) {
        Delegator storage del = _delegators[account];
        address delegate = del.delegate;
        Transcoder storage t = _transcoders[delegate];
        (stake, fees) = (del.bondedAmount, del.fees);

        uint256 lastClaimRound = del.lastClaimRound;
        if (lastClaimRound < round) (stake, fees) = _grown(t, stake, fees, lastClaimRound);
        if (delegate == account) {
            stake += t.cumulativeRewards;
            fees += t.cumulativeFees;
        }
    }

    /// @dev Names the rounds whose factors hold in `round`, so that claims can start from it. To be done before stake
    ///      is bonded to an orchestrator too: from a round without factors it would earn what was earned before it
    ///      came.
    function _recordFactors(Transcoder storage t, uint256 round) internal {
        EarningsRounds.Round memory r = t.rounds.load(round);
        if (r.reward == 0) r.reward = t.lastRewardRound;
        if (r.feeRound == 0) r.feeRound = t.lastFeeRound;
        t.rounds.store(round, r);
    }

    /// @dev A unit of stake that has not grown yet is one.
    function _orOne(uint256 rewardFactor) internal pure returns (uint256) {
        return rewardFactor == 0 ? PreciseMath.ONE : rewardFactor;
    }

    /// @dev What stake and fees as of round `since` have become. Factors that did not change since are not read: they
    ///      would multiply by one and add nothing.
    function _grown(
        Transcoder storage t,
        uint256 stake,
        uint256 fees,
        uint256 since
    ) private view returns (uint256, uint256) {
        (uint256 rewardRound, uint256 feeRound) = (t.lastRewardRound, t.lastFeeRound);
        if (rewardRound <= since && feeRound <= since) return (stake, fees);

        uint256 startFactor = _orOne(t.rounds.rewardFactor(since));
        if (feeRound > since) {
            uint256 feeFactor = t.rounds.feeFactors[feeRound] - t.rounds.feeFactor(since);
            fees += PreciseMath.portion(stake, feeFactor, startFactor);
        }
        if (rewardRound > since) {
            stake = PreciseMath.portion(stake, t.rounds.rewardFactor(rewardRound), startFactor);
        }
        return (stake, fees);
    }
}
