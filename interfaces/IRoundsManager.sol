// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title The protocol's clock
/// @notice Counts rounds in L1 blocks. A round exists as soon as its first block does; stake and fees can move in it
///         once somebody has initialised it.
interface IRoundsManager {
    /// @notice Round `round` can be worked in from now on.
    /// @param round Number of the round.
    /// @param blockHash What tickets of the round commit to: the hash of the last L1 block before the initialisation,
    ///        or a substitute derived on chain where that reads as zero; never zero itself.
    event NewRound(uint256 indexed round, bytes32 blockHash);

    /// @notice The round has been initialised before.
    error RoundAlreadyInitialized(uint256 round);

    /// @notice A round must be at least one block long.
    error RoundLengthZero();

    /// @notice A round that outlasts every chain cannot be stored.
    error RoundLengthTooLong(uint256 length, uint256 max);

    /// @notice Only hashes of past blocks are known.
    error BlockNotPast(uint256 blockNumber, uint256 currentBlock);

    /// @notice Only the hashes of the last 256 blocks are known.
    error BlockTooOld(uint256 blockNumber, uint256 currentBlock);

    /// @notice The upgrade round of an improvement proposal is set once and for all.
    error LipUpgradeRoundAlreadySet(uint256 lip, uint256 round);

    /// @notice Opens the current round for work: fixes its block hash, its active stake and its mintable tokens.
    ///         Anyone may call it, once a round; nothing is paid for it.
    /// @dev Skipped rounds stay uninitialised for ever: their rewards are not back-filled.
    ///      Reverts with {RoundAlreadyInitialized} and while the system is paused.
    function initializeRound() external;

    /// @notice Sets the length of a round. Controller owner only. Past rounds keep their numbers; a shorter length may
    ///         end the present one, and more, at once. Reverts with {RoundLengthZero}
    ///         and, above 2^64 - 1, with {RoundLengthTooLong}. Tells the BondingManager, if one is registered.
    /// @param newLength L1 blocks, at least one.
    function setRoundLength(uint256 newLength) external;

    /// @notice Sets the share of a round, at its end, in which orchestrators cannot change their rates.
    ///         Controller owner only; reverts when it is no valid percentage. Tells the BondingManager, if one is
    ///         registered.
    /// @param newLockAmount Share of 1,000,000.
    function setRoundLockAmount(uint256 newLockAmount) external;

    /// @notice Records the round in which an improvement proposal took effect. Controller owner only, once per
    ///         proposal; reverts with {LipUpgradeRoundAlreadySet}.
    function setLIPUpgradeRound(uint256 lip, uint256 round) external;

    /// @notice What a caller needs to know about the present, in one call.
    /// @return round Number of the current round.
    /// @return initialized Whether it has been initialised.
    /// @return locked Whether it has entered the part in which rates cannot change.
    function currentRoundState() external view returns (uint256 round, bool initialized, bool locked);

    /// @notice How long the current round can be worked in, for a contract that keeps the answer instead of asking
    ///         again: from now on, in every block before `endBlock`, the round is `round` and initialised, unless a
    ///         parameter changes (then the BondingManager's `refreshRoundWindow` is called).
    /// @return round Number of the current round.
    /// @return endBlock First block of the next round; zero if the current one is not initialised.
    /// @return lockBlock First block in which rates cannot change; zero if the round is not initialised.
    function openRoundWindow() external view returns (uint256 round, uint256 endBlock, uint256 lockBlock);

    /// @notice Number of the L1 block, as the chain knows it.
    function blockNum() external view returns (uint256);

    /// @notice Hash of one of the last 256 L1 blocks; reverts with {BlockNotPast} or {BlockTooOld}.
    function blockHash(uint256 blockNumber) external view returns (bytes32);

    /// @notice What tickets of round `round` commit to; zero when the round was never initialised.
    function blockHashForRound(uint256 round) external view returns (bytes32);

    /// @notice Number of the current round, initialised or not.
    function currentRound() external view returns (uint256);

    /// @notice First L1 block of the current round.
    function currentRoundStartBlock() external view returns (uint256);

    /// @notice Whether the current round has been initialised.
    function currentRoundInitialized() external view returns (bool);

    /// @notice Whether the current round has entered the part in which rates cannot change.
    function currentRoundLocked() external view returns (bool);

    /// @notice Length of a round in L1 blocks (6377 on Arbitrum One since LIP-83).
    function roundLength() external view returns (uint256);

    /// @notice Share of the round, of 1,000,000, in which rates cannot change.
    function roundLockAmount() external view returns (uint256);

    /// @notice The last round that was initialised.
    function lastInitializedRound() external view returns (uint256);

    /// @notice Round in which the length was last changed: rounds are counted from it.
    function lastRoundLengthUpdateRound() external view returns (uint256);

    /// @notice First block of that round.
    function lastRoundLengthUpdateStartBlock() external view returns (uint256);

    /// @notice Round in which improvement proposal `lip` took effect; zero when unset.
    function lipUpgradeRound(uint256 lip) external view returns (uint256);
}
