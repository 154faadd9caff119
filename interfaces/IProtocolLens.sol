// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {IBondingManager} from "./IBondingManager.sol";

/// @title What clients want to know of the protocol, in one call instead of a hundred
/// @notice Reads only what every client can read, and keeps nothing: it finds the contracts through the Controller in
///         each call, so an upgrade of theirs needs none of its own. No contract of the protocol uses it.
/// @dev An addition to the published contracts. Amounts are LPT wei or ETH wei, rounds numbers of the RoundsManager.
///      A list that can grow comes whole or in pages: `start` counts from zero, a page beyond the end is empty. Reverts
///      with {ContractNotRegistered} where the Controller lacks a contract that is asked.
interface IProtocolLens {
    /// @notice What is known of a reward call. The contracts keep the round of the last one; whether there was one in a
    ///         round before it shows in the factors, if not in every case: then only the events know.
    enum RewardCall {
        No,
        Yes,
        Unknown
    }

    /// @notice The protocol as a whole.
    /// @param blockNumber L1 block, as the chain knows it.
    /// @param round The current round.
    /// @param roundStartBlock Its first block.
    /// @param roundLength Its length in blocks.
    /// @param blocksLeft Blocks until the next round begins, this one included.
    /// @param initialized Whether somebody has initialised it.
    /// @param locked Whether rates are locked for the rest of it.
    /// @param lastInitializedRound The last round that was initialised.
    /// @param paused Whether entry points are closed.
    /// @param owner Owner of the Controller.
    /// @param poolSize Orchestrators in the pool, the active set of the next round.
    /// @param poolMaxSize How many it can hold.
    /// @param activeStake LPT wei behind the active set of the current round.
    /// @param nextActiveStake LPT wei behind the pool.
    /// @param supply LPT wei on this chain and, where a bridge knows of them, on L1.
    /// @param inflation Of the current round, share of 1,000,000,000.
    /// @param mintable LPT wei that the current round may create.
    /// @param minted LPT wei that it has created.
    /// @param vaultLpt LPT wei in the Minter.
    /// @param vaultEth ETH wei in the Minter.
    /// @param treasury Address of the treasury.
    /// @param treasuryLpt LPT wei that it holds.
    struct SystemState {
        uint256 blockNumber;
        uint256 round;
        uint256 roundStartBlock;
        uint256 roundLength;
        uint256 blocksLeft;
        bool initialized;
        bool locked;
        uint256 lastInitializedRound;
        bool paused;
        address owner;
        uint256 poolSize;
        uint256 poolMaxSize;
        uint256 activeStake;
        uint256 nextActiveStake;
        uint256 supply;
        uint256 inflation;
        uint256 mintable;
        uint256 minted;
        uint256 vaultLpt;
        uint256 vaultEth;
        address treasury;
        uint256 treasuryLpt;
    }

    /// @notice What the owner has set.
    /// @param roundLength L1 blocks.
    /// @param roundLockAmount Share of a round, of 1,000,000, in which rates are locked.
    /// @param unbondingPeriod Rounds.
    /// @param poolMaxSize Orchestrators.
    /// @param treasuryRewardCutRate The treasury's share of rewards in this round, of 1e27.
    /// @param nextTreasuryRewardCutRate The same from the next round on.
    /// @param treasuryBalanceCeiling LPT wei at which that share ends; zero for no limit.
    /// @param unlockPeriod Rounds.
    /// @param ticketValidityPeriod Rounds.
    /// @param inflationChange Share of 1,000,000,000.
    /// @param targetBondingRate Share of 1,000,000,000.
    struct Parameters {
        uint256 roundLength;
        uint256 roundLockAmount;
        uint256 unbondingPeriod;
        uint256 poolMaxSize;
        uint256 treasuryRewardCutRate;
        uint256 nextTreasuryRewardCutRate;
        uint256 treasuryBalanceCeiling;
        uint256 unlockPeriod;
        uint256 ticketValidityPeriod;
        uint256 inflationChange;
        uint256 targetBondingRate;
    }

