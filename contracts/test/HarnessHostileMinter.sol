// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IController} from "interfaces/IController.sol";
import {HarnessReceiver} from "./HarnessReceiver.sol";

/// @title A receiver that passes for a Minter of the same protocol, so that a migration pays it
contract HarnessHostileMinter is HarnessReceiver {
    IController public immutable getController;

    constructor(IController controller) {
        getController = controller;
    }

    function depositETH() external payable returns (bool accepted) {
        _take();
        return true;
    }
}
