// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {MillionthMath} from "contracts/shared/MillionthMath.sol";
import {RankedPool} from "contracts/shared/RankedPool.sol";
import {EarningsModule} from "./EarningsModule.sol";

/// @title Who is active, and with how much stake
/// @dev The pool is the active set of the next round. Joining and leaving it set the rounds between which an
///      orchestrator is active, so nothing is left to do when a round begins, and nothing done within a round changes
///      who is active in it. An orchestrator's stake works the same way: changes are recorded for the next round, and
///      the first of a round fixes what the present one counts with.
abstract contract ActiveSetModule is EarningsModule {
    using RankedPool for RankedPool.Data;
    using SafeCast for uint256;

    /// @dev Sets an orchestrator's rates, and lets it join the pool if it is outside.
    function _setRates(address account, uint256 rewardCut, uint256 feeShare, Hint memory hint) internal {
        (uint32 round, bool locked) = _openRoundAndLock();
        require(!locked, CurrentRoundLocked(round));
        MillionthMath.check(rewardCut);
        MillionthMath.check(feeShare);
        require(_isRegistered(account), TranscoderNotRegistered(account));
        Transcoder storage t = _transcoders[account];
        require(!_isActive(t, round) || t.lastRewardRound == round, RewardNotYetCalled(account, round));

        (t.rewardCut, t.feeShare) = (uint24(rewardCut), uint24(feeShare));
        if (!_isInPool(t)) _tryToJoin(account, t.delegatedAmount, round + 1, hint);

        emit TranscoderUpdate(account, rewardCut, feeShare);
    }

    /// @dev `amount` more is bonded to `account`, which joins the pool if it is registered and that suffices.
    function _increaseStake(address account, uint256 amount, uint32 round, Hint memory hint) internal {
        Transcoder storage t = _transcoders[account];
        uint128 stake = (t.delegatedAmount + amount).toUint128();
        bool inPool = _isInPool(t);
        bool counts = inPool || _isActive(t, round);

        if (inPool) {
            _rank(t, stake, hint);
            _nextRoundTotalActiveStake += amount.toUint128();
        } else if (_isRegistered(account)) {
            _tryToJoin(account, stake, round + 1, hint);
        }
        if (counts) _recordStake(t, stake, round);
        t.delegatedAmount = stake;
    }

    /// @dev `amount` less is bonded to `account`.
    function _decreaseStake(address account, uint256 amount, uint32 round, Hint memory hint) internal {
        Transcoder storage t = _transcoders[account];
        uint128 stake = (t.delegatedAmount - amount).toUint128();
        bool inPool = _isInPool(t);

        if (inPool) {
            _rank(t, stake, hint);
            _nextRoundTotalActiveStake -= amount.toUint128();
        }
        if (inPool || _isActive(t, round)) _recordStake(t, stake, round);
        t.delegatedAmount = stake;
    }

    /// @dev An orchestrator leaves the pool of its own will; its stake is still what it was.
    function _resign(address account, uint32 round) internal {
        Transcoder storage t = _transcoders[account];
        _leave(account, t, round + 1);
    }

    /// @dev Letting an orchestrator join moves its activation to the next round. One that is active now but was put out
    ///      of the pool would lose the present round's reward by that, so a bond of one wei from anybody could cost it
    ///      the round: it must have called reward before.
    function _checkPendingDeactivation(address account, uint32 round) internal view {
        Transcoder storage t = _transcoders[account];
        bool leaving = _isActive(t, round) && !_isInPool(t);
        require(!leaving || t.lastRewardRound == round, RewardNotYetCalled(account, round));
    }

    /// @dev Stake of an active orchestrator changes to `stake`, which counts from the next round on.
    function _recordStake(Transcoder storage t, uint128 stake, uint32 round) private {
        if (t.lastActiveStakeUpdateRound < round) t.earningsPools[round].totalStake = t.delegatedAmount;
        t.earningsPools[round + 1].totalStake = stake;
        t.lastActiveStakeUpdateRound = round + 1;
    }

    /// @dev Puts an account into the pool from `round` on, if there is room or the last one has less stake.
    function _tryToJoin(address account, uint128 stake, uint32 round, Hint memory hint) private {
        if (_pool.isFull()) {
            address last = _pool.last();
            Transcoder storage tail = _transcoders[last];
            if (stake <= tail.delegatedAmount) return;
            _leave(last, tail, round);
        }

        Transcoder storage t = _transcoders[account];
        t.poolId = uint16(_pool.insert(account, stake, _idOf(hint.prev), _idOf(hint.next)));
        t.lastActiveStakeUpdateRound = round;
        t.activationRound = round;
        t.deactivationRound = NEVER;
        t.earningsPools[round].totalStake = stake;
        _nextRoundTotalActiveStake += stake;

        emit TranscoderActivated(account, round);
    }

    function _leave(address account, Transcoder storage t, uint32 round) private {
        _pool.remove(t.poolId);
        t.deactivationRound = round;
        _nextRoundTotalActiveStake -= t.delegatedAmount;

        emit TranscoderDeactivated(account, round);
    }

    function _rank(Transcoder storage t, uint128 stake, Hint memory hint) private {
        _pool.update(t.poolId, stake, _idOf(hint.prev), _idOf(hint.next));
    }

    function _idOf(address hint) private view returns (uint256) {
        if (hint == address(0)) return RankedPool.NONE;
        Transcoder storage t = _transcoders[hint];
        return _isInPool(t) ? t.poolId : RankedPool.ABSENT;
    }
}
