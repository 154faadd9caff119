// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IController} from "interfaces/IController.sol";
import {IManager} from "interfaces/IManager.sol";

/// @title Registry, owner and pause switch of the protocol; what each function promises stands in {IController}
contract Controller is IController {
    /// @dev Two words, of which only the first is hot:  [ contractAddress 160 | paused 8 | listed 8 | free 80 ]
    ///      `paused` is a copy of the switch, so that whoever asks for a contract learns of a pause from the same word.
    struct Entry {
        address contractAddress;
        bool paused;
        bool listed; // among `_ids`
        bytes20 gitCommitHash;
    }

    address public owner; // 0  [ owner 160 | paused 8 | free 88 ]
    bool public paused;
    mapping(bytes32 id => Entry) private _entries; // 1
    bytes32[] private _ids; // 2  all that ever had an entry

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
        if (!_entries[id].listed) _ids.push(id);
        _entries[id] =
            Entry({contractAddress: contractAddress, paused: paused, listed: true, gitCommitHash: gitCommitHash});

        emit SetContractInfo(id, contractAddress, gitCommitHash);
    }

    function updateController(bytes32 id, address controller) external onlyOwner {
        IManager(_entries[id].contractAddress).setController(controller);
    }

    function pause() external onlyOwner {
        require(!paused, AlreadyPaused());

        _setPaused(true);

        emit Pause();
    }

    function unpause() external onlyOwner {
        require(paused, NotPaused());

        _setPaused(false);

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

    function getContractAndPause(bytes32 id) external view returns (address contractAddress, bool isPaused) {
        Entry storage entry = _entries[id];
        return (entry.contractAddress, _isPaused(entry));
    }

    function getContractsAndPause(bytes32 firstId, bytes32 secondId)
        external
        view
        returns (address first, address second, bool isPaused)
    {
        Entry storage entry = _entries[firstId];
        return (entry.contractAddress, _entries[secondId].contractAddress, _isPaused(entry));
    }

    /// @dev The switch, and the copies of it. As many writes as there are ids, some twenty: pausing is rare.
    function _setPaused(bool newPaused) private {
        paused = newPaused;
        for (uint256 i = 0; i < _ids.length; ++i) _entries[_ids[i]].paused = newPaused;
    }

    function _isPaused(Entry storage entry) private view returns (bool) {
        return entry.listed ? entry.paused : paused;
    }

    function _checkOwner() private view {
        require(msg.sender == owner, CallerNotOwner(msg.sender));
    }
}
