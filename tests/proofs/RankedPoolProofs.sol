// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {RankedPool} from "contracts/shared/RankedPool.sol";
import {Proof} from "./Proof.sol";

/// @title The ranking stays one, whatever stakes and hints come
/// @dev Two to four members with any stakes of 96 bits (a larger one counts as the largest of them), then one more step,
///      with any hints where two or three are in. Account n has id n; hints are ids.
contract RankedPoolProofs is Proof {
    using RankedPool for RankedPool.Data;

    uint256 private constant MEMBERS = 4;

    RankedPool.Data private _pool;

    /// @dev A pool of `count` members in any order that stakes can give.
    function _fill(uint256 count, uint96[MEMBERS] memory stakes) private {
        _pool.grow(uint16(MEMBERS + 1));
        for (uint256 i = 0; i < count; ++i) {
            vm.assume(stakes[i] > 0);
            (uint256 id, ) = _pool.insert(address(uint160(i + 1)), stakes[i], RankedPool.NONE, RankedPool.NONE);
            assert(id == i + 1);
        }
    }

    /// @dev A hint: nobody, somebody who is not in the pool, or member 1 to `count`.
    function _hint(uint256 choice, uint256 count) private pure returns (uint256) {
        vm.assume(choice <= count + 1);
        for (uint256 id = 1; id <= count; ++id) if (choice == id) return id;
        return choice == 0 ? RankedPool.NONE : RankedPool.ABSENT;
    }

    function _order() private view returns (uint256[] memory ids) {
        ids = new uint256[](_pool.size);
        for (uint256 i = 0; i < ids.length; ++i) {
            ids[i] = i == 0 ? uint160(_pool.first()) : uint160(_pool.next(ids[i - 1], 0));
        }
        assert(ids.length == 0 || uint160(_pool.last()) == ids[ids.length - 1]);
    }

    /// @dev All of 1 to `count` but `without`, once each, highest stake first.
    function _assertRanked(uint256[] memory ids, uint256 count, uint256 without) private view {
        uint256 seen = 0;
        for (uint256 i = 0; i < ids.length; ++i) {
            assert(ids[i] >= 1 && ids[i] <= count && ids[i] != without);
            assert(seen & (1 << ids[i]) == 0);
            seen |= 1 << ids[i];
            if (i > 0) assert(_pool.members[ids[i - 1]].stake >= _pool.members[ids[i]].stake);
        }
        assert(ids.length == (without == 0 ? count : count - 1));
    }

    /// @notice Whoever is put in is in, once, and the order is by stake.
    function check_insert_keeps_the_order(uint96[MEMBERS] memory stakes) public {
        _fill(MEMBERS, stakes);
        _assertRanked(_order(), MEMBERS, 0);
    }

    /// @notice The same with any two hints, right or wrong: the last of three comes in.
    function check_insert_with_any_hints(uint96[MEMBERS] memory stakes, uint256 prev, uint256 next) public {
        _fill(2, stakes);
        vm.assume(stakes[2] > 0);
        _pool.insert(address(uint160(3)), stakes[2], _hint(prev, 2), _hint(next, 2));
        _assertRanked(_order(), 3, 0);
    }

    /// @notice One of two members that gets any other stake, with any hints: all in, in order, the other as it was.
    function check_update_with_any_hints(
        uint96[MEMBERS] memory stakes,
        uint96 stake,
        bool first,
        uint256 prev,
        uint256 next
    ) public {
        _fill(2, stakes);
        vm.assume(stake > 0);
        (uint256 id, uint256 other) = first ? (uint256(1), uint256(2)) : (uint256(2), uint256(1));
        _pool.update(id, stake, _hint(prev, 2), _hint(next, 2), 0);
        assert(_pool.members[id].stake == stake && _pool.members[other].stake == stakes[other - 1]);
        _assertRanked(_order(), 2, 0);
    }

    /// @notice Without hints, a member of three that gets any other stake: all in, in order.
    function check_update_keeps_the_order(uint96[MEMBERS] memory stakes, uint96 stake, uint256 who) public {
        _fill(3, stakes);
        vm.assume(who >= 1 && who <= 3 && stake > 0);
        for (uint256 id = 1; id <= 3; ++id) {
            if (id != who) continue;
            _pool.update(id, stake, RankedPool.NONE, RankedPool.NONE, 0);
            _assertRanked(_order(), 3, 0);
        }
    }

    /// @notice Whoever is taken out is out; the others stand as they stood.
    function check_remove_leaves_the_others(uint96[MEMBERS] memory stakes, uint256 who) public {
        _fill(MEMBERS, stakes);
        vm.assume(who >= 1 && who <= MEMBERS);
        uint256[] memory before = _order();
        for (uint256 id = 1; id <= MEMBERS; ++id) {
            if (id != who) continue;
            _pool.remove(id, 0);
            uint256[] memory now_ = _order();
            _assertRanked(now_, MEMBERS, id);
            uint256 skipped = 0;
            for (uint256 i = 0; i < before.length; ++i) {
                if (before[i] == id) skipped = 1;
                else assert(now_[i - skipped] == before[i]);
            }
        }
    }

    /// @notice Without equals the order is one and the same with any hints.
    function check_hints_decide_only_among_equals(
        uint96[MEMBERS] memory stakes,
        uint96 stake,
        uint256 prev,
        uint256 next
    ) public {
        _fill(2, stakes);
        vm.assume(stake > 0 && stake != stakes[0] && stake != stakes[1]);
        (, uint256 position) = _pool.insert(address(3), stake, _hint(prev, 2), _hint(next, 2));
        uint256 above = 0;
        for (uint256 i = 0; i < 2; ++i) if (stakes[i] > stake) ++above;
        assert(position == above);
    }

    /// @notice An id that was given back is given out again, and to one member only.
    function check_ids_are_used_again(uint96[MEMBERS] memory stakes, uint256 who, uint96 stake) public {
        uint256 count = MEMBERS - 1;
        _fill(count, stakes);
        vm.assume(who >= 1 && who <= count && stake > 0);
        for (uint256 id = 1; id <= count; ++id) {
            if (id != who) continue;
            _pool.remove(id, 0);
            (uint256 again, ) = _pool.insert(address(9), stake, RankedPool.NONE, RankedPool.NONE);
            assert(again == id);
            assert(_pool.members[again].account == address(9));
            assert(_pool.size == count && _pool.ids == count);
        }
    }

    /// @notice A stake above 96 bits counts as the largest of them.
    function check_stakes_saturate(uint256 stake) public {
        _pool.grow(2);
        vm.assume(stake > type(uint96).max);
        (uint256 id, ) = _pool.insert(address(1), stake, RankedPool.NONE, RankedPool.NONE);
        assert(_pool.members[id].stake == type(uint96).max);
    }
}
