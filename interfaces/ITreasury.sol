// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title Keeps what the community owns, and spends it as proposals decide (LIP-89, LIP-92)
/// @notice Receives its part of every reward. Calls that proposers schedule are executed after a delay.
/// @dev A TimelockController of OpenZeppelin's: see there for `schedule`, `execute`, `cancel`, the roles and the
///      getters. As in the published contract, roles are given and taken by holders of TIMELOCK_ADMIN_ROLE: the
///      contract itself, and whoever is named at initialisation.
interface ITreasury {
    /// @notice Only the account that has deployed the contract may initialise it.
    error CallerNotDeployer(address caller);

    /// @notice Sets the contract up. Once, by its deployer.
    /// @dev Reverts with {CallerNotDeployer}, {InvalidInitialization}.
    /// @param minDelay Seconds that lie between scheduling and execution at least.
    /// @param proposers May schedule calls, and cancel them.
    /// @param executors May execute calls whose time has come; null for anybody.
    /// @param admin Administers the roles beside the contract itself; null for nobody. Expected to renounce.
    function initialize(
        uint256 minDelay,
        address[] calldata proposers,
        address[] calldata executors,
        address admin
    ) external;

    /// @notice The role whose holders give and take all roles.
    // solhint-disable-next-line func-name-mixedcase
    function TIMELOCK_ADMIN_ROLE() external view returns (bytes32);
}
