// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IController} from "interfaces/IController.sol";
import {RoundsManager} from "./RoundsManager.sol";

/// @title A clock that anybody can set, for tests and test networks
/// @dev Blocks have the numbers, and one and the same hash, that were set last. Those of the chain mean nothing to it,
///      so nobody can be told in advance in which of them a round ends: who asks for the window is told to ask again.
contract AdjustableRoundsManager is RoundsManager {
    // Slots 0 to 3: see {RoundsManager}.
    uint256 public num; // 4
    bytes32 public hash; // 5

    constructor(IController controller_) RoundsManager(controller_) {}

    /// @notice Sets the number of the current block.
    function setBlockNum(uint256 newNum) external {
        num = newNum;
    }

    /// @notice Sets the hash of all past blocks.
    function setBlockHash(bytes32 newHash) external {
        hash = newHash;
    }

    /// @notice Lets `blocks` blocks pass.
    function mineBlocks(uint256 blocks) external {
        num += blocks;
    }

    function openRoundWindow() external view override returns (uint256 round, uint256 endBlock, uint256 lockBlock) {
        return (currentRound(), 0, 0);
    }

    function blockNum() public view override returns (uint256) {
        return num;
    }

    function blockHash(uint256 blockNumber) public view override returns (bytes32) {
        require(num <= KNOWN_HASHES || blockNumber >= num - KNOWN_HASHES, BlockTooOld(blockNumber, num));
        return hash;
    }
}
