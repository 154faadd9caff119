// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {PackedIds} from "./PackedIds.sol";

/// @title A bounded set of accounts, ranked by stake
/// @dev Members sit in a table, one word each, and never move; what is kept in order is the list of their ids, so a
///      member that rises or falls costs a word or two. An id is a member's for as long as it stays. Ids that nobody
///      has stand behind those in use in the same list.
///
///      The order is that of a doubly linked list, highest stake first, into which a member is put by walking from a
///      hint (the protocol has always had it so, and clients walk the pool). Only among equals does the hint decide:
///        - no usable hint: before the first equal;
///        - behind `prev`, if its stake is no less: directly behind it, or before the first equal if that comes later.
///          If `prev` is the first of all and an equal, before it, unless `next` names its very neighbour;
///        - before `next`, if its stake is no more and `prev` is not usable: directly before it, or behind the last
///          equal if that comes earlier. If `next` is the last of all and an equal, behind it, unless it is also the
///          first and `prev` is none.
library RankedPool {
    using PackedIds for PackedIds.List;

    /// @dev A hint that names nobody.
    uint256 internal constant NONE = 0;

    /// @dev A hint that names somebody who is not in the pool. Unlike {NONE} it cannot stand for an end of the list.
    uint256 internal constant ABSENT = type(uint256).max;

    struct Member {
        address account;
        uint96 stake; // 2,000 times today's supply; what is above counts as that much, for the rank only
    }

    struct Data {
        uint16 size;
        uint16 maxSize;
        uint16 ids; // given out so far: 1 to ids
        PackedIds.List ranking;
        Member[65536] members; // by id
    }

    /// @dev The ranking without the member that is being placed: `count` others, whose positions close up over `hole`,
    ///      where that member stands now (at `count` if it is new).
    struct Others {
        uint256 count;
        uint256 hole;
    }

    /// @dev Makes room for `maxSize` members.
    function grow(Data storage self, uint16 maxSize) internal {
        self.maxSize = maxSize;
    }

    function isFull(Data storage self) internal view returns (bool) {
        return self.size >= self.maxSize;
    }

    /// @dev The account with the most stake, null if there is none.
    function first(Data storage self) internal view returns (address) {
        return self.size == 0 ? address(0) : _at(self, 0).account;
    }

    /// @dev The account with the least stake. The pool must not be empty.
    function last(Data storage self) internal view returns (address) {
        return _at(self, self.size - 1).account;
    }

    /// @dev The account ranked after member `id`, null if that is the last.
    function next(Data storage self, uint256 id) internal view returns (address) {
        uint256 position = self.ranking.positionOf(id) + 1;
        return position == self.size ? address(0) : _at(self, position).account;
    }

    /// @dev Adds an account that is not in the pool, with a stake above zero; the pool must not be full.
    /// @return id The member's id from now on.
    function insert(
        Data storage self,
        address account,
        uint256 stake,
        uint256 prev,
        uint256 next_
    ) internal returns (uint256 id) {
        uint256 size = self.size;
        Others memory others = Others({count: size, hole: size});
        uint256 position = _place(self, others, _capped(stake), true, prev, next_);

        id = size < self.ids ? self.ranking.get(size) : ++self.ids;
        self.ranking.insert(position, size, id);
        self.members[id] = Member({account: account, stake: _capped(stake)});
        self.size = uint16(size + 1);
    }

    /// @dev Gives member `id` another stake and the rank that goes with it.
    function update(Data storage self, uint256 id, uint256 stake, uint256 prev, uint256 next_) internal {
        uint256 from = self.ranking.positionOf(id);
        uint96 capped = _capped(stake);
        bool rising = capped >= self.members[id].stake;
        if (prev == id) prev = ABSENT;
        if (next_ == id) next_ = ABSENT;
        Others memory others = Others({count: self.size - 1, hole: from});
        uint256 to = _place(self, others, capped, rising, prev, next_);

        if (to < from) self.ranking.insert(to, from, id);
        else if (to > from) self.ranking.retire(from, to);
        self.members[id].stake = capped;
    }

    /// @dev Takes member `id` out of the pool.
    function remove(Data storage self, uint256 id) internal {
        uint256 end = self.size - 1;
        self.ranking.retire(self.ranking.positionOf(id), end);
        delete self.members[id];
        self.size = uint16(end);
    }

    /// @dev Position among the others for a member with `stake`. `rising` says on which side of the hole it lies.
    function _place(
        Data storage self,
        Others memory others,
        uint256 stake,
        bool rising,
        uint256 prev,
        uint256 next_
    ) private view returns (uint256 position) {
        (uint256 low, uint256 high) = rising ? (uint256(0), others.hole) : (others.hole, others.count);
        position = _firstNotAbove(self, others, stake, rising, low, high);

        bool hinted = prev != NONE || next_ != NONE;
        if (hinted && position < others.count && _stakeAt(self, others, position) == stake) {
            position = _placeAmongEquals(self, others, stake, position, prev, next_);
        }
    }

    /// @dev First position from `low` to `high` whose stake is not above `stake`; `high` if all are. Looks near the
    ///      hole first, in steps that double: most moves are short.
    function _firstNotAbove(
        Data storage self,
        Others memory others,
        uint256 stake,
        bool rising,
        uint256 low,
        uint256 high
    ) private view returns (uint256) {
        for (uint256 step = 1; low < high; step *= 2) {
            uint256 reach = Math.min(step, high - low);
            uint256 probe = rising ? high - reach : low + reach - 1;
            bool above = _stakeAt(self, others, probe) > stake;
            (low, high) = above ? (probe + 1, high) : (low, probe);
            if (above == rising) break;
        }
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (_stakeAt(self, others, middle) > stake) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /// @dev Where the hint puts a member whose first equal stands at `firstEqual`; the rules stand at the top.
    function _placeAmongEquals(
        Data storage self,
        Others memory others,
        uint256 stake,
        uint256 firstEqual,
        uint256 prev,
        uint256 next_
    ) private view returns (uint256) {
        if (_isMember(prev) && self.members[prev].stake >= stake) {
            uint256 behind = _positionAmong(self, others, prev) + 1;
            uint256 follower = behind < others.count ? _idAt(self, others, behind) : NONE;
            bool exact = follower == next_;
            if (behind == 1 && self.members[prev].stake == stake && !exact) return 0;
            return Math.max(behind, firstEqual);
        }
        if (_isMember(next_) && self.members[next_].stake <= stake) {
            uint256 before = _positionAmong(self, others, next_);
            bool exact = prev == NONE && before == 0;
            if (before == others.count - 1 && self.members[next_].stake == stake && !exact) return others.count;
            // Stakes are whole numbers: the first one below is the first one not above `stake - 1`.
            uint256 firstBelow = _firstNotAbove(self, others, stake - 1, false, firstEqual, others.count);
            return Math.min(before, firstBelow);
        }
        return firstEqual;
    }

    function _isMember(uint256 hint) private pure returns (bool) {
        return hint != NONE && hint != ABSENT;
    }

    function _positionAmong(
        Data storage self,
        Others memory others,
        uint256 id
    ) private view returns (uint256 position) {
        position = self.ranking.positionOf(id);
        if (position > others.hole) --position;
    }

    function _stakeAt(Data storage self, Others memory others, uint256 position) private view returns (uint256) {
        return self.members[_idAt(self, others, position)].stake;
    }

    function _idAt(Data storage self, Others memory others, uint256 position) private view returns (uint256) {
        return self.ranking.get(position < others.hole ? position : position + 1);
    }

    function _at(Data storage self, uint256 position) private view returns (Member storage) {
        return self.members[self.ranking.get(position)];
    }

    function _capped(uint256 stake) private pure returns (uint96) {
        return uint96(Math.min(stake, type(uint96).max));
    }
}
