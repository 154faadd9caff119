// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IController} from "interfaces/IController.sol";
import {IManager} from "interfaces/IManager.sol";

/// @title Registry, owner and pause switch of the protocol; what each function promises stands in {IController}
contract Controller is IController {
    struct Entry {
        address contractAddress;
        bytes20 gitCommitHash;
    }

    // Slot 0: [ owner 160 | paused 8 | free 88 ]; slot 1: entries, two words each, of which only the first is hot.
    address public owner;
    bool public paused;
    mapping(bytes32 id => Entry) private _entries;

    modifier onlyOwner() {
        _checkOwner();
        _;
    }

    /// @dev Paused until the deployment is complete.
    constructor() {
        owner = msg.sender;
        paused = true;
    }

    function setContractInfo(bytes32 id, address contractAddress, bytes20 gitCommitHash) external onlyOwner {
        _entries[id] = Entry({contractAddress: contractAddress, gitCommitHash: gitCommitHash});

        emit SetContractInfo(id, contractAddress, gitCommitHash);
    }

    function updateController(bytes32 id, address controller) external onlyOwner {
        IManager(_entries[id].contractAddress).setController(controller);
    }

    function pause() external onlyOwner {
        require(!paused, AlreadyPaused());

        paused = true;

        emit Pause();
    }

    function unpause() external onlyOwner {
        require(paused, NotPaused());

        paused = false;

        emit Unpause();
    }

    function transferOwnership(address newOwner) external onlyOwner {
        require(newOwner != address(0), OwnerZeroAddress());

        address previousOwner = owner;
        owner = newOwner;

        emit OwnershipTransferred(previousOwner, newOwner);
    }

    function getContractInfo(bytes32 id) external view returns (address contractAddress, bytes20 gitCommitHash) {
        Entry storage entry = _entries[id];
        return (entry.contractAddress, entry.gitCommitHash);
    }

    function getContract(bytes32 id) external view returns (address) {
        return _entries[id].contractAddress;
    }

    function _checkOwner() private view {
        require(msg.sender == owner, CallerNotOwner(msg.sender));
    }
}
