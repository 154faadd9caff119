// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IController} from "interfaces/IController.sol";
import {IManager} from "interfaces/IManager.sol";

/// @title A contract that obeys the Controller; what each function promises stands in {IManager}
abstract contract Manager is IManager {
    // Slot 0, here and in the ManagerProxy, which looks its target up through it.
    IController public controller;

    modifier onlyController() {
        _checkController();
        _;
    }

    modifier onlyControllerOwner() {
        _checkControllerOwner();
        _;
    }

    modifier onlyContract(bytes32 contractId) {
        _checkContract(contractId);
        _;
    }

    modifier whenSystemNotPaused() {
        _checkNotPaused();
        _;
    }

    constructor(IController controller_) {
        controller = controller_;
    }

    function setController(address newController) external onlyController {
        controller = IController(newController);

        emit SetController(newController);
    }

    /// @dev Address registered under `contractId`, zero when nothing is. Costs a call: ask once, pass the answer on.
    function _lookUp(bytes32 contractId) internal view returns (address) {
        return controller.getContract(contractId);
    }

    /// @dev As {_lookUp}, and reverts with {ContractNotRegistered} when nothing is.
    function _lookUpKnown(bytes32 contractId) internal view returns (address known) {
        known = _lookUp(contractId);
        require(known != address(0), ContractNotRegistered(contractId));
    }

    /// @dev As {_lookUpKnown}, and reverts with {SystemPaused} while the system is paused: one question answers both.
    function _lookUpOpen(bytes32 contractId) internal view returns (address known) {
        bool paused;
        (known, paused) = controller.getContractAndPause(contractId);
        require(!paused, SystemPaused());
        require(known != address(0), ContractNotRegistered(contractId));
    }

    /// @dev As {_lookUpOpen}, for two contracts at once.
    function _lookUpOpen(bytes32 firstId, bytes32 secondId) internal view returns (address first, address second) {
        bool paused;
        (first, second, paused) = controller.getContractsAndPause(firstId, secondId);
        require(!paused, SystemPaused());
        require(first != address(0), ContractNotRegistered(firstId));
        require(second != address(0), ContractNotRegistered(secondId));
    }

    function _checkContract(bytes32 contractId) internal view {
        require(msg.sender == _lookUp(contractId), CallerNotContract(msg.sender, contractId));
    }

    function _checkNotPaused() internal view {
        require(!controller.paused(), SystemPaused());
    }

    function _checkController() private view {
        require(msg.sender == address(controller), CallerNotController(msg.sender));
    }

    function _checkControllerOwner() private view {
        require(msg.sender == controller.owner(), CallerNotControllerOwner(msg.sender));
    }
}
