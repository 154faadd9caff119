// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title Stake as voting power, at the present and at every past round (LIP-89)
/// @notice Keeps a history of what each account has bonded, to whom, and what is bonded to it. An orchestrator votes
///         with all the stake that is bonded to it, each of its delegators with its own part of that, rewards not yet
///         claimed included; the governor sees to it that nothing counts twice. An account that is bonded to somebody
///         who is no orchestrator has no vote.
/// @dev Units: amounts are LPT wei, time is counted in rounds of the RoundsManager (ERC-6372).
///
///      State changes of a round take effect at the start of the next: a checkpoint that is made in round r has the
///      start round r + 1. Functions of ERC-5805 count the other way: "at round r" there means when round r had ended,
///      which is the start of round r + 1. So `getVotes` is the vote at the start of the next round, and `getPastVotes`
///      of r the one at the start of r + 1.
///
///      Votes come from all stake, the total supply only from that of the active set: a quorum is asked for of those
///      who do the work, and reached by whoever votes.
interface IBondingVotes {
    /// @notice An account's stake is bonded to somebody else from the next round on; null stands for nobody.
    event DelegateChanged(address indexed delegator, address indexed fromDelegate, address indexed toDelegate);

    /// @notice The vote of an orchestrator has changed, from the next round on.
    /// @param delegate The orchestrator.
    /// @param previousBalance LPT wei bonded to it before; zero if it was none.
    /// @param newBalance LPT wei bonded to it now; zero if it is none any more.
    event DelegateVotesChanged(address indexed delegate, uint256 previousBalance, uint256 newBalance);

    /// @notice What an account has bonded itself has changed, from the next round on. Its vote as a delegator follows
    ///         from it together with the rewards of its orchestrator.
    /// @param delegate The account (the parameter's name is a historical one).
    /// @param previousBondedAmount LPT wei that were bonded at its claim before.
    /// @param previousLastClaimRound Round of that claim.
    /// @param newBondedAmount LPT wei bonded at its last claim.
    /// @param newLastClaimRound Round of its last claim.
    event DelegatorBondedAmountChanged(
        address indexed delegate,
        uint256 previousBondedAmount,
        uint256 previousLastClaimRound,
        uint256 newBondedAmount,
        uint256 newLastClaimRound
    );

    /// @notice Only one contract may write the history.
    /// @param caller Who tried.
    /// @param required The BondingManager.
    error InvalidCaller(address caller, address required);

    /// @notice Changes take effect at the start of the next round.
    error InvalidStartRound(uint256 checkpointRound, uint256 requiredRound);

    /// @notice Nothing can have been claimed for rounds to come.
    error FutureLastClaimRound(uint256 lastClaimRound, uint256 maxAllowed);

    /// @notice The active stake is recorded in the round that it counts in.
    error InvalidTotalStakeCheckpointRound(uint256 checkpointRound, uint256 requiredRound);

    /// @notice Nothing is known yet of the state at that time.
    /// @param queryRound Round that was asked for.
    /// @param maxAllowed Last round that can be asked for.
    error FutureLookup(uint256 queryRound, uint256 maxAllowed);

    /// @notice The books of the BondingManager disagree with the history: the orchestrator has called reward in a round
    ///         for which no reward factor is recorded. Never seen.
    error MissingEarningsPool(address transcoder, uint256 round);

    /// @notice Votes follow the stake, so they are delegated with it.
    /// @param bondingManagerFunction Name of the function to call instead.
    error MustCallBondingManager(string bondingManagerFunction);

    /// @notice Rounds are recorded in their order.
    error DecreasingValues(uint256 newValue, uint256 lastValue);

