// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IController} from "interfaces/IController.sol";
import {ServiceRegistry} from "contracts/registry/ServiceRegistry.sol";

/// @title A version of the ServiceRegistry that may replace it: appends a variable, a function and an event
contract HarnessRegistryNext is ServiceRegistry {
    mapping(address addr => uint256) public changes; // 2

    event Counted(address indexed addr, uint256 changes);

    constructor(IController controller_) ServiceRegistry(controller_) {}

    function count() external {
        emit Counted(msg.sender, ++changes[msg.sender]);
    }
}
