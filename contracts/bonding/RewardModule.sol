// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IBondingVotes} from "interfaces/IBondingVotes.sol";
import {ContractIds} from "contracts/shared/ContractIds.sol";
import {MillionthMath} from "contracts/shared/MillionthMath.sol";
import {PreciseMath} from "contracts/shared/PreciseMath.sol";
import {ActiveSetModule} from "./ActiveSetModule.sol";
import {EarningsRounds} from "./EarningsRounds.sol";

/// @title Rewards and fees of an orchestrator, shared with its delegators and the treasury
/// @dev What an orchestrator earns for itself (its commission, and the part that falls to its own unclaimed rewards) is
///      kept in its cumulativeRewards and cumulativeFees; the rest raises the cumulative factors.
abstract contract RewardModule is ActiveSetModule {
    using EarningsRounds for EarningsRounds.Data;
    using SafeCast for uint256;

    /// @dev Mints the round's reward of `account` and shares it.
    function _reward(address account, Hint memory hint) internal {
        (uint256 round, IBondingVotes votes) = _open();
        Transcoder storage t = _transcoders[account];
        require(_isActive(t, round), TranscoderNotActive(account, round));
        require(t.lastRewardRound != round, RewardAlreadyCalled(account, round));

        EarningsRounds.Round memory r = t.rounds.load(round);
        _openEarnings(t, r, round);
        uint256 rewards = _mintRewards(account, r.stake);
        _shareRewards(account, t, r, rewards);
        t.rounds.store(round, r);
        _increaseStake(account, rewards, round, hint);
        t.lastRewardRound = uint32(round);

        emit Reward(account, rewards);
        _checkpoint(votes, account, round);
    }

    /// @dev As {_reward}, for an orchestrator that has named the caller.
    function _rewardFor(address account, Hint memory hint) internal {
        require(transcoderToRewardCaller[account] == msg.sender, CallerNotRewardCaller(msg.sender, account));
        _reward(account, hint);
    }

    /// @dev Credits fees that the Minter holds already to `account` and its delegators. They count in the current
    ///      round, whenever they were earned (LIP-36).
    function _addFees(address account, uint256 fees) internal {
        uint256 round = _currentRound();
        Transcoder storage t = _transcoders[account];
        require(_isActive(t, round), TranscoderNotActive(account, round));

        EarningsRounds.Round memory r = t.rounds.load(round);
        bool rewarded = t.lastRewardRound == round;
        if (!rewarded) _openEarnings(t, r, round);
        uint256 rewardFactor = _orOne(rewarded ? _factorBeforeReward(t, r, round) : _lastRewardFactor(t));

        uint256 stake = r.stake;
        uint256 delegatorsFees = MillionthMath.portion(fees, r.feeShare);
        // Until reward is called, what will be the round's activeCumulativeRewards is still cumulativeRewards.
        uint256 ownStake = rewarded ? t.activeCumulativeRewards : t.cumulativeRewards;
        _checkOwnStake(account, ownStake, stake);
        uint256 ownFees = fees - delegatorsFees + PreciseMath.portion(delegatorsFees, ownStake, stake);
        t.cumulativeFees = (t.cumulativeFees + ownFees).toUint128();

        uint256 feeFactor = t.rounds.feeFactors[t.lastFeeRound];
        t.rounds.feeFactors[round] = feeFactor + PreciseMath.portion(rewardFactor, delegatorsFees, stake);
        if (!rewarded || r.feeRound != round) {
            r.feeRound = round;
            t.rounds.store(round, r);
        }
        t.lastFeeRound = uint32(round);
    }

    /// @dev Fixes what an orchestrator's round counts with: its rates and its stake.
    function _openEarnings(Transcoder storage t, EarningsRounds.Round memory r, uint256 round) private view {
        (r.rewardCut, r.feeShare) = (t.rewardCut, t.feeShare);
        uint256 recorded = t.lastActiveStakeUpdateRound;
        if (recorded > round) return; // it has changed in the round, and was fixed then
        if (_isPending(t)) r.stake = t.delegatedAmount;
        else if (recorded < round) r.stake = t.rounds.load(recorded).stake;
    }

    /// @dev Mints the reward for `stake` and pays the treasury (LIP-92).
    /// @return rewards What is left for the orchestrator and its delegators.
    function _mintRewards(address account, uint256 stake) private returns (uint256 rewards) {
        address treasury = _lookUp(ContractIds.TREASURY);
        uint256 cutRate = _treasuryRewardCutRate;
        _endTreasuryCutAtCeiling(treasury);

        uint256 cut;
        (rewards, cut) = _minter().createRewardWithCut(stake, _currentRoundTotalActiveStake, cutRate, treasury);
        if (cut > 0) emit TreasuryReward(account, treasury, cut);
    }

    /// @dev A treasury that holds enough receives nothing from the next round on. Seen before the mint, so it can come
    ///      to hold a round's part more.
    function _endTreasuryCutAtCeiling(address treasury) private {
        uint256 ceiling = _ceiling();
        if (ceiling == 0) return;
        uint256 balance = IERC20(_lookUpKnown(ContractIds.LIVEPEER_TOKEN)).balanceOf(treasury);
        if (balance >= ceiling && _nextRoundTreasuryRewardCutRate != 0) _setNextTreasuryCutRate(0);
    }

    function _announce(string memory parameter) internal {
        emit ParameterUpdate(parameter);
    }

    function _setNextTreasuryCutRate(uint96 cutRate) internal {
        _nextRoundTreasuryRewardCutRate = cutRate;

        _announce("nextRoundTreasuryRewardCutRate");
    }

    function _shareRewards(
        address account,
        Transcoder storage t,
        EarningsRounds.Round memory r,
        uint256 rewards
    ) private {
        uint256 stake = r.stake;
        uint256 ownStake = t.cumulativeRewards;
        _checkOwnStake(account, ownStake, stake);

        uint256 delegatorsRewards = rewards - MillionthMath.portion(rewards, r.rewardCut);
        uint256 ownRewards = rewards - delegatorsRewards + PreciseMath.portion(delegatorsRewards, ownStake, stake);
        t.activeCumulativeRewards = uint104(ownStake);
        t.cumulativeRewards = (ownStake + ownRewards).toUint104();

        uint256 factor = _orOne(_lastRewardFactor(t));
        r.reward = factor + PreciseMath.portion(factor, delegatorsRewards, stake);
    }

    /// @dev The reward factor of the last reward; zero if there was none.
    function _lastRewardFactor(Transcoder storage t) private view returns (uint256) {
        uint256 round = t.lastRewardRound;
        return round == 0 ? 0 : t.rounds.rewardFactor(round);
    }

    /// @dev The reward factor before this round's reward. For an orchestrator that missed the round before, and nobody
    ///      claimed then: this round's factor, less the growth that its reward has brought. The reward is what the
    ///      round's mintable tokens give for the stake, since what was minted is not kept.
    function _factorBeforeReward(
        Transcoder storage t,
        EarningsRounds.Round memory r,
        uint256 round
    ) private view returns (uint256 factor) {
        factor = t.rounds.rewardFactor(round - 1);
        if (factor != 0) return factor;

        uint256 stake = r.stake;
        uint256 mintable = _minter().currentMintableTokens();
        uint256 rewards = PreciseMath.portion(mintable, stake, _currentRoundTotalActiveStake);
        rewards -= PreciseMath.portion(rewards, _treasuryRewardCutRate);
        rewards -= MillionthMath.portion(rewards, r.rewardCut);
        return PreciseMath.portion(r.reward, stake, stake + rewards);
    }

    /// @dev Own unclaimed rewards are part of the stake. Were they ever more, fees and rewards would be shared out more
    ///      than once, so better nobody is paid.
    function _checkOwnStake(address account, uint256 ownStake, uint256 stake) private pure {
        require(ownStake <= stake, CumulativeRewardsExceedStake(account, ownStake, stake));
    }
}
