// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {RoundHistory} from "contracts/shared/RoundHistory.sol";
import {Proof} from "./Proof.sol";

/// @title A history tells what was, and a new entry changes nothing of it
/// @dev Up to four entries, in any rounds, with any values; the naive answer is the last one recorded in time.
contract RoundHistoryProofs is Proof {
    using RoundHistory for RoundHistory.Data;

    uint256 private constant ENTRIES = 4;

    RoundHistory.Data private _history;

    function _record(uint32[ENTRIES] memory rounds, uint192[ENTRIES] memory values) private {
        vm.assume(rounds[0] != 0);
        for (uint256 i = 0; i < ENTRIES; ++i) {
            if (i > 0) vm.assume(rounds[i] >= rounds[i - 1]);
            _history.record(rounds[i], values[i]);
        }
    }

    /// @notice The value at a round is the last that was recorded for it or before it, zero if none was.
    function check_at_is_the_last_recorded(
        uint32[ENTRIES] memory rounds,
        uint192[ENTRIES] memory values,
        uint256 asked
    ) public {
        _record(rounds, values);
        uint192 expected = 0;
        for (uint256 i = 0; i < ENTRIES; ++i) if (rounds[i] <= asked) expected = values[i];
        assert(_history.at(asked) == expected);
        assert(_history.latest() == values[ENTRIES - 1]);
        assert(!_history.isEmpty());
    }

    /// @notice Recording for a round leaves the value at every earlier round as it was.
    function check_record_leaves_the_past(
        uint32[ENTRIES] memory rounds,
        uint192[ENTRIES] memory values,
        uint32 round,
        uint192 value,
        uint256 asked
    ) public {
        _record(rounds, values);
        vm.assume(round >= rounds[ENTRIES - 1] && asked < round);
        uint192 before = _history.at(asked);
        _history.record(round, value);
        assert(_history.at(asked) == before);
        assert(_history.at(round) == value);
    }

    /// @notice Amending changes the newest value, and none before its round.
    function check_amend_changes_the_newest_only(
        uint32[ENTRIES] memory rounds,
        uint192[ENTRIES] memory values,
        uint192 value,
        uint256 asked
    ) public {
        _record(rounds, values);
        uint192 before = _history.at(asked);
        _history.amend(value);
        assert(_history.at(asked) == (asked < rounds[ENTRIES - 1] ? before : value));
    }

    /// @notice Amending an empty history keeps it empty, and its value as the latest.
    function check_amend_of_nothing_records_nothing(uint192 value, uint256 asked) public {
        _history.amend(value);
        assert(_history.isEmpty());
        assert(_history.latest() == value);
        assert(_history.at(asked) == value);
    }
}
