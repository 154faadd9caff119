// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IMinter} from "interfaces/IMinter.sol";
import {ContractIds} from "contracts/shared/ContractIds.sol";
import {MillionthMath} from "contracts/shared/MillionthMath.sol";
import {PreciseMath} from "contracts/shared/PreciseMath.sol";
import {ActiveSetModule} from "./ActiveSetModule.sol";

/// @title Rewards and fees of an orchestrator, shared with its delegators and the treasury
/// @dev What an orchestrator earns for itself (its commission, and the part that falls to its own unclaimed rewards) is
///      kept in its cumulativeRewards and cumulativeFees; the rest raises the cumulative factors.
abstract contract RewardModule is ActiveSetModule {
    using SafeCast for uint256;

    /// @dev Mints the round's reward of `account` and shares it.
    function _reward(address account, Hint memory hint) internal {
        uint32 round = _openRound();
        Transcoder storage t = _transcoders[account];
        require(_isActive(t, round), TranscoderNotActive(account, round));
        require(t.lastRewardRound != round, RewardAlreadyCalled(account, round));

        EarningsPool storage pool = t.earningsPools[round];
        _openEarnings(t, pool, round);
        uint256 rewards = _mintRewards(account, pool.totalStake);
        _shareRewards(account, t, pool, rewards);
        _increaseStake(account, rewards, round, hint);
        t.lastRewardRound = round;

        emit Reward(account, rewards);
        _checkpoint(_votes(), account, round);
    }

    /// @dev As {_reward}, for an orchestrator that has named the caller.
    function _rewardFor(address account, Hint memory hint) internal {
        require(transcoderToRewardCaller[account] == msg.sender, CallerNotRewardCaller(msg.sender, account));
        _reward(account, hint);
    }

    /// @dev Credits fees that the Minter holds already to `account` and its delegators. They count in the current
    ///      round, whenever they were earned (LIP-36).
    function _addFees(address account, uint128 fees) internal {
        uint32 round = _currentRound();
        Transcoder storage t = _transcoders[account];
        require(_isActive(t, round), TranscoderNotActive(account, round));

        EarningsPool storage pool = t.earningsPools[round];
        bool rewarded = t.lastRewardRound == round;
        if (!rewarded) _openEarnings(t, pool, round);
        (uint256 rewardFactor, uint256 feeFactor) = _factorsAt(t, round - 1);
        if (rewarded && rewardFactor == 0) rewardFactor = _factorBeforeReward(pool);

        uint256 stake = pool.totalStake;
        uint256 delegatorsFees = MillionthMath.portion(fees, pool.feeShare);
        // Until reward is called, what will be the round's activeCumulativeRewards is still cumulativeRewards.
        uint256 ownStake = rewarded ? t.activeCumulativeRewards : t.cumulativeRewards;
        _checkOwnStake(account, ownStake, stake);
        uint256 ownFees = fees - delegatorsFees + PreciseMath.portion(delegatorsFees, ownStake, stake);
        t.cumulativeFees = (t.cumulativeFees + ownFees).toUint128();

        if (pool.cumulativeFeeFactor != 0) feeFactor = pool.cumulativeFeeFactor;
        pool.cumulativeFeeFactor = feeFactor + PreciseMath.portion(_orOne(rewardFactor), delegatorsFees, stake);
        t.lastFeeRound = round;
    }

    /// @dev Fixes what an orchestrator's round counts with: its rates and its stake.
    function _openEarnings(Transcoder storage t, EarningsPool storage pool, uint32 round) private {
        (pool.rewardCut, pool.feeShare) = (t.rewardCut, t.feeShare);
        uint32 updateRound = t.lastActiveStakeUpdateRound;
        if (updateRound < round) pool.totalStake = t.earningsPools[updateRound].totalStake;
    }

    /// @dev Mints the reward for `stake` and pays the treasury (LIP-92).
    /// @return rewards What is left for the orchestrator and its delegators.
    function _mintRewards(address account, uint256 stake) private returns (uint256 rewards) {
        IMinter minter = _minter();
        address treasury = _lookUp(ContractIds.TREASURY);
        _endTreasuryCutAtCeiling(treasury);

        rewards = minter.createReward(stake, _currentRoundTotalActiveStake);
        uint256 cut = PreciseMath.portion(rewards, _treasuryRewardCutRate);
        if (cut > 0) {
            rewards -= cut;
            minter.trustedTransferTokens(treasury, cut);
            emit TreasuryReward(account, treasury, cut);
        }
    }

    /// @dev A treasury that holds enough receives nothing from the next round on. Seen before the mint, so it can come
    ///      to hold a round's part more.
    function _endTreasuryCutAtCeiling(address treasury) private {
        uint256 ceiling = treasuryBalanceCeiling;
        if (ceiling == 0 || _nextRoundTreasuryRewardCutRate == 0) return;
        if (IERC20(_lookUp(ContractIds.LIVEPEER_TOKEN)).balanceOf(treasury) >= ceiling) _setNextTreasuryCutRate(0);
    }

    function _setNextTreasuryCutRate(uint96 cutRate) internal {
        _nextRoundTreasuryRewardCutRate = cutRate;

        emit ParameterUpdate("nextRoundTreasuryRewardCutRate");
    }

    function _shareRewards(address account, Transcoder storage t, EarningsPool storage pool, uint256 rewards) private {
        uint256 stake = pool.totalStake;
        uint256 ownStake = t.cumulativeRewards;
        _checkOwnStake(account, ownStake, stake);

        uint256 delegatorsRewards = rewards - MillionthMath.portion(rewards, pool.rewardCut);
        uint256 ownRewards = rewards - delegatorsRewards + PreciseMath.portion(delegatorsRewards, ownStake, stake);
        t.activeCumulativeRewards = uint128(ownStake);
        t.cumulativeRewards = (ownStake + ownRewards).toUint128();

        uint256 factor = _orOne(t.earningsPools[t.lastRewardRound].cumulativeRewardFactor);
        pool.cumulativeRewardFactor = factor + PreciseMath.portion(factor, delegatorsRewards, stake);
    }

    /// @dev The reward factor before this round's reward, for an orchestrator that missed the round before and nobody
    ///      claimed from then: this round's factor, less the growth that its reward has brought. The reward is what the
    ///      round's mintable tokens give for the stake, since what was minted is not kept.
    function _factorBeforeReward(EarningsPool storage pool) private view returns (uint256) {
        uint256 stake = pool.totalStake;
        uint256 mintable = _minter().currentMintableTokens();
        uint256 rewards = PreciseMath.portion(mintable, stake, _currentRoundTotalActiveStake);
        rewards -= PreciseMath.portion(rewards, _treasuryRewardCutRate);
        rewards -= MillionthMath.portion(rewards, pool.rewardCut);
        return PreciseMath.portion(pool.cumulativeRewardFactor, stake, stake + rewards);
    }

    /// @dev Own unclaimed rewards are part of the stake. Were they ever more, fees and rewards would be shared out more
    ///      than once, so better nobody is paid.
    function _checkOwnStake(address account, uint256 ownStake, uint256 stake) private pure {
        require(ownStake <= stake, CumulativeRewardsExceedStake(account, ownStake, stake));
    }
}
