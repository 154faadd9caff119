// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {MillionthMath} from "contracts/shared/MillionthMath.sol";
import {PackedIds} from "contracts/shared/PackedIds.sol";
import {RankedPool} from "contracts/shared/RankedPool.sol";
import {EarningsModule} from "./EarningsModule.sol";
import {EarningsRounds} from "./EarningsRounds.sol";

/// @title Who is active, and with how much stake
/// @dev The pool is the active set of the next round. Joining and leaving it set the rounds between which an
///      orchestrator is active, so nothing is left to do when a round begins, and nothing done within a round changes
///      who is active in it. An orchestrator's stake works the same way: changes are recorded for the next round, and
///      the first of a round fixes what the present one counts with.
///
///      The stake that counts in lastActiveStakeUpdateRound is pending as a rule: it is what is delegated now, and is
///      written down when that changes. It is settled, and stands with its round, if what is delegated has changed
///      since without counting: to an orchestrator that is neither active nor in the pool, or by slashing.
abstract contract ActiveSetModule is EarningsModule {
    using EarningsRounds for EarningsRounds.Data;
    using RankedPool for RankedPool.Data;
    using SafeCast for uint256;

    /// @dev Sets an orchestrator's rates, and lets it join the pool if it is outside.
    function _setRates(address account, uint256 rewardCut, uint256 feeShare, Hint memory hint) internal {
        _checkNotPaused();
        (uint256 round, bool locked) = _workRound();
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
    function _increaseStake(address account, uint256 amount, uint256 round, Hint memory hint) internal {
        Transcoder storage t = _transcoders[account];
        uint104 stake = (t.delegatedAmount + amount).toUint104();
        bool inPool = _isInPool(t);
        bool counts = inPool || _isActive(t, round);

        if (inPool) {
            _rank(t, stake, hint);
            _nextRoundTotalActiveStake += uint128(amount); // safe cast: part of `stake`
        } else if (_isRegistered(account)) {
            _tryToJoin(account, stake, round + 1, hint);
        }
        if (counts) _recordStake(t, round);
        else if (!_isInPool(t)) _settleStake(t);
        t.delegatedAmount = stake;
    }

    /// @dev `amount` less is bonded to `account`.
    function _decreaseStake(address account, uint256 amount, uint256 round, Hint memory hint) internal {
        Transcoder storage t = _transcoders[account];
        uint104 stake = uint104(t.delegatedAmount - amount); // safe cast: not above what it was
        bool inPool = _isInPool(t);

        if (inPool) {
            _rank(t, stake, hint);
            _nextRoundTotalActiveStake -= uint128(amount); // safe cast: not above what is delegated
        }
        if (inPool || _isActive(t, round)) _recordStake(t, round);
        else _settleStake(t);
        t.delegatedAmount = stake;
    }

    /// @dev An orchestrator leaves the pool of its own will; its stake is still what it was.
    function _resign(address account, uint256 round) internal {
        Transcoder storage t = _transcoders[account];
        _leave(account, t, round + 1);
    }

    /// @dev Letting an orchestrator join moves its activation to the next round. One that is active now but was put out
    ///      of the pool would lose the present round's reward by that, so a bond of one wei from anybody could cost it
    ///      the round: it must have called reward before.
    function _checkPendingDeactivation(address account, uint256 round) internal view {
        Transcoder storage t = _transcoders[account];
        bool leaving = _isActive(t, round) && !_isInPool(t);
        require(!leaving || t.lastRewardRound == round, RewardNotYetCalled(account, round));
    }

    /// @dev What is delegated to an orchestrator is going to change without counting.
    function _settleStake(Transcoder storage t) internal {
        if (!_isPending(t)) return;
        t.rounds.storeStake(t.lastActiveStakeUpdateRound, t.delegatedAmount);
        t.rankWord = SETTLED;
    }

    /// @dev Whether the stake of lastActiveStakeUpdateRound is what is delegated now.
    function _isPending(Transcoder storage t) internal view returns (bool) {
        return t.lastActiveStakeUpdateRound != 0 && t.rankWord != SETTLED;
    }

    /// @dev What is delegated to an active orchestrator, or a member of the pool, is going to change, from the next
    ///      round on.
    function _recordStake(Transcoder storage t, uint256 round) private {
        unchecked {
            uint256 recorded = t.lastActiveStakeUpdateRound;
            if (recorded <= round) {
                uint256 stake = t.delegatedAmount;
                if (recorded < round) t.rounds.storeStake(round, stake);
                if (_isPending(t)) t.rounds.storeStake(recorded, stake);
                t.lastActiveStakeUpdateRound = uint32(round + 1);
            }
            if (t.rankWord == SETTLED) t.rankWord = 0;
        }
    }

    /// @dev Puts an account into the pool from `round` on, if there is room or the last one has less stake.
    function _tryToJoin(address account, uint104 stake, uint256 round, Hint memory hint) private {
        if (_pool.isFull()) {
            address last = _pool.last();
            Transcoder storage tail = _transcoders[last];
            if (stake <= tail.delegatedAmount) return;
            _leave(last, tail, round);
        }

        Transcoder storage t = _transcoders[account];
        if (t.lastActiveStakeUpdateRound < round) _settleStake(t);
        (uint256 id, uint256 position) = _pool.insert(account, stake, _idOf(hint.prev), _idOf(hint.next));
        (t.poolId, t.rankWord) = (uint16(id), _rankWordOf(position));
        t.lastActiveStakeUpdateRound = uint32(round);
        t.activationRound = uint32(round);
        t.deactivationRound = NEVER;
        _nextRoundTotalActiveStake += stake;

        emit TranscoderActivated(account, round);
    }

    function _leave(address account, Transcoder storage t, uint256 round) private {
        _pool.remove(t.poolId, _seenAt(t));
        t.deactivationRound = uint32(round);
        _nextRoundTotalActiveStake -= t.delegatedAmount;

        emit TranscoderDeactivated(account, round);
    }

    function _rank(Transcoder storage t, uint104 stake, Hint memory hint) private {
        uint256 position = _pool.update(t.poolId, stake, _idOf(hint.prev), _idOf(hint.next), _seenAt(t));
        if (t.rankWord != SETTLED) t.rankWord = _rankWordOf(position);
    }

    /// @dev Where to look for a member first.
    function _seenAt(Transcoder storage t) internal view returns (uint256) {
        return t.rankWord == SETTLED ? 0 : t.rankWord;
    }

    /// @dev The word of the ranking that has a position; of those far down, the last that can be told.
    function _rankWordOf(uint256 position) private pure returns (uint8) {
        return uint8(Math.min(PackedIds.wordOf(position), SETTLED - 1));
    }

    function _idOf(address hint) private view returns (uint256) {
        if (hint == address(0)) return RankedPool.NONE;
        Transcoder storage t = _transcoders[hint];
        return _isInPool(t) ? t.poolId : RankedPool.ABSENT;
    }
}
