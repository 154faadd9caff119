// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title Owner of the protocol that acts only on notice (LIP-73)
/// @notice Its owner, a multisig on the live network, stages an update: a list of calls. After the delay that was
///         staged with it, anybody may have them executed. Owns the Controller, and administers the token.
interface IProtocolGovernor {
    /// @notice Calls, executed in their order, all or none.
    /// @param target Contracts to call.
    /// @param value ETH wei for each call.
    /// @param data Calldata of each call.
    /// @param nonce Tells equal updates apart.
    struct Update {
        address[] target;
        uint256[] value;
        bytes[] data;
        uint256 nonce;
    }

    /// @notice `update` can be executed in `delay` blocks.
    event UpdateStaged(Update update, uint256 delay);

    /// @notice `update` has been executed.
    event UpdateExecuted(Update update);

    /// @notice `update` has been taken back.
    event UpdateCancelled(Update update);

    /// @notice Somebody else stages from now on.
    event OwnershipTransferred(address indexed previousOwner, address indexed newOwner);

    /// @notice Only the owner may do this.
    error CallerNotOwner(address caller);

    /// @notice Only an update may do this.
    error CallerNotGovernor(address caller);

    /// @notice Nobody could stage any more.
    error OwnerZeroAddress();

    /// @notice An update needs a value and calldata for each target.
    error UpdateLengthMismatch(uint256 targets, uint256 values, uint256 datas);

    /// @notice The same update is waiting already.
    /// @param updateHash Keccak256 of the update's ABI encoding.
    /// @param executableFrom Block from which it can be executed.
    error UpdateAlreadyStaged(bytes32 updateHash, uint256 executableFrom);

    /// @notice The update was never staged, or has been executed or cancelled.
    error UpdateNotStaged(bytes32 updateHash);

    /// @notice The update's delay has not passed.
    error UpdateDelayNotExpired(uint256 executableFrom, uint256 currentBlock);

    /// @notice Announces an update. Owner only.
    /// @dev Reverts with {CallerNotOwner}, {UpdateLengthMismatch}, {UpdateAlreadyStaged}.
    /// @param update The calls.
    /// @param delay Blocks (on Arbitrum: L1 blocks) until it can be executed; zero for at once.
    function stage(Update calldata update, uint256 delay) external;

    /// @notice Executes an update whose delay has passed. Anyone may call it. The ETH that its calls need comes with
    ///         this call or lies here already.
    /// @dev Reverts with {UpdateNotStaged}, {UpdateDelayNotExpired}, or as the first call that fails does.
    function execute(Update calldata update) external payable;

    /// @notice Takes an update back. Owner only.
    /// @dev Reverts with {CallerNotOwner}, {UpdateNotStaged}.
    function cancel(Update calldata update) external;

    /// @notice Makes somebody else the owner. By an update only.
    /// @dev Reverts with {CallerNotGovernor}, {OwnerZeroAddress}.
    function transferOwnership(address newOwner) external;

    /// @notice Who stages and cancels updates.
    function owner() external view returns (address);

    /// @notice Block from which an update can be executed; zero if it is not staged.
    /// @param updateHash Keccak256 of the update's ABI encoding.
    function updates(bytes32 updateHash) external view returns (uint256);
}
