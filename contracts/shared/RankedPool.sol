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

    /// @dev A member that looks for its place among `count` others. Their positions close up over `hole`, where it
    ///      stands now (at `count` if it is new).
    struct Placing {
        uint256 stake;
        uint256 prev;
        uint256 next;
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

    /// @dev The account ranked after member `id`, null if that is the last. For `near` see {update}.
    function next(Data storage self, uint256 id, uint256 near) internal view returns (address) {
        unchecked {
            uint256 position = self.ranking.positionOf(id, near) + 1;
            return position == self.size ? address(0) : _at(self, position).account;
        }
    }

    /// @dev Adds an account that is not in the pool, with a stake above zero; the pool must not be full.
    /// @return id The member's id from now on.
    function insert(
        Data storage self,
        address account,
        uint256 stake,
        uint256 prev,
        uint256 next_
    ) internal returns (uint256 id, uint256 position) {
        unchecked {
            uint256 size = self.size;
            Placing memory p = Placing({stake: _capped(stake), prev: prev, next: next_, count: size, hole: size});
            position = _place(self, p, _firstNotAbove(self, p, p.stake, 0, size));

            id = size < self.ids ? self.ranking.get(size) : ++self.ids;
            self.ranking.insert(position, size, id);
            self.members[id] = Member({account: account, stake: uint96(p.stake)});
            self.size = uint16(size + 1);
        }
    }

    /// @dev Gives member `id` another stake and the rank that goes with it.
    /// @param near The word of the ranking to look for the member in first; any will do, the right one is cheapest.
    /// @return to Its position now.
    function update(
        Data storage self,
        uint256 id,
        uint256 stake,
        uint256 prev,
        uint256 next_,
        uint256 near
    ) internal returns (uint256 to) {
        Placing memory p = Placing({
            stake: _capped(stake),
            // It leaves, then comes back: while it is out it is nobody's neighbour.
            prev: prev == id ? ABSENT : prev,
            next: next_ == id ? ABSENT : next_,
            count: 0,
            hole: self.ranking.positionOf(id, near)
        });
        Member storage member = self.members[id];
        to = _placeAgain(self, p, p.stake >= member.stake);

        if (to < p.hole) self.ranking.insert(to, p.hole, id);
        else if (to > p.hole) self.ranking.retire(p.hole, to);
        member.stake = uint96(p.stake);
    }

    /// @dev Takes member `id` out of the pool. For `near` see {update}.
    function remove(Data storage self, uint256 id, uint256 near) internal {
        unchecked {
            uint256 end = self.size - 1;
            if (self.ranking.get(end) != id) self.ranking.retire(self.ranking.positionOf(id, near), end);
            delete self.members[id];
            self.size = uint16(end);
        }
    }

    /// @dev Place of a member that has stood in the hole until now. One that rises looks at nobody behind it, unless a
    ///      hint is to be followed, and need not know how many there are.
    function _placeAgain(Data storage self, Placing memory p, bool rising) private view returns (uint256) {
        unchecked {
            p.count = rising && p.prev == NONE && p.next == NONE ? p.hole : self.size - 1;
            (uint256 low, uint256 high) = _nearHole(self, p, rising);
            return _place(self, p, _firstNotAbove(self, p, p.stake, low, high));
        }
    }

    /// @dev Between which positions the new place of a member lies that has stood in the hole until now. Looks ever
    ///      further from it, in steps that double: most moves are short.
    function _nearHole(
        Data storage self,
        Placing memory p,
        bool rising
    ) private view returns (uint256 low, uint256 high) {
        unchecked {
            (low, high) = rising ? (uint256(0), p.hole) : (p.hole, p.count);
            for (uint256 step = 1; low < high; step *= 2) {
                uint256 reach = Math.min(step, high - low);
                uint256 probe = rising ? high - reach : low + reach - 1;
                bool above = _stakeAt(self, p, probe) > p.stake;
                if (above) low = probe + 1;
                else high = probe;
                if (above == rising) break;
            }
        }
    }

    /// @dev First position from `low` to `high` whose stake is not above `stake`; `high` if all are.
    function _firstNotAbove(
        Data storage self,
        Placing memory p,
        uint256 stake,
        uint256 low,
        uint256 high
    ) private view returns (uint256) {
        unchecked {
            while (low < high) {
                uint256 middle = (low + high) / 2;
                if (_stakeAt(self, p, middle) > stake) low = middle + 1;
                else high = middle;
            }
            return low;
        }
    }

    /// @dev Place of a member whose stake puts it at `position`, unless it has equals there and a hint.
    function _place(Data storage self, Placing memory p, uint256 position) private view returns (uint256) {
        bool hinted = p.prev != NONE || p.next != NONE;
        if (!hinted || position == p.count || _stakeAt(self, p, position) != p.stake) return position;
        return _placeAmongEquals(self, p, position);
    }

    /// @dev Where the hint puts a member whose first equal stands at `firstEqual`; the rules stand at the top.
    function _placeAmongEquals(
        Data storage self,
        Placing memory p,
        uint256 firstEqual
    ) private view returns (uint256) {
        unchecked {
            if (_isMember(p.prev) && self.members[p.prev].stake >= p.stake) {
                uint256 behind = _positionAmong(self, p, p.prev) + 1;
                uint256 follower = behind < p.count ? _idAt(self, p, behind) : NONE;
                bool exact = follower == p.next;
                if (behind == 1 && self.members[p.prev].stake == p.stake && !exact) return 0;
                return Math.max(behind, firstEqual);
            }
            if (_isMember(p.next) && self.members[p.next].stake <= p.stake) {
                uint256 before = _positionAmong(self, p, p.next);
                bool exact = p.prev == NONE && before == 0;
                if (before == p.count - 1 && self.members[p.next].stake == p.stake && !exact) return p.count;
                // Stakes are whole numbers: the first one below is the first one not above `stake - 1`.
                return Math.min(before, _firstNotAbove(self, p, p.stake - 1, firstEqual, p.count));
            }
            return firstEqual;
        }
    }

    function _isMember(uint256 hint) private pure returns (bool) {
        return hint != NONE && hint != ABSENT;
    }

    function _positionAmong(
        Data storage self,
        Placing memory p,
        uint256 id
    ) private view returns (uint256 position) {
        unchecked {
            position = self.ranking.positionOf(id, 0);
            if (position > p.hole) --position;
        }
    }

    function _stakeAt(Data storage self, Placing memory p, uint256 position) private view returns (uint256) {
        return self.members[_idAt(self, p, position)].stake;
    }

    function _idAt(Data storage self, Placing memory p, uint256 position) private view returns (uint256) {
        unchecked {
            return self.ranking.get(position < p.hole ? position : position + 1);
        }
    }

    function _at(Data storage self, uint256 position) private view returns (Member storage) {
        return self.members[self.ranking.get(position)];
    }

    function _capped(uint256 stake) private pure returns (uint96) {
        return uint96(Math.min(stake, type(uint96).max));
    }
}
