// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title Stake: bonding, the active set, rewards and fees
/// @notice Holders of LPT bond it to an orchestrator (in the contract's words: a transcoder). The orchestrators with
///         the most stake behind them form the active set; an active one earns newly minted LPT once a round and the
///         face value of winning tickets, and shares both with its delegators.
/// @dev Units: amounts are LPT wei or ETH wei, rounds are numbers of the RoundsManager. `rewardCut` (kept by the
///      orchestrator) and `feeShare` (given to its delegators) are shares of 1,000,000; cumulative factors (LIP-36,
///      LIP-71) and treasury rates are shares of 1e27. Every division rounds down.
///
///      Every entry point that moves stake, rewards or fees reverts with {SystemPaused} while the system is paused and,
///      where it says "in an initialised round", with {CurrentRoundNotInitialized}; checks come in the order: pause,
///      round, then those that each function names, in the order it names them.
///
///      Voting power: after each change an account's stake is recorded with the BondingVotes, which tells of it in
///      events of its own. The order is always: an orchestrator that lost stake, the one that gained it, the owner of
///      the stake.
///
///      Claiming: an entry point that "claims first" brings an account's stake and fees up to the current round before
///      it does anything else, and emits {EarningsClaimed} if that was still to be done. Whoever claims in a round
///      before the orchestrator has called reward in it forfeits that round's reward (and fees that arrive later in the
///      round).
///
///      Hints: the functions named `...WithHint` take the neighbours that an orchestrator will have in the pool after
///      the call, the one with more stake first; null stands for none. A hint never changes who is in the pool. It
///      decides only where an orchestrator stands among others with exactly its own stake; without one it goes before
///      them.
interface IBondingManager {
    /// @notice Whether an account is an orchestrator: bonded to itself.
    enum TranscoderStatus {
        NotRegistered,
        Registered
    }

    /// @notice Where a delegator stands: bonded from a later round on, bonded, or without stake.
    enum DelegatorStatus {
        Pending,
        Bonded,
        Unbonded
    }

    /// @notice An orchestrator has set its rates.
    event TranscoderUpdate(address indexed transcoder, uint256 rewardCut, uint256 feeShare);

    /// @notice An orchestrator has entered the pool and is active from `activationRound` on.
    event TranscoderActivated(address indexed transcoder, uint256 activationRound);

    /// @notice An orchestrator has left the pool and is no longer active from `deactivationRound` on.
    event TranscoderDeactivated(address indexed transcoder, uint256 deactivationRound);

    /// @notice An orchestrator has lost stake to a verifier.
    /// @param transcoder The orchestrator.
    /// @param finder Who brought the fault up; null if nobody.
    /// @param penalty LPT wei that it lost.
    /// @param finderReward LPT wei of them that the finder got; the rest is burnt.
    event TranscoderSlashed(address indexed transcoder, address finder, uint256 penalty, uint256 finderReward);

    /// @notice An orchestrator has named who may call reward for it; null if nobody any more (LIP-118).
    event RewardCallerSet(address indexed transcoder, address indexed rewardCaller);

    /// @notice An orchestrator's reward was called.
    /// @param transcoder The orchestrator.
    /// @param amount LPT wei that it and its delegators gained; the treasury's part is not in it.
    event Reward(address indexed transcoder, uint256 amount);

    /// @notice The treasury has received its part of a reward.
    event TreasuryReward(address indexed transcoder, address treasury, uint256 amount);

    /// @notice `delegator` has bonded more or moved its stake.
    /// @param newDelegate Orchestrator that the stake is bonded to.
    /// @param oldDelegate The one it was bonded to before; null if none, the same if unchanged.
    /// @param delegator Owner of the stake.
    /// @param additionalAmount LPT wei that were added.
    /// @param bondedAmount LPT wei that are bonded now.
    event Bond(
        address indexed newDelegate,
        address indexed oldDelegate,
        address indexed delegator,
        uint256 additionalAmount,
        uint256 bondedAmount
    );

    /// @notice `delegator` has put `amount` under an unbonding lock.
    event Unbond(
        address indexed delegate,
        address indexed delegator,
        uint256 unbondingLockId,
        uint256 amount,
        uint256 withdrawRound
    );

