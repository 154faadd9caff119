// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Proxy} from "@openzeppelin/contracts/proxy/Proxy.sol";

import {IController} from "interfaces/IController.sol";
import {IManagerProxy} from "interfaces/IManagerProxy.sol";
import {Manager} from "contracts/shared/Manager.sol";

/// @title The address that clients know; what it promises stands in {IManagerProxy}
/// @dev Shares slot 0, the controller, with every implementation, and has no other storage of its own.
contract ManagerProxy is IManagerProxy, Manager, Proxy {
    // In the code, not in storage: it never changes, and every call needs it.
    bytes32 public immutable targetContractId;

    constructor(IController controller_, bytes32 targetContractId_) Manager(controller_) {
        targetContractId = targetContractId_;
    }

    receive() external payable {
        _fallback();
    }

    function _implementation() internal view override returns (address target) {
        target = _lookUp(targetContractId);
        require(target != address(0), TargetNotRegistered(targetContractId));
    }
}
