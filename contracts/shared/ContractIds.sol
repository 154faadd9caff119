// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Names under which the Controller knows the protocol's contracts
/// @dev An implementation behind a proxy is registered under the name with `Target` appended.
library ContractIds {
    bytes32 internal constant BONDING_MANAGER = keccak256("BondingManager");
    bytes32 internal constant BONDING_VOTES = keccak256("BondingVotes");
    bytes32 internal constant L2_LPT_DATA_CACHE = keccak256("L2LPTDataCache");
    bytes32 internal constant L2_MIGRATOR = keccak256("L2Migrator");
    bytes32 internal constant LIVEPEER_GOVERNOR = keccak256("LivepeerGovernor");
    bytes32 internal constant LIVEPEER_TOKEN = keccak256("LivepeerToken");
    bytes32 internal constant MERKLE_SNAPSHOT = keccak256("MerkleSnapshot");
    bytes32 internal constant MINTER = keccak256("Minter");
    bytes32 internal constant ROUNDS_MANAGER = keccak256("RoundsManager");
    bytes32 internal constant SERVICE_REGISTRY = keccak256("ServiceRegistry");
    bytes32 internal constant TICKET_BROKER = keccak256("TicketBroker");
    bytes32 internal constant TREASURY = keccak256("Treasury");

    /// @dev Whoever may slash; no contract of the protocol is registered under it, on the live network neither.
    bytes32 internal constant VERIFIER = keccak256("Verifier");

    /// @dev The TicketBroker's name of old; the Minter knows it by this one, so it is registered under both.
    bytes32 internal constant JOBS_MANAGER = keccak256("JobsManager");
}
