"""Voting on a proposal."""

from __future__ import annotations

from typing import Any

from scripts._lib.ops.amounts import amount
from scripts._lib.ops.calls import action_facts
from scripts._lib.ops.errors import ProposalError
from scripts._lib.ops.plan import Fact, Plan, Step, change
from scripts._lib.ops.pool import NOBODY
from scripts._lib.ops.proposals import Proposal, find_proposal
from scripts._lib.ops.session import Session

CHOICES = ("against", "for", "abstain")  # as the governor numbers them


def plan_vote(session: Session, number: str, choice: str, reason: str | None) -> Plan:
    """
    Args:
        number: of the proposal, or `last`.
        choice: one of {CHOICES}.

    Raises:
        ProposalError, ContractsError: says what to do.
    """
    protocol, me, clock = session.protocol, session.me, session.clock
    governor, votes = protocol.require("LivepeerGovernor"), protocol.require("BondingVotes")
    proposal = find_proposal(protocol, number)
    if proposal.state == "pending":
        raise ProposalError(f"voting on {proposal.id} begins in {clock.when(proposal.vote_start + 1)}")
    proposal.require("active")
    if governor.hasVoted(proposal.id, me):
        raise ProposalError(f"{me} has voted on {proposal.id}; a vote is for good")
    power = int(governor.getVotes(me, proposal.vote_start))
    if not power:
        raise ProposalError(
            f"{me} had no votes at the beginning of round {proposal.vote_start + 1}, which this vote goes by"
        )
    _, delegate = votes.getVotesAndDelegateAtRoundStart(me, proposal.vote_start + 1)
    support = CHOICES.index(choice)
    if reason is None:
        step = Step("vote", governor.castVote, (proposal.id, support))
    else:
        step = Step("vote", governor.castVoteWithReason, (proposal.id, support, reason))
    return Plan(
        f"Vote {choice} on {proposal.id}: {proposal.title}",
        (step,),
        (
            *action_facts(protocol, proposal),
            *_power_facts(governor, proposal, me, delegate, power),
            *tally_facts(proposal),
        ),
        outcome=lambda: tally_facts(find_proposal(protocol, str(proposal.id))),
    )


def tally_facts(proposal: Proposal) -> tuple[Fact, ...]:
    """How the vote stands."""
    against, in_favour, abstaining = (amount(count, "LPT") for count in proposal.votes)
    quorum = "not known before the vote" if proposal.quorum is None else amount(proposal.quorum, "LPT")
    cast = amount(sum(proposal.votes), "LPT")
    return (
        Fact("for", in_favour),
        Fact("against", against),
        Fact("abstain", abstaining),
        change("quorum", f"{cast} of {quorum}", f"{cast} of {quorum}"),
    )


def _power_facts(governor: Any, proposal: Proposal, me: str, delegate: str, power: int) -> tuple[Fact, ...]:
    round_ = proposal.vote_start + 1
    if delegate == me:
        text = "with all stake that is bonded to you, less that of delegators who vote themselves"
        return (Fact("your votes", f"at most {amount(power, 'LPT')} as of round {round_}, {text}"),)
    facts = (Fact("your votes", f"{amount(power, 'LPT')} as of round {round_}"),)
    if delegate == NOBODY:
        return facts
    voted = governor.hasVoted(proposal.id, delegate)
    took = "takes them back from its vote" if voted else "it votes without them"
    return (*facts, Fact("overrides", f"your delegate {delegate}, which has {'' if voted else 'not '}voted: {took}"))