    /// @notice `delegator` has bonded the amount of an unbonding lock again.
    event Rebond(address indexed delegate, address indexed delegator, uint256 unbondingLockId, uint256 amount);

    /// @notice Stake has gone from `oldDelegator` to `newDelegator`, by way of an unbonding lock of each that was used
    ///         up at once.
    event TransferBond(
        address indexed oldDelegator,
        address indexed newDelegator,
        uint256 oldUnbondingLockId,
        uint256 newUnbondingLockId,
        uint256 amount
    );

    /// @notice `delegator` has withdrawn the amount of an unbonding lock.
    event WithdrawStake(address indexed delegator, uint256 unbondingLockId, uint256 amount, uint256 withdrawRound);

    /// @notice `delegator` has sent fees of its own to `recipient`.
    event WithdrawFees(address indexed delegator, address recipient, uint256 amount);

    /// @notice An account has been brought up to date.
    /// @param delegate Orchestrator that it earned with; null if none.
    /// @param delegator The account.
    /// @param rewards LPT wei added to its bonded amount.
    /// @param fees ETH wei added to its fees.
    /// @param startRound First round that had not been claimed.
    /// @param endRound Last round claimed: the current one.
    event EarningsClaimed(
        address indexed delegate,
        address indexed delegator,
        uint256 rewards,
        uint256 fees,
        uint256 startRound,
        uint256 endRound
    );

    /// @notice A third party may not make `delegator` claim before its active orchestrator has called reward: it would
    ///         cost `delegator` the round's reward.
    error ClaimNotAuthorized(address caller, address delegator);

    /// @notice Stake of the null address cannot be added to.
    error DelegatorZeroAddress();

    /// @notice A third party may not bond an account to itself, nor transfer stake of it to it: that would make an
    ///         orchestrator of it.
    error DelegateNotAllowed(address caller, address delegator);

    /// @notice A third party may not move another's stake.
    error DelegateChangeNotAllowed(address caller, address currentDelegate, address newDelegate);

    /// @notice An orchestrator's own stake stays with it while it is registered.
    error RegisteredTranscoderCannotMove(address transcoder);

    /// @notice There is nothing to bond.
    error BondAmountZero();

    /// @notice An active orchestrator that is about to leave the active set can only be let in again after it has
    ///         called reward: joining moves its activation to the next round and would cost it the present one.
    error RewardNotYetCalled(address transcoder, uint256 round);

    /// @notice Stake must be bonded, and from this round or an earlier one.
    error DelegatorNotBonded(address delegator, DelegatorStatus status);

    /// @notice Stake must be bonded, be it from the next round only.
    error DelegatorUnbonded(address delegator);

    /// @notice No stake may be bonded.
    error DelegatorNotUnbonded(address delegator);

    /// @notice There is nothing to unbond.
    error UnbondAmountZero();

    /// @notice No more can be unbonded than is bonded.
    error UnbondAmountTooLarge(uint256 amount, uint256 bondedAmount);

    /// @notice The lock was never made, or has been used.
    error UnbondingLockInvalid(address delegator, uint256 unbondingLockId);

    /// @notice The lock opens in a later round.
    error UnbondingLockNotOpen(uint256 withdrawRound, uint256 currentRound);

    /// @notice Fees need a receiver.
    error FeeRecipientZeroAddress();

    /// @notice No more fees can be withdrawn than have been earned.
    error FeesInsufficient(uint256 amount, uint256 fees);

    /// @notice The last part of a round leaves delegators time to react to rates, so none can change in it.
    error CurrentRoundLocked(uint256 round);

    /// @notice Only an orchestrator has rates: stake must be bonded to oneself.
    error TranscoderNotRegistered(address account);

    /// @notice Only an active orchestrator earns.
    error TranscoderNotActive(address account, uint256 round);

    /// @notice Only the caller that an orchestrator has named calls reward for it.
    error CallerNotRewardCaller(address caller, address transcoder);

    /// @notice A round's reward is called once.
    error RewardAlreadyCalled(address transcoder, uint256 round);

    /// @notice The books of an orchestrator disagree: more of its stake was earned than it has. Never seen; the check
    ///         keeps such a drift, whatever caused it, from multiplying fees.
    error CumulativeRewardsExceedStake(address transcoder, uint256 cumulativeRewards, uint256 totalStake);

