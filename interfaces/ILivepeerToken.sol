// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title The protocol's token (LPT): what it offers beyond ERC-20, permit and access control
/// @notice 18 decimals, no cap on the supply. Minting and burning are roles, given by the default admin:
///         the Minter holds the one, a bridge may hold both.
interface ILivepeerToken {
    /// @notice `amount` has come into being in the hands of `to`.
    event Mint(address indexed to, uint256 amount);

    /// @notice `amount` of the tokens of `burner` is gone, by its own hand or by one that it had allowed.
    event Burn(address indexed burner, uint256 amount);

    /// @notice Creates `amount` wei of LPT for `to`. Holders of the minter role only.
    function mint(address to, uint256 amount) external;

    /// @notice Destroys `amount` of the caller's own tokens. Holders of the burner role only.
    function burn(uint256 amount) external;

    /// @notice Destroys `amount` of `account`'s tokens out of the caller's allowance. Holders of the burner role only.
    function burnFrom(address account, uint256 amount) external;
}
