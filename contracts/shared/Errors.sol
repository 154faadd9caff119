// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Failures that more than one contract reports
library Errors {
    /// @notice The current round cannot be worked in before somebody has initialised it.
    error CurrentRoundNotInitialized(uint256 round);

    /// @notice A share cannot exceed the whole.
    /// @param value The share given.
    /// @param whole What stands for 100 %: 1e6, 1e9 or 1e27, depending on the parameter.
    error InvalidPercentage(uint256 value, uint256 whole);
}
