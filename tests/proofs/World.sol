// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ContractIds} from "contracts/shared/ContractIds.sol";

/// @title All that a contract under proof asks others, answered as told
/// @dev Stands for the Controller and for every contract that it registers; who registered what, the round, the pool
///      and the owner are set to whatever the claim is about, as a rule to any value.
contract World {
    mapping(bytes32 id => address) public registered;
    address public owner;
    bool public paused;

    uint256 public currentRound;
    bool public initialized = true;
    mapping(uint256 round => bytes32) public blockHashForRound;

    uint256 public poolSize;
    mapping(address account => bool) public isActiveTranscoder;
    mapping(address account => uint256) public fees;
    uint256 public nextRoundTotalActiveStake;

    uint256 public paidTo;
    uint256 public paidAmount;
    uint256 public payments;

    receive() external payable {}

    function register(bytes32 id, address account) external {
        registered[id] = account;
    }

    function setOwner(address account) external {
        owner = account;
    }

    function setPaused(bool on) external {
        paused = on;
    }

    function setRound(uint256 round, bytes32 hash) external {
        currentRound = round;
        blockHashForRound[round] = hash;
    }

    function setInitialized(bool on) external {
        initialized = on;
    }

    function setPool(uint256 size) external {
        poolSize = size;
    }

    function setActive(address account, bool on) external {
        isActiveTranscoder[account] = on;
    }

    // As Controller

    function getContract(bytes32 id) public view returns (address account) {
        account = registered[id];
        if (account == address(0)) account = address(this);
    }

    function getContractAndPause(bytes32 id) external view returns (address, bool) {
        return (getContract(id), paused);
    }

    function getContractsAndPause(bytes32 first, bytes32 second) external view returns (address, address, bool) {
        return (getContract(first), getContract(second), paused);
    }

    // As RoundsManager and BondingManager

    function openRound() external view returns (uint256) {
        require(initialized);
        return currentRound;
    }

    function currentRoundState() external view returns (uint256, bool, bool) {
        return (currentRound, initialized, false);
    }

    function refreshRoundWindow() external {}

    function getTranscoderPoolSize() external view returns (uint256) {
        return poolSize;
    }

    function updateTranscoderWithFees(address account, uint256 amount, uint256) external {
        require(isActiveTranscoder[account]);
        fees[account] += amount;
    }

    // As BondingVotes

    function checkpointBondingState(address, uint256, uint256, address, uint256, uint256, uint256) external {}

    // As Minter

    function depositETH() external payable returns (bool) {
        return true;
    }

    function trustedWithdrawETH(address payable to, uint256 amount) external {
        (paidTo, paidAmount, payments) = (uint160(address(to)), amount, payments + 1);
    }

    function trustedTransferTokens(address to, uint256 amount) external {
        (paidTo, paidAmount, payments) = (uint160(to), amount, payments + 1);
    }
}
