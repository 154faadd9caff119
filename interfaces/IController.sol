// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title The registry that ties the protocol together
/// @notice Maps ids to contracts and carries the one pause switch. The id of a contract is the keccak256 of its ASCII
///         name; the implementation behind a proxy is registered under the name with `Target` appended, so replacing it
///         is one call here.
/// @dev The system is paused from construction until the owner unpauses it.
interface IController {
    /// @notice `id` names `contractAddress` from now on.
    /// @param id Keccak256 of the contract's name.
    /// @param contractAddress Address that answers to the id; zero takes the id out of use.
    /// @param gitCommitHash Commit that the contract was built from.
    event SetContractInfo(bytes32 id, address contractAddress, bytes20 gitCommitHash);

    /// @notice Ownership, and with it every owner-only function of the protocol, has passed on.
    event OwnershipTransferred(address indexed previousOwner, address indexed newOwner);

    /// @notice Entry points that move stake, fees or rounds are closed.
    event Pause();

    /// @notice They are open again.
    event Unpause();

    /// @notice Only the owner may do this.
    error CallerNotOwner(address caller);

    /// @notice The system would have no owner.
    error OwnerZeroAddress();

    /// @notice The system is paused already.
    error AlreadyPaused();

    /// @notice There is no pause to lift.
    error NotPaused();

    /// @notice Registers, replaces or removes a contract. Owner only; works while paused.
    /// @param id Keccak256 of the contract's name.
    /// @param contractAddress The contract; zero removes it.
    /// @param gitCommitHash Commit that it was built from.
    function setContractInfo(bytes32 id, address contractAddress, bytes20 gitCommitHash) external;

    /// @notice Hands the contract registered under `id` over to another Controller. Owner only.
    /// @param id Keccak256 of the contract's name; something must be registered under it.
    /// @param controller The Controller that the contract obeys from now on.
    function updateController(bytes32 id, address controller) external;

    /// @notice Closes the protocol's entry points. Owner only, reverts with {AlreadyPaused}.
    function pause() external;

    /// @notice Opens them again. Owner only, reverts with {NotPaused}.
    function unpause() external;

    /// @notice Passes ownership on. Owner only, reverts with {OwnerZeroAddress}.
    function transferOwnership(address newOwner) external;

    /// @notice Address and build commit registered under `id`; zeros when nothing is.
    function getContractInfo(bytes32 id) external view returns (address contractAddress, bytes20 gitCommitHash);

    /// @notice Address registered under `id`; zero when nothing is.
    function getContract(bytes32 id) external view returns (address);

    /// @notice As {getContract} and {paused}, in one question.
    /// @dev An addition to the published interface, as is {getContractsAndPause}: the protocol's contracts ask for one
    ///      another in every transaction, and must not work while paused.
    function getContractAndPause(bytes32 id) external view returns (address contractAddress, bool isPaused);

    /// @notice As {getContractAndPause}, for two contracts at once.
    function getContractsAndPause(
        bytes32 firstId,
        bytes32 secondId
    ) external view returns (address first, address second, bool isPaused);

    /// @notice The account that may register contracts, set parameters and pause.
    function owner() external view returns (address);

    /// @notice Whether the system is paused.
    function paused() external view returns (bool);
}
