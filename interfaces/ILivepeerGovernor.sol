// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title Proposals that stake votes on, and the treasury carries out (LIP-89, LIP-91)
/// @notice Whoever has the threshold of votes may propose calls. After a delay all stake can vote on them for a period;
///         a proposal that reaches quorum and quota is queued in the treasury and executed by it.
/// @dev A Governor of OpenZeppelin's with its settings, timelock and quorum extensions: see there for `propose`,
///      `queue`, `execute`, `cancel`, `castVote` and its twins, `state` and the other getters. Time is counted in
///      rounds of the RoundsManager (ERC-6372), weights are LPT wei, quorum and quota are shares of 1,000,000.
///
///      Voting is open in the rounds after `proposalSnapshot` up to and including `proposalDeadline`. A vote weighs
///      what the account had bonded, or had bonded to it, when the snapshot round ended. An orchestrator votes with all
///      that is bonded to it. Each of its delegators may take its own part out of that by voting itself, before the
///      orchestrator or after it: its weight then counts for its own choice only.
///
///      Choices: 0 against, 1 for, 2 abstain. A proposal succeeds if all weight that was cast, abstentions included,
///      reaches the quorum of the active stake, and what is for it reaches the quota of what is for and against.
///
///      What differs from the published contract stands in docs/governance.md.
interface ILivepeerGovernor {
    /// @notice There is no such choice.
    error InvalidVoteType(uint8 voteType);

    /// @notice An account votes once on a proposal.
    error VoteAlreadyCast();

    /// @notice Sets the contract up. Once, by the Controller's owner.
    /// @dev The treasury and the voting power are those that are registered by then.
    ///      Reverts with {CallerNotControllerOwner}, {InvalidInitialization}, {GovernorInvalidVotingPeriod} (zero),
    ///      {GovernorInvalidQuorumFraction}, {InvalidPercentage}.
    /// @param initialVotingDelay Rounds from a proposal to its snapshot.
    /// @param initialVotingPeriod Rounds that can be voted in.
    /// @param initialProposalThreshold LPT wei that a proposer must have as votes.
    /// @param initialQuorum Share of the active stake that must vote, of 1,000,000.
    /// @param initialQuota Share of the votes for and against that must be for it, of 1,000,000.
    function initialize(
        uint256 initialVotingDelay,
        uint256 initialVotingPeriod,
        uint256 initialProposalThreshold,
        uint256 initialQuorum,
        uint256 initialQuota
    ) external;

    /// @notice Counts votes with the contract that is registered as BondingVotes now. Anyone may call it.
    function bumpGovernorVotesTokenAddress() external;

    /// @notice Casts the vote of whoever has signed the published `Ballot(uint256 proposalId,uint8 support)`.
    /// @dev Without a nonce: an account votes once on a proposal, so a signature works once. Reverts as `castVote`, and
    ///      with OpenZeppelin's ECDSA errors for what is no signature.
    /// @return weight LPT wei that the account votes with.
    function castVoteBySig(
        uint256 proposalId,
        uint8 support,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 weight);

    /// @notice As {castVoteBySig}, for the published
    ///         `ExtendedBallot(uint256 proposalId,uint8 support,string reason,bytes params)`.
    function castVoteWithReasonAndParamsBySig(
        uint256 proposalId,
        uint8 support,
        string calldata reason,
        bytes calldata params,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 weight);

    /// @notice Sets the rounds from a proposal to its snapshot, for proposals to come. By an executed proposal only.
    /// @dev Below 2^48. Reverts with {GovernorOnlyExecutor}.
    function setVotingDelay(uint256 newVotingDelay) external;

    /// @notice Sets the rounds that can be voted in, for proposals to come. By an executed proposal only.
    /// @dev Below 2^32. Reverts with {GovernorOnlyExecutor}, {GovernorInvalidVotingPeriod} (zero).
    function setVotingPeriod(uint256 newVotingPeriod) external;

    /// @notice Share of the votes for and against that must be for a proposal, of 1,000,000.
    function quota() external view returns (uint256);

    /// @notice The contract that is registered as BondingVotes.
    function votes() external view returns (address);
}