    /// @notice The pool only ever grows.
    error PoolSizeNotIncreased(uint256 requested, uint256 current);

    /// @notice The pool has no room for so many.
    error PoolSizeTooLarge(uint256 requested, uint256 limit);

    /// @notice Bonds LPT of the caller, moving its whole stake if it was bonded elsewhere. In an initialised round.
    /// @dev As {bondForWithHint} with the caller as owner and without hints.
    function bond(uint256 amount, address to) external;

    /// @notice As {bond}, with hints.
    function bondWithHint(
        uint256 amount,
        address to,
        address oldDelegateNewPosPrev,
        address oldDelegateNewPosNext,
        address currDelegateNewPosPrev,
        address currDelegateNewPosNext
    ) external;

    /// @notice Bonds LPT of the caller on behalf of `owner`, whose whole stake it moves if that was bonded elsewhere.
    ///         In an initialised round. Claims first.
    /// @dev A third party (neither owner nor L2Migrator) can neither make `owner` claim to its loss, nor choose or
    ///      change its delegate, save to bond an account without stake to somebody else. Reverts with
    ///      {ClaimNotAuthorized}, {RewardNotYetCalled}, {DelegatorZeroAddress}, {DelegateNotAllowed},
    ///      {DelegateChangeNotAllowed}, {RegisteredTranscoderCannotMove}, {BondAmountZero}.
    /// @param amount LPT wei, taken from the caller, which must have approved them; zero to only move stake.
    /// @param owner Who will own the stake.
    /// @param to Delegate that it is bonded to. Stake bonded to the null address earns nothing until it is moved.
    /// @param oldDelegateNewPosPrev Hint for the delegate that loses stake.
    /// @param oldDelegateNewPosNext Hint for the delegate that loses stake.
    /// @param currDelegateNewPosPrev Hint for `to`.
    /// @param currDelegateNewPosNext Hint for `to`.
    function bondForWithHint(
        uint256 amount,
        address owner,
        address to,
        address oldDelegateNewPosPrev,
        address oldDelegateNewPosNext,
        address currDelegateNewPosPrev,
        address currDelegateNewPosNext
    ) external;

    /// @notice Puts stake of the caller under an unbonding lock. An orchestrator that unbonds everything leaves the
    ///         pool. In an initialised round. Claims first.
    /// @dev The lock opens `unbondingPeriod` rounds later; ids count up from zero for each account.
    ///      Reverts with {DelegatorNotBonded}, {UnbondAmountZero}, {UnbondAmountTooLarge}.
    function unbond(uint256 amount) external;

    /// @notice As {unbond}, with a hint for the delegate.
    function unbondWithHint(uint256 amount, address newPosPrev, address newPosNext) external;

    /// @notice Bonds the amount of a lock again, to the delegate that the rest of the stake is bonded to. The lock may
    ///         be open or not. In an initialised round. Claims first.
    /// @dev Reverts with {DelegatorUnbonded}, {UnbondingLockInvalid}, {RewardNotYetCalled}.
    function rebond(uint256 unbondingLockId) external;

    /// @notice As {rebond}, with a hint for the delegate.
    function rebondWithHint(uint256 unbondingLockId, address newPosPrev, address newPosNext) external;

    /// @notice Bonds the amount of a lock again, to `to`, for an account that has nothing bonded. In an initialised
    ///         round. Claims first.
    /// @dev Reverts with {DelegatorNotUnbonded}, {UnbondingLockInvalid}, {RewardNotYetCalled}.
    function rebondFromUnbonded(address to, uint256 unbondingLockId) external;

    /// @notice As {rebondFromUnbonded}, with a hint for `to`.
    function rebondFromUnbondedWithHint(
        address to,
        uint256 unbondingLockId,
        address newPosPrev,
        address newPosNext
    ) external;

