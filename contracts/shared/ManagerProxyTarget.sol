// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IController} from "interfaces/IController.sol";
import {Manager} from "./Manager.sol";

/// @title An implementation that a ManagerProxy runs on its own storage
/// @dev Slot plan of every such contract: 0 [ controller 160 | 96 bits of its own ], from 1 on its own; versions only
///      append. The proxy has read slot 0 before the implementation begins, so what is needed in every call is best
///      kept there: declared first, in at most 96 bits.
abstract contract ManagerProxyTarget is Manager {
    /// @notice Id under which the Controller knows the implementation behind a proxy. The proxy answers this call
    ///         itself, from its code; an implementation that is called directly answers zero.
    // solhint-disable-next-line const-name-snakecase
    bytes32 public constant targetContractId = 0;

    constructor(IController controller_) Manager(controller_) {}
}
