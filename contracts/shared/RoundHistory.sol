// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title A value of up to 192 bits that changes from round to round, with all that it was
/// @dev One word for each round from which on the value was another: [ value 192 | index 32 | round 32 ]. The newest
///      stands where it can be found without knowing how many there are, and says how many there were before it; those
///      are found by binary search. A change within a round overwrites, so a round costs at most one new word.
///
///      Widths: 2^32 rounds of one block last 1,600 years, and there are no more entries than rounds.
library RoundHistory {
    uint256 private constant VALUE_SHIFT = 64;
    uint256 private constant INDEX_SHIFT = 32;
    uint256 private constant MASK_32 = 0xffffffff;

    struct Data {
        uint256 newest; // round zero: nothing recorded
        mapping(uint256 index => uint256) past;
    }

    /// @dev Whether something was recorded. Round 0 is none that anything can be recorded for.
    function isEmpty(Data storage self) internal view returns (bool) {
        return _round(self.newest) == 0;
    }

    /// @dev The value recorded last, zero if none was.
    function latest(Data storage self) internal view returns (uint192) {
        return uint192(self.newest >> VALUE_SHIFT);
    }

    /// @dev Records what the value is from `round` on: above zero, below 2^32, and no earlier than recorded before.
    function record(Data storage self, uint256 round, uint192 value) internal {
        uint256 newest = self.newest;
        (uint256 index, uint256 last) = (_index(newest), _round(newest));
        if (last != 0 && last != round) self.past[index++] = newest;
        self.newest = (uint256(value) << VALUE_SHIFT) | (index << INDEX_SHIFT) | round;
    }

    /// @dev Changes the newest value without a trace of what it was; nothing need have been recorded.
    function amend(Data storage self, uint192 value) internal {
        self.newest = (uint256(value) << VALUE_SHIFT) | (self.newest & type(uint64).max);
    }

    /// @dev The value at the start of `round`: that which was recorded for it or last before it, zero if none was.
    function at(Data storage self, uint256 round) internal view returns (uint192) {
        uint256 newest = self.newest;
        if (_round(newest) <= round) return uint192(newest >> VALUE_SHIFT);

        // Past entries from `high` on begin after `round`, those before `low` do not.
        (uint256 low, uint256 high) = (0, _index(newest));
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (_round(self.past[middle]) > round) high = middle;
            else low = middle + 1;
        }
        return low == 0 ? 0 : uint192(self.past[low - 1] >> VALUE_SHIFT);
    }

    function _round(uint256 entry) private pure returns (uint256) {
        return entry & MASK_32;
    }

    function _index(uint256 entry) private pure returns (uint256) {
        return (entry >> INDEX_SHIFT) & MASK_32;
    }
}
