// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {IProtocolGovernor} from "interfaces/IProtocolGovernor.sol";

/// @title Owner of the protocol that acts only on notice; what each function promises stands in {IProtocolGovernor}
contract Governor is IProtocolGovernor {
    address public owner; // 0
    mapping(bytes32 updateHash => uint256 executableFrom) public updates; // 1

    modifier onlyOwner() {
        _checkOwner();
        _;
    }

    constructor() {
        owner = msg.sender;

        emit OwnershipTransferred(address(0), msg.sender);
    }

    function stage(Update calldata update, uint256 delay) external onlyOwner {
        (uint256 targets, uint256 values, uint256 datas) =
            (update.target.length, update.value.length, update.data.length);
        require(targets == values && targets == datas, UpdateLengthMismatch(targets, values, datas));
        bytes32 updateHash = _hash(update);
        uint256 staged = updates[updateHash];
        require(staged == 0, UpdateAlreadyStaged(updateHash, staged));

        updates[updateHash] = block.number + delay;

        emit UpdateStaged(update, delay);
    }

    function execute(Update calldata update) external payable {
        uint256 executableFrom = _take(update);
        require(block.number >= executableFrom, UpdateDelayNotExpired(executableFrom, block.number));

        for (uint256 i = 0; i < update.target.length; ++i) {
            (bool success, bytes memory answer) = update.target[i].call{value: update.value[i]}(update.data[i]);
            Address.verifyCallResult(success, answer);
        }

        emit UpdateExecuted(update);
    }

    function cancel(Update calldata update) external onlyOwner {
        _take(update);

        emit UpdateCancelled(update);
    }

    function transferOwnership(address newOwner) external {
        require(msg.sender == address(this), CallerNotGovernor(msg.sender));
        require(newOwner != address(0), OwnerZeroAddress());

        emit OwnershipTransferred(owner, newOwner);

        owner = newOwner;
    }

    /// @dev Takes an update off the stage, so that it is executed once.
    function _take(Update calldata update) private returns (uint256 executableFrom) {
        bytes32 updateHash = _hash(update);
        executableFrom = updates[updateHash];
        require(executableFrom != 0, UpdateNotStaged(updateHash));
        delete updates[updateHash];
    }

    function _checkOwner() private view {
        require(msg.sender == owner, CallerNotOwner(msg.sender));
    }

    function _hash(Update calldata update) private pure returns (bytes32) {
        return keccak256(abi.encode(update));
    }
}
