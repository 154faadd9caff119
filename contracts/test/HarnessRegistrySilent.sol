// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IController} from "interfaces/IController.sol";
import {ManagerProxyTarget} from "contracts/shared/ManagerProxyTarget.sol";

/// @title A version of the ServiceRegistry that reads its storage rightly and answers wrongly
contract HarnessRegistrySilent is ManagerProxyTarget {
    mapping(address addr => string) private _serviceURIs; // 2

    constructor(IController controller_) ManagerProxyTarget(controller_) {}

    function setServiceURI(string calldata serviceURI) external {
        _serviceURIs[msg.sender] = serviceURI;
    }

    function getServiceURI(address) external pure returns (string memory) {
        return "";
    }
}
