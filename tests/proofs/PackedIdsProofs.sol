// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PackedIds} from "contracts/shared/PackedIds.sol";
import {Proof} from "./Proof.sol";

/// @title Sixteen ids to a word: moving them loses none and moves no other
contract PackedIdsProofs is Proof {
    using PackedIds for PackedIds.List;

    uint256 private constant WORDS = 2;
    uint256 private constant SIZE = WORDS * 16;

    PackedIds.List private _list;

    /// @dev Any contents of the words.
    function _fill(uint256[WORDS] memory words) private {
        for (uint256 i = 0; i < WORDS; ++i) _list.words[i] = words[i];
    }

    function _at(uint256[WORDS] memory words, uint256 position) private pure returns (uint256) {
        return uint16(words[position / 16] >> (16 * (position % 16)));
    }

    /// @notice The id at a position is its sixteen bits.
    function check_get_is_the_lane(uint256[WORDS] memory words) public {
        _fill(words);
        for (uint256 p = 0; p < SIZE; ++p) assert(_list.get(p) == _at(words, p));
    }

    /// @notice Whatever the words hold and wherever the search begins, the answer is a position of the id, if there is
    ///         one.
    function check_positionOf_finds_the_id(uint256[WORDS] memory words, uint16 id, uint256 there, bool near) public {
        uint256 word = there < 16 ? words[0] : words[1];
        vm.assume(there < SIZE && uint16(word >> (16 * (there % 16))) == id);
        _fill(words);
        uint256 position = _list.positionOf(id, near ? 1 : 0);
        assert(position < SIZE);
        assert(_list.get(position) == id);
    }

    /// @notice Inserting moves those between by one, drops the one at the end, and leaves all others.
    function check_insert_shifts_up(uint256[WORDS] memory words, uint16 id, uint256 position, uint256 end) public {
        vm.assume(position <= end && end < SIZE);
        for (uint256 p = 0; p < SIZE; ++p) {
            if (p != position) continue;
            for (uint256 e = p; e < SIZE; ++e) {
                if (e != end) continue;
                _fill(words);
                _list.insert(p, e, id);
                for (uint256 q = 0; q < SIZE; ++q) {
                    uint256 expected = q == p ? id : q > p && q <= e ? _at(words, q - 1) : _at(words, q);
                    assert(_list.get(q) == expected);
                }
            }
        }
    }

    /// @notice Retiring puts the id to the end, closes the gap, and leaves all others.
    function check_retire_shifts_down(uint256[WORDS] memory words, uint256 position, uint256 end) public {
        vm.assume(position <= end && end < SIZE);
        for (uint256 p = 0; p < SIZE; ++p) {
            if (p != position) continue;
            for (uint256 e = p; e < SIZE; ++e) {
                if (e != end) continue;
                _fill(words);
                _list.retire(p, e);
                for (uint256 q = 0; q < SIZE; ++q) {
                    uint256 expected = q == e ? _at(words, p) : q >= p && q < e ? _at(words, q + 1) : _at(words, q);
                    assert(_list.get(q) == expected);
                }
            }
        }
    }
}