    /// @notice Gives bonded stake of the caller to `delegator`, who has it bonded at once: to its own delegate, or to
    ///         the caller's if it has none. In an initialised round. Claims first, for both.
    /// @dev Unbonds as {unbond} does, makes an equal lock of `delegator` out of the new lock, and bonds that again; the
    ///      stake is bonded from the next round on if `delegator` had none. A third party can neither make `delegator`
    ///      claim to its loss, nor make an orchestrator of it.
    ///      Reverts with {ClaimNotAuthorized}, those of {unbond}, {DelegateNotAllowed}, {DelegatorZeroAddress},
    ///      {UnbondingLockInvalid} (in round 0 with an unbonding period of 0), {RewardNotYetCalled}.
    /// @param delegator Who receives the stake.
    /// @param amount LPT wei.
    /// @param oldDelegateNewPosPrev Hint for the delegate that loses stake.
    /// @param oldDelegateNewPosNext Hint for the delegate that loses stake.
    /// @param newDelegateNewPosPrev Hint for the one that gains it.
    /// @param newDelegateNewPosNext Hint for the one that gains it.
    function transferBond(
        address delegator,
        uint256 amount,
        address oldDelegateNewPosPrev,
        address oldDelegateNewPosNext,
        address newDelegateNewPosPrev,
        address newDelegateNewPosNext
    ) external;

    /// @notice Pays out the amount of an open lock to the caller, who owns it. In an initialised round.
    /// @dev Reverts with {UnbondingLockInvalid}, {UnbondingLockNotOpen}.
    function withdrawStake(uint256 unbondingLockId) external;

    /// @notice Pays out fees of the caller. In an initialised round. Claims first.
    /// @dev Reverts with {FeeRecipientZeroAddress}, {FeesInsufficient}.
    /// @param recipient Who receives them; called with all remaining gas.
    /// @param amount ETH wei; zero is allowed.
    function withdrawFees(address payable recipient, uint256 amount) external;

    /// @notice Claims, and does nothing else. In an initialised round.
    /// @dev The argument is a remnant of an earlier version and means nothing.
    function claimEarnings(uint256 endRound) external;

    /// @notice Sets the caller's rates, and joins the pool if the caller is not in it and its stake suffices.
    ///         In an initialised round.
    /// @dev Reverts with {CurrentRoundLocked}, {InvalidPercentage} (first the cut, then the share),
    ///      {TranscoderNotRegistered}, {RewardNotYetCalled}: an active orchestrator first calls reward, since its rates
    ///      hold for whole rounds.
    /// @param rewardCut Share of rewards that the orchestrator keeps before the rest is shared by stake, of 1,000,000.
    /// @param feeShare Share of fees that is shared by stake, of 1,000,000; the orchestrator keeps the rest.
    function transcoder(uint256 rewardCut, uint256 feeShare) external;

    /// @notice As {transcoder}, with a hint for the caller.
    function transcoderWithHint(uint256 rewardCut, uint256 feeShare, address newPosPrev, address newPosNext) external;

    /// @notice Mints the caller's share of the round's rewards, for itself, its delegators and the treasury.
    ///         In an initialised round, once, by an active orchestrator.
    /// @dev Reverts with {TranscoderNotActive}, {RewardAlreadyCalled}.
    function reward() external;

    /// @notice As {reward}, with a hint for the caller.
    function rewardWithHint(address newPosPrev, address newPosNext) external;

    /// @notice As {reward}, for an orchestrator that has named the caller (LIP-118): a key that can do nothing else.
    /// @dev Reverts with {CallerNotRewardCaller}, before all other checks.
    function rewardForTranscoder(address transcoder) external;

    /// @notice As {rewardForTranscoder}, with a hint for `transcoder`.
    function rewardForTranscoderWithHint(address transcoder, address newPosPrev, address newPosNext) external;

    /// @notice Names who may call reward for the caller from now on (LIP-118), in place of whoever could; null for
    ///         nobody. In any round, initialised or not; anybody can, orchestrator or not yet.
    function setRewardCaller(address rewardCaller) external;

    /// @notice Takes stake from an orchestrator, which leaves the pool. Verifier only; no such contract is registered.
    ///         In any round, initialised or not. Claims first.
    /// @dev What was delegated to it by others stays as it was. Reverts with {CallerNotContract} and, where there is
    ///      stake to take, {InvalidPercentage} (first the amount, then the fee). Without stake nothing but the event
    ///      happens.
    /// @param transcoder The orchestrator.
    /// @param finder Who receives the fee; null for nobody.
    /// @param slashAmount Share of its bonded stake that it loses, of 1,000,000.
    /// @param finderFee Share of that which the finder receives, of 1,000,000; the rest is burnt.
    function slashTranscoder(address transcoder, address finder, uint256 slashAmount, uint256 finderFee) external;

