// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IController} from "interfaces/IController.sol";
import {ManagerProxyTarget} from "contracts/shared/ManagerProxyTarget.sol";

/// @title A version of the ServiceRegistry that must not replace it: it looks for the addresses one slot further on
contract HarnessRegistryMoved is ManagerProxyTarget {
    uint256 public changes; // 2
    mapping(address addr => string) private _serviceURIs; // 3

    constructor(IController controller_) ManagerProxyTarget(controller_) {}

    function setServiceURI(string calldata serviceURI) external {
        _serviceURIs[msg.sender] = serviceURI;
        changes++;
    }

    function getServiceURI(address addr) external view returns (string memory) {
        return _serviceURIs[addr];
    }
}
