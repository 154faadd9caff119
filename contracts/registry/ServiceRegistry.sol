// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IController} from "interfaces/IController.sol";
import {IServiceRegistry} from "interfaces/IServiceRegistry.sol";
import {ManagerProxyTarget} from "contracts/shared/ManagerProxyTarget.sol";

/// @title Where a node can be reached; what each function promises stands in {IServiceRegistry}
contract ServiceRegistry is IServiceRegistry, ManagerProxyTarget {
    mapping(address addr => string) private _serviceURIs; // 1; slot 0: see {ManagerProxyTarget}

    constructor(IController controller_) ManagerProxyTarget(controller_) {}

    function setServiceURI(string calldata serviceURI) external {
        _serviceURIs[msg.sender] = serviceURI;

        emit ServiceURIUpdate(msg.sender, serviceURI);
    }

    function getServiceURI(address addr) external view returns (string memory) {
        return _serviceURIs[addr];
    }
}
