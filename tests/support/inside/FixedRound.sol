// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Knows the current round, and nothing else
/// @dev Put in place of the RoundsManager for a single view.
contract FixedRound {
    uint256 public currentRound; // 0
}
