// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IController} from "interfaces/IController.sol";
import {BondingManager} from "contracts/bonding/BondingManager.sol";
import {EarningsRounds} from "contracts/bonding/EarningsRounds.sol";
import {RankedPool} from "contracts/shared/RankedPool.sol";

/// @title All that the BondingManager can tell, in one frame
/// @dev Put in place of the implementation for a single view. The BondingManager's own views answer the same, for a
///      hundred calls by way of the proxy. Too large for a chain; the tests' EVM takes it.
contract BondingInside is BondingManager {
    using EarningsRounds for EarningsRounds.Data;
    using RankedPool for RankedPool.Data;

    /// @dev As in HarnessProtocolLens.
    struct SystemBooks {
        uint256 poolSize;
        uint256 poolMaxSize;
        uint256 activeStake;
        uint256 nextActiveStake;
        uint256 treasuryCut;
        uint256 unbondingPeriod;
    }

    struct Earnings {
        uint256 stake;
        uint256 rewardCut;
        uint256 feeShare;
        uint256 rewardFactor;
        uint256 feeFactor;
    }

    struct AccountBooks {
        uint256 bonded;
        uint256 collected;
        address delegate;
        uint256 delegated;
        uint256 startRound;
        uint256 lastClaimRound;
        uint256 nextLockId;
        uint256 lastRewardRound;
        uint256 rewardCut;
        uint256 feeShare;
        uint256 stakeUpdateRound;
        uint256 activationRound;
        uint256 deactivationRound;
        uint256 potBeforeReward;
        uint256 pot;
        uint256 feePot;
        uint256 lastFeeRound;
        Earnings pool;
        Earnings past;
        uint256 status;
        uint256 registered;
        uint256 active;
        uint256 pendingStake;
        uint256 pendingFees;
    }

    struct LockBooks {
        uint256 index; // of the account among those asked for
        uint256 id;
        uint256 amount;
        uint256 withdrawRound;
    }

    constructor(IController controller_) BondingManager(controller_) {}

    /// @param accounts Whom to tell of.
    /// @param firsts For each of them, the first lock to tell of; of those from there on the ones in use are told.
    /// @param round The current one.
    /// @param pastRound Another one, to tell of each account's earnings in it.
    function inside(address[] calldata accounts, uint256[] calldata firsts, uint256 round, uint256 pastRound)
        external
        view
        returns (
            SystemBooks memory system,
            AccountBooks[] memory books,
            LockBooks[] memory locks,
            address[] memory pool
        )
    {
        system = SystemBooks({
            poolSize: _pool.size,
            poolMaxSize: _pool.maxSize,
            activeStake: _currentRoundTotalActiveStake,
            nextActiveStake: _nextRoundTotalActiveStake,
            treasuryCut: _treasuryRewardCutRate,
            unbondingPeriod: unbondingPeriod
        });
        books = new AccountBooks[](accounts.length);
        uint256 count;
        for (uint256 i = 0; i < accounts.length; ++i) {
            _fill(books[i], accounts[i], round, pastRound);
            count += books[i].nextLockId;
        }
        locks = _locks(accounts, firsts, count);
        pool = _members();
    }

    /// @param round The current one.
    function earned(address account, uint256 round) external view returns (uint256 stake, uint256 fees) {
        return _pendingStakeAndFees(account, round);
    }

    function _fill(AccountBooks memory b, address account, uint256 round, uint256 pastRound) private view {
        Delegator storage del = _delegators[account];
        (b.bonded, b.collected, b.delegate) = (del.bondedAmount, del.fees, del.delegate);
        (b.startRound, b.lastClaimRound, b.nextLockId) =
            (del.startRound, del.lastClaimRound, del.nextUnbondingLockId);
        Transcoder storage t = _transcoders[account];
        b.delegated = t.delegatedAmount;
        (b.lastRewardRound, b.rewardCut, b.feeShare) = (t.lastRewardRound, t.rewardCut, t.feeShare);
        (b.stakeUpdateRound, b.activationRound) = (t.lastActiveStakeUpdateRound, t.activationRound);
        b.deactivationRound = _isInPool(t) ? type(uint256).max : t.deactivationRound;
        (b.potBeforeReward, b.pot) = (t.activeCumulativeRewards, t.cumulativeRewards);
        (b.feePot, b.lastFeeRound) = (t.cumulativeFees, t.lastFeeRound);
        _fillEarnings(b.pool, t, round);
        _fillEarnings(b.past, t, pastRound);
        b.status = uint256(_statusOf(del, round));
        b.registered = _isRegistered(account) ? 1 : 0;
        b.active = _isActive(t, round) ? 1 : 0;
        (b.pendingStake, b.pendingFees) = _pendingStakeAndFees(account, round);
    }

    /// @dev A word that is zero says that everything in it is.
    function _fillEarnings(Earnings memory e, Transcoder storage t, uint256 round) private view {
        if (round != t.lastActiveStakeUpdateRound && t.rounds.words[round] == 0) return;
        EarningsRounds.Round memory r = t.rounds.load(round);
        e.stake = round == t.lastActiveStakeUpdateRound && _isPending(t) ? t.delegatedAmount : r.stake;
        (e.rewardCut, e.feeShare) = (r.rewardCut, r.feeShare);
        (e.rewardFactor, e.feeFactor) = (t.rounds.rewardFactor(round), t.rounds.feeFactor(round));
    }

    function _locks(address[] calldata accounts, uint256[] calldata firsts, uint256 ever)
        private
        view
        returns (LockBooks[] memory locks)
    {
        for (uint256 i = 0; i < firsts.length; ++i) ever -= firsts[i];
        locks = new LockBooks[](ever);
        uint256 count;
        for (uint256 i = 0; i < accounts.length; ++i) {
            Delegator storage del = _delegators[accounts[i]];
            for (uint256 id = firsts[i]; id < del.nextUnbondingLockId; ++id) {
                UnbondingLock storage lock = del.unbondingLocks[id];
                if (lock.amount == 0 && lock.withdrawRound == 0) continue;
                locks[count++] = LockBooks(i, id, lock.amount, lock.withdrawRound);
            }
        }
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            mstore(locks, count)
        }
    }

    function _members() private view returns (address[] memory pool) {
        pool = new address[](_pool.size);
        address account = _pool.first();
        for (uint256 i = 0; i < pool.length; ++i) {
            pool[i] = account;
            account = _pool.next(_transcoders[account].poolId, _seenAt(_transcoders[account]));
        }
        assert(account == address(0));
    }
}
