// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title A question to all stake
/// @notice Anyone may vote, any number of times; the last vote counts. By convention 0 is yes and 1 is no.
interface IPoll {
    /// @notice `voter` chose `choiceID`.
    event Vote(address indexed voter, uint256 choiceID);

    /// @notice The last block to vote in has passed.
    error PollOver(uint256 endBlock);

    /// @notice The poll can still be voted in.
    error PollActive(uint256 endBlock);

    /// @notice Votes, in place of an earlier vote. Reverts with {PollOver}.
    function vote(uint256 choiceID) external;

    /// @notice Ends the poll's life after its last block: whatever ETH was forced upon it goes to the caller. Anyone
    ///         may call it. Reverts with {PollActive}.
    /// @dev The published contract used to take its code off the chain; since EIP-6780 no contract can.
    function destroy() external;

    /// @notice Last block (on Arbitrum: L1 block) to vote in.
    function endBlock() external view returns (uint256);
}
