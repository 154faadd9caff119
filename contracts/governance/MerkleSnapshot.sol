// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IController} from "interfaces/IController.sol";
import {IMerkleSnapshot} from "interfaces/IMerkleSnapshot.sol";
import {Manager} from "contracts/shared/Manager.sol";

/// @title States of old, as roots of Merkle trees; what each function promises stands in {IMerkleSnapshot}
contract MerkleSnapshot is IMerkleSnapshot, Manager {
    mapping(bytes32 id => bytes32 root) public snapshot; // 1

    constructor(IController controller_) Manager(controller_) {}

    function setSnapshot(bytes32 id, bytes32 root) external onlyControllerOwner {
        snapshot[id] = root;
    }

    function verify(bytes32 id, bytes32[] calldata proof, bytes32 leaf) external view returns (bool) {
        return MerkleProof.verifyCalldata(proof, snapshot[id], leaf);
    }
}