    /// @notice Credits fees to an active orchestrator and its delegators, in the current round (LIP-36). TicketBroker
    ///         only.
    /// @dev Reverts with {CallerNotContract}, {TranscoderNotActive}.
    /// @param transcoder Recipient of the ticket.
    /// @param fees ETH wei, held by the Minter already.
    /// @param round The ticket's creation round; means nothing any more.
    function updateTranscoderWithFees(address transcoder, uint256 fees, uint256 round) external;

    /// @notice Records an account's stake with the BondingVotes, as every function that changes it does by itself. For
    ///         accounts whose stake is older than their voting power. Anyone may call it; works while paused.
    function checkpointBondingState(address account) external;

    /// @notice Makes the pool's stake the active stake of the round that begins, and the treasury rate that was set
    ///         last the rate of the round. RoundsManager only; works while paused.
    function setCurrentRoundTotalActiveStake() external;

    /// @notice Asks the RoundsManager anew until which block the current round lasts. The answer is kept when a round
    ///         begins and asked for again only when it is over, so this is to be called after a change of the clock;
    ///         the RoundsManager does that by itself. Anyone may call it; works while paused.
    /// @dev To be called when another RoundsManager, or another implementation of it, is registered: until then, or
    ///      until the next round begins, the round that is open stays open as long as the former one said.
    function refreshRoundWindow() external;

    /// @notice Sets how many rounds an unbonding lock stays closed; existing locks keep their round. Controller owner
    ///         only.
    function setUnbondingPeriod(uint64 newUnbondingPeriod) external;

    /// @notice Sets how many orchestrators the pool holds. Controller owner only.
    /// @dev Reverts with {PoolSizeNotIncreased}, {PoolSizeTooLarge} (above 65,535).
    function setNumActiveTranscoders(uint256 numActiveTranscoders) external;

    /// @notice Sets the treasury's share of rewards from the next round on, of 1e27 (LIP-92). Controller owner only.
    /// @dev Reverts with {InvalidPercentage}.
    function setTreasuryRewardCutRate(uint256 cutRate) external;

    /// @notice Sets the balance of LPT wei at which the treasury's share is set to zero, by the next call of reward and
    ///         from the round after; zero for no limit (LIP-92). Controller owner only.
    function setTreasuryBalanceCeiling(uint256 ceiling) external;

    /// @notice The current round, if it is initialised; else reverts as the entry points do. Whether the system is
    ///         paused is for the Controller to say.
    /// @dev An addition to the published interface, for the TicketBroker. Reverts with {CurrentRoundNotInitialized}.
    function openRound() external view returns (uint256);

    /// @notice Rounds that an unbonding lock stays closed.
    function unbondingPeriod() external view returns (uint64);

    /// @notice LPT wei behind the active set of the current round, fixed when the round was initialised.
    function currentRoundTotalActiveStake() external view returns (uint256);

    /// @notice LPT wei behind the orchestrators now in the pool.
    function nextRoundTotalActiveStake() external view returns (uint256);

    /// @notice The treasury's share of rewards in the current round, of 1e27.
    function treasuryRewardCutRate() external view returns (uint256);

    /// @notice The treasury's share of rewards from the next round on, of 1e27.
    function nextRoundTreasuryRewardCutRate() external view returns (uint256);

    /// @notice Who may call reward for `transcoder`; null if nobody but itself.
    function transcoderToRewardCaller(address transcoder) external view returns (address);

    /// @notice Balance of LPT wei at which the treasury's share ends; zero for no limit.
    function treasuryBalanceCeiling() external view returns (uint256);

    /// @notice LPT wei that `delegator` would have bonded after a claim now. The second argument means nothing.
    function pendingStake(address delegator, uint256 endRound) external view returns (uint256);

    /// @notice ETH wei that `delegator` would have as fees after a claim now. The second argument means nothing.
    function pendingFees(address delegator, uint256 endRound) external view returns (uint256);

    /// @notice LPT wei bonded to `transcoder`, rewards that nobody has claimed included.
    function transcoderTotalStake(address transcoder) external view returns (uint256);

    /// @notice Whether `transcoder` is registered.
    function transcoderStatus(address transcoder) external view returns (TranscoderStatus);

    /// @notice Where `delegator` stands.
    function delegatorStatus(address delegator) external view returns (DelegatorStatus);

