// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title What the bridge knows about LPT on L1 (a contract of the bridge, not of this suite)
interface IL2LPTDataCache {
    /// @notice LPT wei on L1 that have not been bridged here.
    function l1CirculatingSupply() external view returns (uint256);
}
