// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title The address that clients know
/// @notice Keeps the storage of one contract of the protocol and runs, on every call, the implementation that the
///         Controller has registered at that moment. Replacing the implementation is one call to the Controller; there
///         is no administrator here.
/// @dev `controller()`, `targetContractId()` and `setController(address)` are answered by the proxy itself, whatever
///      the implementation holds under these names: no implementation can lock itself in.
interface IManagerProxy {
    /// @notice No implementation is registered under `targetContractId`.
    error TargetNotRegistered(bytes32 targetContractId);
}
