// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title Where a node can be reached
/// @notice Each account publishes one URI about itself. Nobody checks it: whoever reads it decides what to trust.
interface IServiceRegistry {
    /// @notice `addr` is reached at `serviceURI` from now on.
    event ServiceURIUpdate(address indexed addr, string serviceURI);

    /// @notice Publishes where the caller can be reached, in place of what stood there.
    /// @dev Open to every account, registered as a transcoder or not, also while the system is paused.
    /// @param serviceURI For orchestrators `https://host:port`; the empty string takes the entry back.
    function setServiceURI(string calldata serviceURI) external;

    /// @notice Where `addr` says it can be reached; empty when it never said.
    function getServiceURI(address addr) external view returns (string memory);
}
