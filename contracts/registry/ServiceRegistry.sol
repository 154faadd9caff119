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
        if (bytes(serviceURI).length < 32) _storeShort(_serviceURIs[msg.sender], bytes(serviceURI));
        else _serviceURIs[msg.sender] = serviceURI;

        emit ServiceURIUpdate(msg.sender, serviceURI);
    }

    function getServiceURI(address addr) external view returns (string memory) {
        return _serviceURIs[addr];
    }

    /// @dev As an assignment of up to 31 bytes, without a look at what stood there: they lie in one word, the bytes first
    ///      and twice their number last. Words that a longer text has left behind mean nothing.
    function _storeShort(string storage place, bytes calldata text) private {
        uint256 word = uint256(bytes32(text)) | (text.length * 2);
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            sstore(place.slot, word)
        }
    }
}
