// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {RoundHistory} from "contracts/shared/RoundHistory.sol";

/// @title A history alone
contract HarnessRoundHistory {
    using RoundHistory for RoundHistory.Data;

    RoundHistory.Data private _history;

    function record(uint256 round, uint192 value) external {
        _history.record(round, value);
    }

    function amend(uint192 value) external {
        _history.amend(value);
    }

    function isEmpty() external view returns (bool) {
        return _history.isEmpty();
    }

    function latest() external view returns (uint192) {
        return _history.latest();
    }

    /// @notice The values at the start of rounds 0 to `end`.
    function upTo(uint256 end) external view returns (uint192[] memory values) {
        values = new uint192[](end + 1);
        for (uint256 round = 0; round <= end; ++round) values[round] = _history.at(round);
    }
}
