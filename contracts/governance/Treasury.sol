// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {TimelockControllerUpgradeable} from
    "@openzeppelin/contracts-upgradeable/governance/TimelockControllerUpgradeable.sol";
import {ITreasury} from "interfaces/ITreasury.sol";

/// @title Keeps what the community owns; what each function promises stands in {ITreasury}
contract Treasury is ITreasury, TimelockControllerUpgradeable {
    bytes32 public constant TIMELOCK_ADMIN_ROLE = keccak256("TIMELOCK_ADMIN_ROLE");

    // Nobody can get in between deployment and initialisation.
    address private immutable _DEPLOYER = msg.sender;

    /// @dev OpenZeppelin's administrators are those of the published role here, and of no other.
    function initialize(
        uint256 minDelay,
        address[] memory proposers,
        address[] memory executors,
        address admin
    ) public override(ITreasury, TimelockControllerUpgradeable) {
        require(msg.sender == _DEPLOYER, CallerNotDeployer(msg.sender));
        super.initialize(minDelay, proposers, executors, admin);

        _setRoleAdmin(TIMELOCK_ADMIN_ROLE, TIMELOCK_ADMIN_ROLE);
        _setRoleAdmin(PROPOSER_ROLE, TIMELOCK_ADMIN_ROLE);
        _setRoleAdmin(EXECUTOR_ROLE, TIMELOCK_ADMIN_ROLE);
        _setRoleAdmin(CANCELLER_ROLE, TIMELOCK_ADMIN_ROLE);
        _moveAdministration(address(this));
        if (admin != address(0)) _moveAdministration(admin);
    }

    /// @dev OpenZeppelin's answer leaves its access control out.
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IAccessControl).interfaceId || super.supportsInterface(interfaceId);
    }

    function _moveAdministration(address account) private {
        _revokeRole(DEFAULT_ADMIN_ROLE, account);
        _grantRole(TIMELOCK_ADMIN_ROLE, account);
    }
}
