// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {IBondingManager} from "./IBondingManager.sol";

/// @title Opens polls in which stake is asked for its opinion
/// @notice A poll only records who chose what. Weights are taken from the stake at its end, off the chain.
interface IPollCreator {
    /// @notice A poll can be voted in.
    /// @param poll The contract to vote at.
    /// @param proposal What it is about: the hash of a document, by convention.
    /// @param endBlock Last block to vote in.
    /// @param quorum Share of the stake that must vote, of 1,000,000.
    /// @param quota Share of the votes that must be for the proposal, of 1,000,000.
    event PollCreated(address indexed poll, bytes proposal, uint256 endBlock, uint256 quorum, uint256 quota);

    /// @notice A poll is opened by somebody with something at stake.
    /// @param account Who tried.
    /// @param stake LPT wei of the account: its own, or bonded to it, whichever is more.
    /// @param required LPT wei that it takes.
    error PollStakeInsufficient(address account, uint256 stake, uint256 required);

    /// @notice Opens a poll that ends in {POLL_PERIOD} blocks.
    /// @dev Reverts with {PollStakeInsufficient}.
    /// @param proposal What it is about.
    function createPoll(bytes calldata proposal) external;

    /// @notice Whose books tell the stake of a poll's creator.
    function bondingManager() external view returns (IBondingManager);

    /// @notice Share of the stake that must vote, of 1,000,000: 33.33 %.
    // solhint-disable-next-line func-name-mixedcase
    function QUORUM() external view returns (uint256);

    /// @notice Share of the votes that must be for the proposal, of 1,000,000: 50 %.
    // solhint-disable-next-line func-name-mixedcase
    function QUOTA() external view returns (uint256);

    /// @notice Blocks (on Arbitrum: L1 blocks) that a poll is open for: ten rounds of the first round length, 5760.
    // solhint-disable-next-line func-name-mixedcase
    function POLL_PERIOD() external view returns (uint256);

    /// @notice LPT wei at stake that it takes to open a poll: 100 LPT.
    // solhint-disable-next-line func-name-mixedcase
    function POLL_CREATION_COST() external view returns (uint256);
}
