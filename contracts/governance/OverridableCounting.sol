// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {GovernorUpgradeable} from "@openzeppelin/contracts-upgradeable/governance/GovernorUpgradeable.sol";
import {IBondingVotes} from "interfaces/IBondingVotes.sol";
import {ILivepeerGovernor} from "interfaces/ILivepeerGovernor.sol";
import {MillionthMath} from "contracts/shared/MillionthMath.sol";

/// @title Counting in which delegators can override the vote of their orchestrator (LIP-89)
/// @dev An orchestrator's weight holds that of its delegators. What a delegator votes with is therefore taken out of
///      its orchestrator's vote, or kept in mind for it if that comes later. The weight of a delegator whose delegate
///      is no orchestrator is zero, so nothing is taken out of what was never put in.
abstract contract OverridableCounting is ILivepeerGovernor, GovernorUpgradeable {
    using SafeCast for uint256;

    enum VoteType {
        Against,
        For,
        Abstain
    }

    /// @dev One word. Deductions are parts of a stake, which has 128 bits.
    struct Voter {
        bool hasVoted;
        VoteType support;
        uint240 deductions; // weight of delegators who have voted themselves
    }

    struct Tally {
        uint256 againstVotes;
        uint256 forVotes;
        uint256 abstainVotes;
        mapping(address => Voter) voters;
    }

    mapping(uint256 proposalId => Tally) private _tallies;
    uint256 public quota;

    // solhint-disable-next-line func-name-mixedcase
    function COUNTING_MODE() external pure returns (string memory) {
        return "support=bravo&quorum=for,abstain,against";
    }

    function hasVoted(uint256 proposalId, address account) external view returns (bool) {
        return _tallies[proposalId].voters[account].hasVoted;
    }

    function proposalVotes(
        uint256 proposalId
    ) public view returns (uint256 againstVotes, uint256 forVotes, uint256 abstainVotes) {
        Tally storage tally = _tallies[proposalId];
        return (tally.againstVotes, tally.forVotes, tally.abstainVotes);
    }

    function _setQuota(uint256 newQuota) internal {
        MillionthMath.check(newQuota);
        quota = newQuota;
    }

    /// @dev The event of a vote tells the account's whole weight, also where a part of it is another's by now.
    function _countVote(
        uint256 proposalId,
        address account,
        uint8 support,
        uint256 totalWeight,
        bytes memory
    ) internal override returns (uint256) {
        require(support <= uint8(type(VoteType).max), InvalidVoteType(support));
        Tally storage tally = _tallies[proposalId];
        Voter storage voter = tally.voters[account];
        require(!voter.hasVoted, VoteAlreadyCast());

        (voter.hasVoted, voter.support) = (true, VoteType(support));
        _add(tally, VoteType(support), totalWeight - _settle(proposalId, tally, account, totalWeight));
        return totalWeight;
    }

    function _quorumReached(uint256 proposalId) internal view override returns (bool) {
        (uint256 againstVotes, uint256 forVotes, uint256 abstainVotes) = proposalVotes(proposalId);
        return againstVotes + forVotes + abstainVotes >= quorum(proposalSnapshot(proposalId));
    }

    function _voteSucceeded(uint256 proposalId) internal view override returns (bool) {
        (uint256 againstVotes, uint256 forVotes, ) = proposalVotes(proposalId);
        return forVotes >= MillionthMath.portion(againstVotes + forVotes, quota);
    }

    /// @dev Settles a vote with those of the account's delegators, or with that of its orchestrator.
    /// @return deductions Weight that delegators have used already.
    function _settle(
        uint256 proposalId,
        Tally storage tally,
        address account,
        uint256 weight
    ) private returns (uint256 deductions) {
        address delegate = IBondingVotes(votes()).delegatedAt(account, proposalSnapshot(proposalId));
        if (delegate == account) return tally.voters[account].deductions;

        Voter storage orchestrator = tally.voters[delegate];
        orchestrator.deductions = (orchestrator.deductions + weight).toUint240();
        if (orchestrator.hasVoted) _subtract(tally, orchestrator.support, weight);
    }

    function _add(Tally storage tally, VoteType support, uint256 weight) private {
        if (support == VoteType.Against) tally.againstVotes += weight;
        else if (support == VoteType.For) tally.forVotes += weight;
        else tally.abstainVotes += weight;
    }

    function _subtract(Tally storage tally, VoteType support, uint256 weight) private {
        if (support == VoteType.Against) tally.againstVotes -= weight;
        else if (support == VoteType.For) tally.forVotes -= weight;
        else tally.abstainVotes -= weight;
    }

    function votes() public view virtual returns (address);
}
