// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Proxy} from "@openzeppelin/contracts/proxy/Proxy.sol";

import {IController} from "interfaces/IController.sol";
import {IManagerProxy} from "interfaces/IManagerProxy.sol";
import {ManagerProxyTarget} from "contracts/shared/ManagerProxyTarget.sol";

/// @title The address that clients know; what it promises stands in {IManagerProxy}
/// @dev Shares the first two slots, controller and targetContractId, with every implementation.
contract ManagerProxy is IManagerProxy, ManagerProxyTarget, Proxy {
    constructor(IController controller_, bytes32 targetContractId_) ManagerProxyTarget(controller_) {
        targetContractId = targetContractId_;
    }

    receive() external payable {
        _fallback();
    }

    function _implementation() internal view override returns (address target) {
        bytes32 id = targetContractId;
        target = _lookUp(id);
        require(target != address(0), TargetNotRegistered(id));
    }
}
