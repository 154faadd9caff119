// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title Gives LPT away, on test networks only
/// @notice Every account may ask for a fixed amount once in a while, a whitelisted one at any time. The faucet gives
///         what it holds: it is filled by sending LPT to it.
interface ILivepeerTokenFaucet {
    /// @notice `to` has received `amount` LPT wei.
    event Request(address indexed to, uint256 amount);

    /// @notice The account has asked before, and may ask again from `nextValidRequest` (Unix time) on.
    error RequestTooEarly(address account, uint256 nextValidRequest);

    /// @notice Sends {requestAmount} to the caller, who waits {requestWait} hours before the next time.
    /// @dev Reverts with {RequestTooEarly}, and with the token's error when the faucet is empty.
    function request() external;

    /// @notice Lets an account ask at any time. Owner only.
    function addToWhitelist(address account) external;

    /// @notice Makes an account wait as others do. Owner only.
    function removeFromWhitelist(address account) external;

    /// @notice The token that is given away.
    function token() external view returns (address);

    /// @notice LPT wei given at a time.
    function requestAmount() external view returns (uint256);

    /// @notice Hours between two requests of an account.
    function requestWait() external view returns (uint256);

    /// @notice Unix time from which the account may ask; zero when it never did, and not counted while whitelisted.
    function nextValidRequest(address account) external view returns (uint256);

    /// @notice Whether the account may ask at any time.
    function isWhitelisted(address account) external view returns (bool);
}
