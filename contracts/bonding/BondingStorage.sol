// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IBondingManager} from "interfaces/IBondingManager.sol";
import {IBondingVotes} from "interfaces/IBondingVotes.sol";
import {IMinter} from "interfaces/IMinter.sol";
import {IRoundsManager} from "interfaces/IRoundsManager.sol";
import {ContractIds} from "contracts/shared/ContractIds.sol";
import {Errors} from "contracts/shared/Errors.sol";
import {ManagerProxyTarget} from "contracts/shared/ManagerProxyTarget.sol";
import {RankedPool} from "contracts/shared/RankedPool.sol";

/// @title All state of the BondingManager, and the questions that it answers by itself
/// @dev No other part of the BondingManager declares storage. Widths and what justifies them:
///        - amounts, 128 bits: 3.4e20 LPT, ten trillion times today's supply, and more ETH than there is;
///        - rounds, 32 bits: 1,600 years of rounds of a single block;
///        - commission rates, 24 bits: at most 1e6. Treasury rates, 96 bits: at most 1e27;
///        - cumulative factors, a whole word: a few wei of stake that earn a whole round's inflation make them explode.
///      Slot plan:
///        0 controller, 1 targetContractId (both in the bases)
///        2 [ unbondingPeriod 64 | treasuryRewardCutRate 96 | nextRoundTreasuryRewardCutRate 96 ]
///        3 [ currentRoundTotalActiveStake 128 | nextRoundTotalActiveStake 128 ]
///        4 treasuryBalanceCeiling
///        5 delegators   6 transcoders   7 transcoderToRewardCaller   8 and on: pool
abstract contract BondingStorage is IBondingManager, ManagerProxyTarget {
    using SafeCast for uint256;

    /// @dev Two words, and one for each unbonding lock.
    struct Delegator {
        uint128 bondedAmount; // as of lastClaimRound
        uint128 fees; // as of lastClaimRound
        // next word
        address delegate;
        uint32 startRound;
        uint32 lastClaimRound;
        uint32 nextUnbondingLockId;
        // next words
        mapping(uint256 id => UnbondingLock) unbondingLocks;
    }

    struct UnbondingLock {
        uint128 amount;
        uint128 withdrawRound; // a round plus an unbonding period of up to 64 bits; zero: no lock
    }

    /// @dev An orchestrator, or any account that stake is bonded to. Three words, and three for each round.
    struct Transcoder {
        uint128 delegatedAmount; // minted rewards included, claimed or not
        uint32 lastRewardRound;
        uint32 lastActiveStakeUpdateRound; // last round whose earningsPools entry has the stake
        uint32 activationRound;
        uint32 deactivationRound; // NEVER while in the pool
        // next word
        uint128 cumulativeFees; // own fees, not claimed
        uint32 lastFeeRound;
        uint24 rewardCut;
        uint24 feeShare;
        uint16 poolId; // means nothing outside the pool
        // next word
        uint128 cumulativeRewards; // own rewards, not claimed
        uint128 activeCumulativeRewards; // the part of them that was stake in lastRewardRound
        // next words
        mapping(uint256 round => EarningsPool) earningsPools;
    }

    /// @dev What an orchestrator's round earns, and for what stake (LIP-36).
    struct EarningsPool {
        uint128 totalStake;
        uint24 rewardCut;
        uint24 feeShare;
        // next words
        uint256 cumulativeRewardFactor; // 0: none recorded
        uint256 cumulativeFeeFactor;
    }

    /// @dev Neighbours that an orchestrator will have in the pool.
    struct Hint {
        address prev;
        address next;
    }

    /// @dev The round that never comes.
    uint32 internal constant NEVER = type(uint32).max;

    uint64 public unbondingPeriod;
    uint96 internal _treasuryRewardCutRate;
    uint96 internal _nextRoundTreasuryRewardCutRate;

    uint128 internal _currentRoundTotalActiveStake;
    uint128 internal _nextRoundTotalActiveStake;

    uint256 public treasuryBalanceCeiling;

    mapping(address account => Delegator) internal _delegators;
    mapping(address account => Transcoder) internal _transcoders;
    mapping(address transcoder => address rewardCaller) public transcoderToRewardCaller;

    RankedPool.Data internal _pool;

    /// @dev The current round, checked to be open for work: not paused, initialised.
    function _openRound() internal view returns (uint32 round) {
        (round, ) = _openRoundAndLock();
    }

    /// @dev As {_openRound}, and whether rates are locked.
    function _openRoundAndLock() internal view returns (uint32, bool) {
        _checkNotPaused();
        (uint256 round, bool initialized, bool locked) = _roundsManager().currentRoundState();
        require(initialized, Errors.CurrentRoundNotInitialized(round));
        return (round.toUint32(), locked);
    }

    /// @dev The current round, open or not.
    function _currentRound() internal view returns (uint32) {
        return _roundsManager().currentRound().toUint32();
    }

    /// @dev Bonded to itself.
    function _isRegistered(address account) internal view returns (bool) {
        Delegator storage del = _delegators[account];
        return del.delegate == account && del.bondedAmount > 0;
    }

    function _isActive(Transcoder storage t, uint32 round) internal view returns (bool) {
        return t.activationRound <= round && round < t.deactivationRound;
    }

    function _isInPool(Transcoder storage t) internal view returns (bool) {
        return t.deactivationRound == NEVER;
    }

    function _statusOf(Delegator storage del, uint32 round) internal view returns (DelegatorStatus) {
        if (del.bondedAmount == 0) return DelegatorStatus.Unbonded;
        return del.startRound > round ? DelegatorStatus.Pending : DelegatorStatus.Bonded;
    }

    /// @dev Tells the voting power's history how an account stands, from the next round on.
    function _checkpoint(IBondingVotes votes, address account, uint32 round) internal {
        Delegator storage del = _delegators[account];
        Transcoder storage t = _transcoders[account];
        votes.checkpointBondingState({
            account: account,
            startRound: uint256(round) + 1,
            bondedAmount: del.bondedAmount,
            delegateAddress: del.delegate,
            delegatedAmount: t.delegatedAmount,
            lastClaimRound: del.lastClaimRound,
            lastRewardRound: t.lastRewardRound
        });
    }

    function _votes() internal view returns (IBondingVotes) {
        return IBondingVotes(_lookUp(ContractIds.BONDING_VOTES));
    }

    function _minter() internal view returns (IMinter) {
        return IMinter(_lookUp(ContractIds.MINTER));
    }

    function _roundsManager() private view returns (IRoundsManager) {
        return IRoundsManager(_lookUp(ContractIds.ROUNDS_MANAGER));
    }
}