    /// @notice Records an account's state from the next round on. A second record for the same start round replaces the
    ///         first. BondingManager only; works while paused.
    /// @dev Emits {DelegateChanged}, {DelegateVotesChanged} and {DelegatorBondedAmountChanged}, each if there is
    ///      something to tell against the state recorded last. An account counts as an orchestrator, and has the votes
    ///      that are bonded to it, while it has stake and that is bonded to itself.
    ///      Reverts with {InvalidCaller}, {InvalidStartRound}, {FutureLastClaimRound}.
    /// @param account Whose state it is.
    /// @param startRound The round after the current one.
    /// @param bondedAmount LPT wei that the account has bonded, as of its last claim.
    /// @param delegateAddress Whom they are bonded to; null if nobody.
    /// @param delegatedAmount LPT wei that are bonded to the account.
    /// @param lastClaimRound Round of the account's last claim.
    /// @param lastRewardRound Last round in which it called reward.
    function checkpointBondingState(
        address account,
        uint256 startRound,
        uint256 bondedAmount,
        address delegateAddress,
        uint256 delegatedAmount,
        uint256 lastClaimRound,
        uint256 lastRewardRound
    ) external;

    /// @notice Records the active stake of the round that begins. BondingManager only; works while paused.
    /// @dev Reverts with {InvalidCaller}, {InvalidTotalStakeCheckpointRound}, {DecreasingValues}.
    /// @param totalStake LPT wei behind the active set.
    /// @param round The current round.
    function checkpointTotalActiveStake(uint256 totalStake, uint256 round) external;

    /// @notice Always reverts with {MustCallBondingManager}: bond to `delegatee` instead.
    function delegate(address delegatee) external pure;

    /// @notice Always reverts with {MustCallBondingManager}: have somebody bond for you instead.
    function delegateBySig(
        address delegatee,
        uint256 nonce,
        uint256 expiry,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external pure;

    /// @notice "Livepeer Voting Power"
    function name() external pure returns (string memory);

    /// @notice "vLPT"
    function symbol() external pure returns (string memory);

    /// @notice Decimals of all amounts: those of LPT, 18.
    function decimals() external pure returns (uint8);

    /// @notice The current round (ERC-6372).
    function clock() external view returns (uint48);

    /// @notice "mode=livepeer_round" (ERC-6372)
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() external pure returns (string memory);

    /// @notice Vote of an account at the start of the next round, as far as it is settled by now.
    function getVotes(address account) external view returns (uint256);

    /// @notice Vote of an account at the end of `round`, which must be over. Reverts with {FutureLookup}.
    function getPastVotes(address account, uint256 round) external view returns (uint256);

    /// @notice Stake of the active set at the start of the next round, as far as it is settled by now.
    function totalSupply() external view returns (uint256);

    /// @notice Stake of the active set at the end of `round`, which must be over. Reverts with {FutureLookup}.
    function getPastTotalSupply(uint256 round) external view returns (uint256);

    /// @notice Whom an account is bonded to from the next round on: an orchestrator to itself; null if to nobody.
    function delegates(address account) external view returns (address);

    /// @notice Whom an account was bonded to at the end of `round`, which must be over. Reverts with {FutureLookup}.
    function delegatedAt(address account, uint256 round) external view returns (address);

    /// @notice Whether anything was ever recorded of an account.
    function hasCheckpoint(address account) external view returns (bool);

    /// @notice Stake of the active set at the start of `round`: zero before the first round that was ever initialised,
    ///         that of the next initialised one if `round` was skipped, and what would be active now if all rounds from
    ///         `round` on have yet to be initialised.
    /// @dev Reverts with {FutureLookup} for rounds after the next.
    function getTotalActiveStakeAt(uint256 round) external view returns (uint256);

    /// @notice Vote and delegate of an account at the start of `round`.
    /// @dev Reverts with {FutureLookup} for rounds after the next, and with {MissingEarningsPool}.
    /// @return votes LPT wei: all that was bonded to an orchestrator; of a delegator, what it had bonded with the
    ///         rewards that its orchestrator had called since; nothing if its delegate was no orchestrator.
    /// @return delegateAddress Whom the account was bonded to; null if nobody.
    function getVotesAndDelegateAtRoundStart(
        address account,
        uint256 round
    ) external view returns (uint256 votes, address delegateAddress);
}