    /// @notice A member of the pool.
    /// @param rank 1 for the one with the most stake.
    /// @param account The orchestrator.
    /// @param stake LPT wei bonded to it now: what it counts with from the next round on.
    /// @param roundStake LPT wei that the rewards and fees of the round asked for are shared over; zero where nothing
    ///        is recorded of it.
    /// @param rewardCut Share of rewards that it keeps, of 1,000,000.
    /// @param feeShare Share of fees that it gives, of 1,000,000.
    /// @param lastRewardRound Last round in which it called reward.
    /// @param rewardCall Whether it called reward in the round asked for.
    /// @param active Whether it is, was or will be active in the round asked for, since it last joined the pool.
    /// @param activationRound Round from which it is active.
    /// @param deactivationRound Round from which it is no longer; 2^256 - 1 for a member of the pool.
    /// @param serviceURI Where it can be reached; empty when it never said.
    struct TranscoderInfo {
        uint256 rank;
        address account;
        uint256 stake;
        uint256 roundStake;
        uint256 rewardCut;
        uint256 feeShare;
        uint256 lastRewardRound;
        RewardCall rewardCall;
        bool active;
        uint256 activationRound;
        uint256 deactivationRound;
        string serviceURI;
    }

    /// @notice A delegator, and what it would have after a claim now.
    /// @param status Whether it is bonded, bonded from a later round on, or not.
    /// @param delegate Whom it is bonded to; null for none.
    /// @param bondedAmount LPT wei bonded, as of its last claim.
    /// @param fees ETH wei, as of its last claim.
    /// @param startRound Round from which it is bonded to its delegate.
    /// @param lastClaimRound Round of its last claim.
    /// @param pendingStake LPT wei that it would have bonded after a claim now.
    /// @param pendingFees ETH wei that it would have after a claim now.
    /// @param delegateActive Whether its delegate is active in this round.
    /// @param delegateRewarded Whether its delegate has called reward in this round.
    /// @param forfeitsReward Whether a claim now costs it this round's reward: it is bonded and has not claimed in this
    ///        round, and its delegate is active and has still to call reward. Bonding more, unbonding, rebonding,
    ///        withdrawing fees and moving to another delegate claim first.
    struct DelegatorEarnings {
        IBondingManager.DelegatorStatus status;
        address delegate;
        uint256 bondedAmount;
        uint256 fees;
        uint256 startRound;
        uint256 lastClaimRound;
        uint256 pendingStake;
        uint256 pendingFees;
        bool delegateActive;
        bool delegateRewarded;
        bool forfeitsReward;
    }

    /// @notice An unbonding lock that has not been used.
    /// @param id Its number.
    /// @param amount LPT wei.
    /// @param withdrawRound First round in which they can be withdrawn.
    /// @param open Whether they can be withdrawn now, in the round's number.
    struct LockInfo {
        uint256 id;
        uint256 amount;
        uint256 withdrawRound;
        bool open;
    }

    /// @notice The protocol as a whole, now.
    function systemState() external view returns (SystemState memory state);

    /// @notice What the owner has set.
    function parameters() external view returns (Parameters memory values);

    /// @notice The pool, most stake first, with what is known of the current round.
    function activeSet() external view returns (TranscoderInfo[] memory members);

    /// @notice The pool, most stake first, with what is known of `round`.
    /// @dev The pool is the active set of the next round. Who left it in this round is active to its end and not in
    ///      the list; `active` tells who is not active yet.
    function activeSet(uint256 round) external view returns (TranscoderInfo[] memory members);

    /// @notice As {activeSet}, `count` members from place `start` on.
    function activeSetPage(
        uint256 round,
        uint256 start,
        uint256 count
    ) external view returns (TranscoderInfo[] memory members);

    /// @notice A delegator, what it would have after a claim now, and whether that claim would cost it a reward.
    function delegatorEarnings(address delegator) external view returns (DelegatorEarnings memory earnings);

    /// @notice All unbonding locks of an account that have not been used.
    function unbondingLocks(address delegator) external view returns (LockInfo[] memory locks);

    /// @notice Those of them whose number is one of `count` from `start` on.
    function unbondingLocksPage(
        address delegator,
        uint256 start,
        uint256 count
    ) external view returns (LockInfo[] memory locks);

    /// @notice The Controller that the lens finds the contracts through.
    function controller() external view returns (address);
}