    /// @notice An orchestrator's books.
    /// @return lastRewardRound Last round in which it called reward.
    /// @return rewardCut Share of rewards that it keeps, of 1,000,000.
    /// @return feeShare Share of fees that it gives, of 1,000,000.
    /// @return lastActiveStakeUpdateRound Round for which its stake was last recorded: the one after the last change.
    /// @return activationRound Round from which it is, was or will be active.
    /// @return deactivationRound Round from which it is no longer; 2^256 - 1 while it is in the pool.
    /// @return activeCumulativeRewards LPT wei of its own rewards that count as stake in the round of its last reward.
    /// @return cumulativeRewards LPT wei of its own rewards that it has not claimed.
    /// @return cumulativeFees ETH wei of its own fees that it has not claimed.
    /// @return lastFeeRound Last round in which it received fees.
    function getTranscoder(
        address transcoder
    )
        external
        view
        returns (
            uint256 lastRewardRound,
            uint256 rewardCut,
            uint256 feeShare,
            uint256 lastActiveStakeUpdateRound,
            uint256 activationRound,
            uint256 deactivationRound,
            uint256 activeCumulativeRewards,
            uint256 cumulativeRewards,
            uint256 cumulativeFees,
            uint256 lastFeeRound
        );

    /// @notice What is recorded of an orchestrator's round; zeros where nothing is.
    /// @return totalStake LPT wei that its rewards and fees of the round are shared over.
    /// @return transcoderRewardCut Its reward cut in the round, of 1,000,000.
    /// @return transcoderFeeShare Its fee share in the round, of 1,000,000.
    /// @return cumulativeRewardFactor Growth of one unit of stake up to the round, of 1e27; 0 stands for 1e27.
    /// @return cumulativeFeeFactor Fees of one unit of stake up to the round, of 1e27.
    function getTranscoderEarningsPoolForRound(
        address transcoder,
        uint256 round
    )
        external
        view
        returns (
            uint256 totalStake,
            uint256 transcoderRewardCut,
            uint256 transcoderFeeShare,
            uint256 cumulativeRewardFactor,
            uint256 cumulativeFeeFactor
        );

    /// @notice An account's stake.
    /// @return bondedAmount LPT wei bonded, as of its last claim.
    /// @return fees ETH wei earned and not withdrawn, as of its last claim.
    /// @return delegateAddress Whom it is bonded to.
    /// @return delegatedAmount LPT wei bonded to this account.
    /// @return startRound Round from which it is bonded to its delegate.
    /// @return lastClaimRound Round of its last claim.
    /// @return nextUnbondingLockId Id that its next unbonding lock gets.
    function getDelegator(
        address delegator
    )
        external
        view
        returns (
            uint256 bondedAmount,
            uint256 fees,
            address delegateAddress,
            uint256 delegatedAmount,
            uint256 startRound,
            uint256 lastClaimRound,
            uint256 nextUnbondingLockId
        );

    /// @notice An unbonding lock; zeros when there is none.
    /// @return amount LPT wei under the lock.
    /// @return withdrawRound First round in which they can be withdrawn.
    function getDelegatorUnbondingLock(
        address delegator,
        uint256 unbondingLockId
    ) external view returns (uint256 amount, uint256 withdrawRound);

    /// @notice How many orchestrators the pool can hold.
    function getTranscoderPoolMaxSize() external view returns (uint256);

    /// @notice How many it holds.
    function getTranscoderPoolSize() external view returns (uint256);

    /// @notice The one with the most stake; null when the pool is empty.
    function getFirstTranscoderInPool() external view returns (address);

    /// @notice The one after `transcoder`; null when that is the last or not in the pool.
    function getNextTranscoderInPool(address transcoder) external view returns (address);

    /// @notice Same as {currentRoundTotalActiveStake}.
    function getTotalBonded() external view returns (uint256);

    /// @notice Whether `transcoder` is active in the current round.
    function isActiveTranscoder(address transcoder) external view returns (bool);

    /// @notice Whether `transcoder` is registered: bonded to itself.
    function isRegisteredTranscoder(address transcoder) external view returns (bool);

    /// @notice Whether the lock exists and has not been used.
    function isValidUnbondingLock(address delegator, uint256 unbondingLockId) external view returns (bool);
}
