// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title A list of 16-bit ids, sixteen to a word
/// @dev Position p lies in word p / 16, lane p % 16, lane 0 being the lowest 16 bits. The list knows no length: its
///      user does, and never names a position or an id that it has not put there. Positions have 16 bits, so nothing
///      here overflows.
library PackedIds {
    uint256 private constant LANES = 16;
    uint256 private constant LANE_BITS = 16;
    uint256 private constant LANE_MASK = 0xffff;

    // One in every lane, and the top bit of every lane.
    uint256 private constant ONES = 0x0001000100010001000100010001000100010001000100010001000100010001;
    uint256 private constant TOPS = 0x8000800080008000800080008000800080008000800080008000800080008000;

    struct List {
        uint256[4096] words; // room for every 16-bit id
    }

    /// @dev The id at `position`.
    function get(List storage list, uint256 position) internal view returns (uint256) {
        return _lane(list.words[position / LANES], position % LANES);
    }

    /// @dev The word that has `position`.
    function wordOf(uint256 position) internal pure returns (uint256) {
        return position / LANES;
    }

    /// @dev The position of `id`, which must be in the list. Looked for in word `near` first, then from the front.
    function positionOf(List storage list, uint256 id, uint256 near) internal view returns (uint256 position) {
        unchecked {
            uint256 pattern = id * ONES;
            uint256 word = list.words[near];
            if (!_hasZeroLane(word ^ pattern)) {
                near = 0;
                while (!_hasZeroLane((word = list.words[near]) ^ pattern)) ++near;
            }

            position = near * LANES;
            while (_lane(word, position % LANES) != id) ++position;
        }
    }

    /// @dev Puts `id` at `position`; those from there on make room, up to and over the one at `end`, which is lost.
    function insert(List storage list, uint256 position, uint256 end, uint256 id) internal {
        unchecked {
            uint256 carried = id;
            for (uint256 i = position / LANES; i <= end / LANES; ++i) {
                uint256 word = list.words[i];
                (uint256 low, uint256 high) = _span(i, position, end);
                uint256 moved = (word << LANE_BITS) & _mask(low, high) & ~(LANE_MASK << (low * LANE_BITS));
                list.words[i] = (word & ~_mask(low, high)) | moved | (carried << (low * LANE_BITS));
                carried = _lane(word, high);
            }
        }
    }

    /// @dev Takes out the id at `position`; those behind it up to `end` close the gap, and it goes to `end`.
    function retire(List storage list, uint256 position, uint256 end) internal {
        unchecked {
            uint256 carried = get(list, position);
            for (uint256 i = end / LANES + 1; i > position / LANES; --i) {
                uint256 word = list.words[i - 1];
                (uint256 low, uint256 high) = _span(i - 1, position, end);
                uint256 moved = (word >> LANE_BITS) & _mask(low, high) & ~(LANE_MASK << (high * LANE_BITS));
                list.words[i - 1] = (word & ~_mask(low, high)) | moved | (carried << (high * LANE_BITS));
                carried = _lane(word, low);
            }
        }
    }

    /// @dev Lanes of word `index` that positions `first` to `last` take up.
    function _span(uint256 index, uint256 first, uint256 last) private pure returns (uint256 low, uint256 high) {
        unchecked {
            low = index == first / LANES ? first % LANES : 0;
            high = index == last / LANES ? last % LANES : LANES - 1;
        }
    }

    /// @dev All bits of lanes `low` to `high`.
    function _mask(uint256 low, uint256 high) private pure returns (uint256) {
        unchecked {
            return (type(uint256).max >> ((LANES - 1 - high + low) * LANE_BITS)) << (low * LANE_BITS);
        }
    }

    function _lane(uint256 word, uint256 lane) private pure returns (uint256) {
        return (word >> (lane * LANE_BITS)) & LANE_MASK;
    }

    /// @dev Subtracting one borrows into the top bit of a lane that is zero; lanes whose own top bit is set do not
    ///      count.
    function _hasZeroLane(uint256 word) private pure returns (bool) {
        unchecked {
            return (word - ONES) & ~word & TOPS != 0;
        }
    }
}
