// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {PreciseMath} from "contracts/shared/PreciseMath.sol";
import {BondingStorage} from "./BondingStorage.sol";

/// @title What an account has earned since it last claimed (LIP-36)
/// @dev An orchestrator's cumulative factors say what one unit of stake has grown to, and what fees it has earned, up
///      to a round. A delegator's earnings are the difference between the factors of two rounds, however many lie
///      between. The factors of a round exist once reward was called, fees came in or somebody claimed in it.
abstract contract EarningsModule is BondingStorage {
    using SafeCast for uint256;

    /// @dev Brings an account up to `round`, the current one. Does nothing if that was done before in the round, so
    ///      what its orchestrator earns in the round afterwards is not the account's.
    function _claim(address account, uint32 round) internal {
        Delegator storage del = _delegators[account];
        uint32 lastClaimRound = del.lastClaimRound;
        if (lastClaimRound >= round) return;

        address delegate = del.delegate;
        (uint256 stake, uint256 fees) = (del.bondedAmount, del.fees);
        (uint256 newStake, uint256 newFees) = (stake, fees);
        if (delegate != address(0)) {
            (newStake, newFees) = _pendingStakeAndFees(account, round);
            Transcoder storage t = _transcoders[delegate];
            _recordFactors(t, round); // where the account's next claim starts from
            if (delegate == account) (t.cumulativeRewards, t.cumulativeFees) = (0, 0);
        }
        (del.bondedAmount, del.fees) = (newStake.toUint128(), newFees.toUint128());
        del.lastClaimRound = round;

        emit EarningsClaimed(delegate, account, newStake - stake, newFees - fees, uint256(lastClaimRound) + 1, round);
    }

    /// @dev Stake and fees that an account would have after a claim in `round`, which must not lie in the past.
    function _pendingStakeAndFees(address account, uint32 round) internal view returns (uint256 stake, uint256 fees) {
        Delegator storage del = _delegators[account];
        address delegate = del.delegate;
        Transcoder storage t = _transcoders[delegate];
        (stake, fees) = (del.bondedAmount, del.fees);

        if (del.lastClaimRound < round) {
            EarningsPool storage start = t.earningsPools[del.lastClaimRound];
            (uint256 rewardFactor, uint256 feeFactor) = _factorsAt(t, round);
            uint256 startFactor = _orOne(start.cumulativeRewardFactor);
            fees += PreciseMath.portion(stake, feeFactor - start.cumulativeFeeFactor, startFactor);
            stake = PreciseMath.portion(stake, _orOne(rewardFactor), startFactor);
        }
        if (delegate == account) {
            stake += t.cumulativeRewards;
            fees += t.cumulativeFees;
        }
    }

    /// @dev Writes the factors of `round` down, so that claims can start from it. To be done before stake is bonded to
    ///      an orchestrator too: from a round without factors it would earn what was earned before it came.
    function _recordFactors(Transcoder storage t, uint32 round) internal {
        EarningsPool storage pool = t.earningsPools[round];
        (pool.cumulativeRewardFactor, pool.cumulativeFeeFactor) = _factorsAt(t, round);
    }

    /// @dev Factors of `round`, or where it has none, those of the last time that there were some before it. A reward
    ///      factor of zero means that there never were: see {_orOne}.
    function _factorsAt(
        Transcoder storage t,
        uint256 round
    ) internal view returns (uint256 rewardFactor, uint256 feeFactor) {
        EarningsPool storage pool = t.earningsPools[round];
        rewardFactor = pool.cumulativeRewardFactor;
        if (rewardFactor == 0 && t.lastRewardRound < round) {
            rewardFactor = t.earningsPools[t.lastRewardRound].cumulativeRewardFactor;
        }
        feeFactor = pool.cumulativeFeeFactor;
        if (feeFactor == 0 && t.lastFeeRound < round) {
            feeFactor = t.earningsPools[t.lastFeeRound].cumulativeFeeFactor;
        }
    }

    /// @dev A unit of stake that has not grown yet is one.
    function _orOne(uint256 rewardFactor) internal pure returns (uint256) {
        return rewardFactor == 0 ? PreciseMath.ONE : rewardFactor;
    }
}
