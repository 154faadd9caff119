// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IBondingManager} from "interfaces/IBondingManager.sol";
import {IBondingVotes} from "interfaces/IBondingVotes.sol";
import {IMinter} from "interfaces/IMinter.sol";
import {IRoundsManager} from "interfaces/IRoundsManager.sol";
import {ContractIds} from "contracts/shared/ContractIds.sol";
import {Errors} from "contracts/shared/Errors.sol";
import {ManagerProxyTarget} from "contracts/shared/ManagerProxyTarget.sol";
import {RankedPool} from "contracts/shared/RankedPool.sol";
import {EarningsRounds} from "./EarningsRounds.sol";

/// @title All state of the BondingManager, and the questions that it answers by itself
/// @dev No other part of the BondingManager declares storage. Widths and what justifies them:
///        - LPT, 104 bits or more: 2e13 LPT, 500,000 times today's supply. Inflation has no ceiling of its own, so no
///          number of years bounds the supply; the Minter does, which mints nothing beyond that amount;
///        - ETH, 128 bits: more than there is;
///        - rounds and lock ids, 32 bits: 1,600 years of rounds of a single block; 2^32 locks of one account are more
///          transactions than Arbitrum One has had;
///        - commission rates, 24 bits: at most 1e6. Treasury rates, 96 bits: at most 1e27;
///        - blocks, 32 bits: a window that ends later is cut short, and then the RoundsManager is asked;
///        - cumulative factors, a whole word where they need one (see {EarningsRounds}): a few wei of stake that earn a
///          whole round's inflation make them explode.
///      Slot plan:
///        0 [ controller 160 (in the base) | windowRound 32 | windowEnd 32 | windowLock 32 ]
///        1 [ treasuryRewardCutRate 96 | treasuryBalanceCeiling 96 | unbondingPeriod 64 ]
///        2 [ currentRoundTotalActiveStake 128 | nextRoundTotalActiveStake 128 ]
///        3 nextRoundTreasuryRewardCutRate   4 treasuryBalanceCeiling, if it needs more than 96 bits
///        5 delegators   6 transcoders   7 transcoderToRewardCaller   8 and on: pool
///
///      The window: for as long as a round lasts, the RoundsManager's answers are known from when it began. Only
///      outside of the window, when the round has ended or its length was never told, is the RoundsManager asked.
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

    /// @dev An orchestrator, or any account that stake is bonded to. Three words, and one for each round in which
    ///      something happened to it. All that a change of stake touches is in the first; what a reward touches too, in
    ///      the second.
    struct Transcoder {
        uint104 delegatedAmount; // minted rewards included, claimed or not
        uint32 lastRewardRound;
        uint32 lastActiveStakeUpdateRound; // last round that a stake counts for; which one: see {ActiveSetModule}
        uint32 activationRound;
        uint32 deactivationRound; // NEVER while in the pool
        uint16 poolId; // means nothing outside the pool
        uint8 rankWord; // where in the pool's ranking it was last seen, or SETTLED
        // next word
        uint104 cumulativeRewards; // own rewards, not claimed
        uint104 activeCumulativeRewards; // the part of them that was stake in lastRewardRound
        uint24 rewardCut;
        uint24 feeShare;
        // next word
        uint128 cumulativeFees; // own fees, not claimed
        uint32 lastFeeRound;
        // next words
        EarningsRounds.Data rounds;
    }

    /// @dev Neighbours that an orchestrator will have in the pool.
    struct Hint {
        address prev;
        address next;
    }

    /// @dev The round that never comes.
    uint32 internal constant NEVER = type(uint32).max;

    /// @dev A rankWord that says that the stake of lastActiveStakeUpdateRound is written down: see {ActiveSetModule}.
    uint8 internal constant SETTLED = type(uint8).max;

    uint32 private _windowRound;
    uint32 private _windowEnd; // first block after the window
    uint32 private _windowLock; // first block in which rates are locked

    uint96 internal _treasuryRewardCutRate;
    uint96 private _treasuryBalanceCeiling; // saturates: see {_setCeiling}
    uint64 public unbondingPeriod;

    uint128 internal _currentRoundTotalActiveStake;
    uint128 internal _nextRoundTotalActiveStake;

    uint96 internal _nextRoundTreasuryRewardCutRate;
    uint256 private _wideCeiling;

    mapping(address account => Delegator) internal _delegators;
    mapping(address account => Transcoder) internal _transcoders;
    mapping(address transcoder => address rewardCaller) public transcoderToRewardCaller;

    RankedPool.Data internal _pool;

    function _setCeiling(uint256 ceiling) internal {
        _treasuryBalanceCeiling = uint96(Math.min(ceiling, type(uint96).max));
        if (ceiling >= type(uint96).max) _wideCeiling = ceiling;
    }

    function _ceiling() internal view returns (uint256 ceiling) {
        ceiling = _treasuryBalanceCeiling;
        if (ceiling == type(uint96).max) ceiling = _wideCeiling;
    }

    /// @dev Learns from the RoundsManager until which block the current round lasts. No round that needs more than 32
    ///      bits is ever initialised, so none is worked in.
    /// @return round The current round.
    function _refreshWindow() internal returns (uint256 round) {
        uint256 end;
        uint256 lock;
        (round, end, lock) = _roundsManager().openRoundWindow();
        _windowRound = round.toUint32();
        _windowEnd = uint32(Math.min(end, type(uint32).max));
        _windowLock = uint32(Math.min(lock, type(uint32).max));
    }

    /// @dev For work that changes stake: that the system is not paused and the round initialised.
    function _open() internal view returns (uint256 round, IBondingVotes votes) {
        votes = IBondingVotes(_lookUpOpen(ContractIds.BONDING_VOTES));
        (round, ) = _workRound();
    }

    /// @dev The current round, checked to be initialised, and whether rates are locked in it.
    function _workRound() internal view returns (uint256 round, bool locked) {
        bool initialized;
        (round, initialized, locked) = _roundState();
        require(initialized, Errors.CurrentRoundNotInitialized(round));
    }

    /// @dev The current round, initialised or not.
    function _currentRound() internal view returns (uint256 round) {
        (round, , ) = _roundState();
    }

    /// @dev Bonded to itself.
    function _isRegistered(address account) internal view returns (bool) {
        Delegator storage del = _delegators[account];
        return del.delegate == account && del.bondedAmount > 0;
    }

    function _isActive(Transcoder storage t, uint256 round) internal view returns (bool) {
        return t.activationRound <= round && round < t.deactivationRound;
    }

    function _isInPool(Transcoder storage t) internal view returns (bool) {
        return t.deactivationRound == NEVER;
    }

    function _statusOf(Delegator storage del, uint256 round) internal view returns (DelegatorStatus) {
        if (del.bondedAmount == 0) return DelegatorStatus.Unbonded;
        return del.startRound > round ? DelegatorStatus.Pending : DelegatorStatus.Bonded;
    }

    /// @dev Tells the voting power's history how an account stands, from the next round on.
    function _checkpoint(IBondingVotes votes, address account, uint256 round) internal {
        unchecked {
            Delegator storage del = _delegators[account];
            Transcoder storage t = _transcoders[account];
            votes.checkpointBondingState({
                account: account,
                startRound: round + 1,
                bondedAmount: del.bondedAmount,
                delegateAddress: del.delegate,
                delegatedAmount: t.delegatedAmount,
                lastClaimRound: del.lastClaimRound,
                lastRewardRound: t.lastRewardRound
            });
        }
    }

    function _payOut(IMinter minter, address to, uint256 amount) internal {
        minter.trustedTransferTokens(to, amount);
    }

    function _votes() internal view returns (IBondingVotes) {
        return IBondingVotes(_lookUpKnown(ContractIds.BONDING_VOTES));
    }

    function _minter() internal view returns (IMinter) {
        return IMinter(_lookUpKnown(ContractIds.MINTER));
    }

    function _roundState() private view returns (uint256 round, bool initialized, bool locked) {
        if (block.number < _windowEnd) return (_windowRound, true, block.number >= _windowLock);
        return _roundsManager().currentRoundState();
    }

    function _roundsManager() private view returns (IRoundsManager) {
        return IRoundsManager(_lookUpKnown(ContractIds.ROUNDS_MANAGER));
    }
}
