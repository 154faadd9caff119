"""What follows a vote: queueing and executing a proposal, or calling it off."""

from __future__ import annotations

import ape

from scripts._lib.ops.calls import action_facts
from scripts._lib.ops.errors import ProposalError, RoleError
from scripts._lib.ops.plan import Fact, Plan, Step
from scripts._lib.ops.proposals import find_proposal
from scripts._lib.ops.session import Session
from scripts._lib.ops.vote import tally_facts


def plan_queue(session: Session, number: str) -> Plan:
    """Hands a proposal that has won to the treasury. Anybody may.

    Raises:
        ProposalError, ContractsError: says what to do.
    """
    protocol, clock = session.protocol, session.clock
    governor = protocol.require("LivepeerGovernor")
    proposal = find_proposal(protocol, number)
    if proposal.state in ("pending", "active"):
        over = clock.when(proposal.vote_end + 1)
        raise ProposalError(f"the vote on {proposal.id} lasts until round {proposal.vote_end} has ended: {over}")
    proposal.require("succeeded")
    return Plan(
        f"Queue {proposal.id}: {proposal.title}",
        (Step("queue", governor.queue, proposal.call),),
        (*action_facts(protocol, proposal), *tally_facts(proposal)),
        outcome=lambda: [Fact("next", f"ape run ops execute {proposal.id}")],
    )


def plan_execute(session: Session, number: str) -> Plan:
    """Lets the treasury do what was decided. Anybody may.

    Raises:
        ProposalError, ContractsError: says what to do.
    """
    protocol = session.protocol
    governor = protocol.require("LivepeerGovernor")
    proposal = find_proposal(protocol, number)
    if proposal.state == "succeeded":
        raise ProposalError(f"proposal {proposal.id} has won, but is not queued: `ape run ops queue` comes first")
    proposal.require("queued")
    due, now = int(governor.proposalEta(proposal.id)), int(ape.chain.provider.get_block("latest").timestamp)
    if due > now:
        raise ProposalError(f"proposal {proposal.id} can be executed in {due - now} s")
    return Plan(
        f"Execute {proposal.id}: {proposal.title}",
        (Step("execute", governor.execute, proposal.call),),
        action_facts(protocol, proposal),
        outcome=lambda: [Fact("state", find_proposal(protocol, str(proposal.id)).state)],
    )


def plan_cancel(session: Session, number: str) -> Plan:
    """Takes a proposal back, as its proposer, before the vote begins.

    Raises:
        ProposalError, RoleError, ContractsError: says what to do.
    """
    protocol, me = session.protocol, session.me
    governor = protocol.require("LivepeerGovernor")
    proposal = find_proposal(protocol, number)
    if proposal.proposer != me:
        raise RoleError(f"only {proposal.proposer}, who proposed {proposal.id}, can take it back")
    proposal.require("pending")
    return Plan(
        f"Take {proposal.id} back: {proposal.title}",
        (Step("cancel", governor.cancel, proposal.call),),
        action_facts(protocol, proposal),
        outcome=lambda: [Fact("state", find_proposal(protocol, str(proposal.id)).state)],
    )
