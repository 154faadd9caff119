// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IController} from "interfaces/IController.sol";
import {Manager} from "./Manager.sol";

/// @title An implementation that a ManagerProxy runs on its own storage
/// @dev Slot plan of every such contract: 0 controller, 1 always zero, from 2 on its own; versions only append.
abstract contract ManagerProxyTarget is Manager {
    /// @notice Id under which the Controller knows the implementation behind a proxy. The proxy answers this call
    ///         itself, from its code; an implementation that is called directly answers zero.
    bytes32 public targetContractId;

    constructor(IController controller_) Manager(controller_) {}
}
