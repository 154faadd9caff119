// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {RankedPool} from "contracts/shared/RankedPool.sol";
import {ActiveSetModule} from "./ActiveSetModule.sol";
import {EarningsRounds} from "./EarningsRounds.sol";

/// @title What the BondingManager tells; what each function promises stands in {IBondingManager}
abstract contract BondingViews is ActiveSetModule {
    using EarningsRounds for EarningsRounds.Data;
    using RankedPool for RankedPool.Data;

    function openRound() external view returns (uint256 round) {
        (round, ) = _workRound();
    }

    function pendingStake(address delegator, uint256) external view returns (uint256) {
        (uint256 stake, ) = _pendingStakeAndFees(delegator, _currentRound());
        return stake;
    }

    function pendingFees(address delegator, uint256) external view returns (uint256) {
        (, uint256 fees) = _pendingStakeAndFees(delegator, _currentRound());
        return fees;
    }

    function currentRoundTotalActiveStake() external view returns (uint256) {
        return _currentRoundTotalActiveStake;
    }

    function nextRoundTotalActiveStake() external view returns (uint256) {
        return _nextRoundTotalActiveStake;
    }

    function getTotalBonded() external view returns (uint256) {
        return _currentRoundTotalActiveStake;
    }

    function treasuryRewardCutRate() external view returns (uint256) {
        return _treasuryRewardCutRate;
    }

    function treasuryBalanceCeiling() external view returns (uint256) {
        return _ceiling();
    }

    function nextRoundTreasuryRewardCutRate() external view returns (uint256) {
        return _nextRoundTreasuryRewardCutRate;
    }

    function transcoderTotalStake(address account) external view returns (uint256) {
        return _transcoders[account].delegatedAmount;
    }

    function transcoderStatus(address account) external view returns (TranscoderStatus) {
        return _isRegistered(account) ? TranscoderStatus.Registered : TranscoderStatus.NotRegistered;
    }

    function isRegisteredTranscoder(address account) external view returns (bool) {
        return _isRegistered(account);
    }

    function isActiveTranscoder(address account) external view returns (bool) {
        return _isActive(_transcoders[account], _currentRound());
    }

    function delegatorStatus(address delegator) external view returns (DelegatorStatus) {
        return _statusOf(_delegators[delegator], _currentRound());
    }

    function getTranscoder(
        address account
    )
        external
        view
        returns (
            uint256 lastRewardRound,
            uint256 rewardCut,
            uint256 feeShare,
            uint256 lastActiveStakeUpdateRound,
            uint256 activationRound,
            uint256 deactivationRound,
            uint256 activeCumulativeRewards,
            uint256 cumulativeRewards,
            uint256 cumulativeFees,
            uint256 lastFeeRound
        )
    {
        Transcoder storage t = _transcoders[account];
        lastRewardRound = t.lastRewardRound;
        rewardCut = t.rewardCut;
        feeShare = t.feeShare;
        lastActiveStakeUpdateRound = t.lastActiveStakeUpdateRound;
        activationRound = t.activationRound;
        deactivationRound = _isInPool(t) ? type(uint256).max : t.deactivationRound;
        activeCumulativeRewards = t.activeCumulativeRewards;
        cumulativeRewards = t.cumulativeRewards;
        cumulativeFees = t.cumulativeFees;
        lastFeeRound = t.lastFeeRound;
    }

    function getTranscoderEarningsPoolForRound(
        address account,
        uint256 round
    )
        external
        view
        returns (
            uint256 totalStake,
            uint256 transcoderRewardCut,
            uint256 transcoderFeeShare,
            uint256 cumulativeRewardFactor,
            uint256 cumulativeFeeFactor
        )
    {
        Transcoder storage t = _transcoders[account];
        EarningsRounds.Round memory r = t.rounds.load(round);
        totalStake = round == t.lastActiveStakeUpdateRound && _isPending(t) ? t.delegatedAmount : r.stake;
        transcoderRewardCut = r.rewardCut;
        transcoderFeeShare = r.feeShare;
        cumulativeRewardFactor = t.rounds.rewardFactor(round);
        cumulativeFeeFactor = t.rounds.feeFactor(round);
    }

    function getDelegator(
        address delegator
    )
        external
        view
        returns (
            uint256 bondedAmount,
            uint256 fees,
            address delegateAddress,
            uint256 delegatedAmount,
            uint256 startRound,
            uint256 lastClaimRound,
            uint256 nextUnbondingLockId
        )
    {
        Delegator storage del = _delegators[delegator];
        bondedAmount = del.bondedAmount;
        fees = del.fees;
        delegateAddress = del.delegate;
        delegatedAmount = _transcoders[delegator].delegatedAmount;
        startRound = del.startRound;
        lastClaimRound = del.lastClaimRound;
        nextUnbondingLockId = del.nextUnbondingLockId;
    }

    function getDelegatorUnbondingLock(
        address delegator,
        uint256 unbondingLockId
    ) external view returns (uint256 amount, uint256 withdrawRound) {
        UnbondingLock storage lock = _delegators[delegator].unbondingLocks[unbondingLockId];
        (amount, withdrawRound) = (lock.amount, lock.withdrawRound);
    }

    function isValidUnbondingLock(address delegator, uint256 unbondingLockId) external view returns (bool) {
        return _delegators[delegator].unbondingLocks[unbondingLockId].withdrawRound > 0;
    }

    function getTranscoderPoolMaxSize() external view returns (uint256) {
        return _pool.maxSize;
    }

    function getTranscoderPoolSize() external view returns (uint256) {
        return _pool.size;
    }

    function getFirstTranscoderInPool() external view returns (address) {
        return _pool.first();
    }

    function getNextTranscoderInPool(address account) external view returns (address) {
        Transcoder storage t = _transcoders[account];
        return _isInPool(t) ? _pool.next(t.poolId, _seenAt(t)) : address(0);
    }
}
