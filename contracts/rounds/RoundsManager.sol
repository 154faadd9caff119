// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingManager} from "interfaces/IBondingManager.sol";
import {IController} from "interfaces/IController.sol";
import {IMinter} from "interfaces/IMinter.sol";
import {IRoundsManager} from "interfaces/IRoundsManager.sol";
import {ContractIds} from "contracts/shared/ContractIds.sol";
import {ManagerProxyTarget} from "contracts/shared/ManagerProxyTarget.sol";
import {MillionthMath} from "contracts/shared/MillionthMath.sol";

/// @title The protocol's clock; what each function promises stands in {IRoundsManager}
/// @dev On Arbitrum `block.number` is the number of the L1 block, so rounds are counted in those.
contract RoundsManager is IRoundsManager, ManagerProxyTarget {
    uint256 internal constant KNOWN_HASHES = 256;

    // Slot 0, beside the controller (see {ManagerProxyTarget}), and slot 1 hold the clock:
    //   0 [ controller 160 | length 64 | lockAmount 32 ], 1 [ lastInitialized 48 | anchorRound 48 | anchorBlock 64 ]
    // currentRound = anchorRound + (block.number - anchorBlock) / length; the anchor moves when the length changes, so
    // that a new length never renumbers the past. A round is at least a block long: 2^48 rounds last 9,000 years at a
    // thousand blocks a second. lockAmount is a share of 1e6.
    uint64 private _length;
    uint32 private _lockAmount;
    uint48 private _lastInitialized;
    uint48 private _anchorRound;
    uint64 private _anchorBlock;
    mapping(uint256 round => bytes32) private _blockHashes; // 2
    mapping(uint256 lip => uint256 round) private _lipUpgradeRounds; // 3

    constructor(IController controller_) ManagerProxyTarget(controller_) {}

    function initializeRound() external whenSystemNotPaused {
        uint256 round = currentRound();
        require(_lastInitialized < round, RoundAlreadyInitialized(round));

        bytes32 commitment = _commitment(round);
        _lastInitialized = uint48(round);
        _blockHashes[round] = commitment;

        // The Minter's budget rests on the stake that the BondingManager fixes.
        IBondingManager(_lookUp(ContractIds.BONDING_MANAGER)).setCurrentRoundTotalActiveStake();
        IMinter(_lookUp(ContractIds.MINTER)).setCurrentRewardTokens();

        emit NewRound(round, commitment);
    }

    function setRoundLength(uint256 newLength) external onlyControllerOwner {
        require(newLength != 0, RoundLengthZero());
        require(newLength <= type(uint64).max, RoundLengthTooLong(newLength, type(uint64).max));

        // Before the first length is set rounds are counted from block 0, as if they had always been that long.
        if (_length == 0) _length = uint64(newLength);
        (_anchorRound, _anchorBlock) = (uint48(currentRound()), uint64(currentRoundStartBlock()));
        _length = uint64(newLength);
        _announceWindow();

        emit ParameterUpdate("roundLength");
    }

    function setRoundLockAmount(uint256 newLockAmount) external onlyControllerOwner {
        MillionthMath.check(newLockAmount);

        _lockAmount = uint32(newLockAmount);
        _announceWindow();

        emit ParameterUpdate("roundLockAmount");
    }

    function setLIPUpgradeRound(uint256 lip, uint256 round) external onlyControllerOwner {
        uint256 known = _lipUpgradeRounds[lip];
        require(known == 0, LipUpgradeRoundAlreadySet(lip, known));

        _lipUpgradeRounds[lip] = round;

        emit ParameterUpdate("lipUpgradeRound");
    }

    function openRoundWindow()
        external
        view
        virtual
        returns (uint256 round, uint256 endBlock, uint256 lockBlock)
    {
        round = currentRound();
        if (_lastInitialized != round) return (round, 0, 0);
        endBlock = currentRoundStartBlock() + _length;
        lockBlock = endBlock - MillionthMath.portion(_length, _lockAmount);
    }

    function currentRoundState() external view returns (uint256 round, bool initialized, bool locked) {
        round = currentRound();
        return (round, _lastInitialized == round, currentRoundLocked());
    }

    function blockHashForRound(uint256 round) external view returns (bytes32) {
        return _blockHashes[round];
    }

    function currentRoundInitialized() external view returns (bool) {
        return _lastInitialized == currentRound();
    }

    function roundLength() external view returns (uint256) {
        return _length;
    }

    function roundLockAmount() external view returns (uint256) {
        return _lockAmount;
    }

    function lastInitializedRound() external view returns (uint256) {
        return _lastInitialized;
    }

    function lastRoundLengthUpdateRound() external view returns (uint256) {
        return _anchorRound;
    }

    function lastRoundLengthUpdateStartBlock() external view returns (uint256) {
        return _anchorBlock;
    }

    function lipUpgradeRound(uint256 lip) external view returns (uint256) {
        return _lipUpgradeRounds[lip];
    }

    function currentRound() public view returns (uint256) {
        return _anchorRound + (blockNum() - _anchorBlock) / _length;
    }

    function currentRoundStartBlock() public view returns (uint256) {
        return _anchorBlock + (currentRound() - _anchorRound) * _length;
    }

    function currentRoundLocked() public view returns (bool) {
        uint256 length = _length;
        uint256 lockedBlocks = MillionthMath.portion(length, _lockAmount);
        return blockNum() - currentRoundStartBlock() >= length - lockedBlocks;
    }

    function blockNum() public view virtual returns (uint256) {
        return block.number;
    }

    function blockHash(uint256 blockNumber) public view virtual returns (bytes32) {
        uint256 current = blockNum();
        require(blockNumber < current, BlockNotPast(blockNumber, current));
        require(current <= KNOWN_HASHES || blockNumber >= current - KNOWN_HASHES, BlockTooOld(blockNumber, current));
        return blockhash(blockNumber);
    }

    /// @dev The BondingManager keeps the bounds of the current round, which have changed. There is none before the
    ///      first length is set.
    function _announceWindow() private {
        if (_length == 0) return;
        address bondingManager = _lookUp(ContractIds.BONDING_MANAGER);
        if (bondingManager != address(0)) IBondingManager(bondingManager).refreshRoundWindow();
    }

    /// @dev The hash of the last block. On Arbitrum it can read as zero, which would void every ticket of the round.
    ///      In its place stands a hash over the newest known block hash before it and the last round's. Whoever calls
    ///      can choose among block numbers, as with the hash itself, and nothing else: block.timestamp changes more
    ///      often and block.prevrandao is constant there.
    function _commitment(uint256 round) private view returns (bytes32 commitment) {
        uint256 current = blockNum();
        commitment = blockHash(current - 1);
        if (commitment != 0) return commitment;

        bytes32 older;
        uint256 oldest = current > KNOWN_HASHES ? current - KNOWN_HASHES : 0;
        for (uint256 number = current - 1; number > oldest && older == 0; --number) {
            older = blockHash(number - 1);
        }
        return keccak256(abi.encode(address(this), block.chainid, round, older, _blockHashes[_lastInitialized]));
    }
}
