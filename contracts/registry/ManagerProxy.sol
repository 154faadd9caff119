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

    /// @dev As {_lookUp}, by hand: every call to the protocol passes here, and Solidity's own call costs twice as much.
    function _implementation() internal view override returns (address target) {
        bytes32 id = targetContractId;
        address registry = address(controller);
        bytes4 selector = IController.getContract.selector;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            mstore(0x00, selector)
            mstore(0x04, id)
            let success := staticcall(gas(), registry, 0x00, 0x24, 0x00, 0x20)
            // Without an answer, as from an account without code, the memory still holds the question.
            target := mul(mload(0x00), and(success, gt(returndatasize(), 0x1f)))
        }
        require(target != address(0), TargetNotRegistered(id));
    }
}
