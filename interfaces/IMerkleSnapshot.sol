// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title States of old, as roots of Merkle trees
/// @notice Lets contracts check what was the case at a time that nobody recorded on chain.
interface IMerkleSnapshot {
    /// @notice Sets the root of snapshot `id`, in place of the one before. Controller owner only.
    function setSnapshot(bytes32 id, bytes32 root) external;

    /// @notice Root of snapshot `id`; zero when there is none.
    function snapshot(bytes32 id) external view returns (bytes32);

    /// @notice Whether `leaf` is in snapshot `id`.
    /// @param proof The neighbours on the way from the leaf to the root; of two, the smaller is hashed first.
    function verify(bytes32 id, bytes32[] calldata proof, bytes32 leaf) external view returns (bool);
}
