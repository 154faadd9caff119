"""Proposals of the LivepeerGovernor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eth_utils.crypto import keccak

from scripts._lib.ops.errors import ProposalError
from scripts._lib.ops.logs import read_events
from scripts._lib.ops.protocol import Protocol
from scripts._lib.reads import NoAnswer, Read, read_all, read_each

# As the governor numbers them.
STATES = ("pending", "active", "canceled", "defeated", "succeeded", "queued", "expired", "executed")
OPEN_STATES = ("pending", "active", "succeeded", "queued")


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal.

    Attributes:
        targets, values, calldatas: what it does, call by call; values in wei.
        vote_start: its snapshot: votes are those of this round, and can be cast from the next one on.
        vote_end: last round of the vote.
        votes: LPT wei against, for and abstaining.
        quorum: LPT wei that have to vote; None before the snapshot.
    """

    id: int
    proposer: str
    targets: tuple[str, ...]
    values: tuple[int, ...]
    calldatas: tuple[bytes, ...]
    vote_start: int
    vote_end: int
    description: str
    state: str
    votes: tuple[int, int, int]
    quorum: int | None

    @property
    def call(self) -> tuple[list[str], list[int], list[bytes], bytes]:
        """What `queue` and `execute` want to be told."""
        return list(self.targets), list(self.values), list(self.calldatas), keccak(text=self.description)

    @property
    def title(self) -> str:
        """First line of the description, without the marks of a heading."""
        first = self.description.strip().splitlines()[:1]
        return first[0].lstrip("# ") if first else "(no description)"

    def require(self, *states: str) -> None:
        """
        Raises:
            ProposalError: it is in none of these states.
        """
        if self.state not in states:
            raise ProposalError(f"proposal {self.id} is {self.state}, not {' or '.join(states)}")


def read_proposals(protocol: Protocol, *, open_only: bool = True) -> list[Proposal]:
    """Proposals, oldest first.

    Raises:
        ContractsError: there is no governor.
        LogsError: the node does not know.
    """
    governor = protocol.require("LivepeerGovernor")
    created = [log.event_arguments for log in read_events(governor, ("ProposalCreated",), protocol.first_block)]
    states = read_all([Read(governor.state, entry["proposalId"]) for entry in created])
    chosen = [
        (entry, STATES[state])
        for entry, state in zip(created, states, strict=True)
        if not open_only or STATES[state] in OPEN_STATES
    ]
    votes = read_all([Read(governor.proposalVotes, entry["proposalId"]) for entry, _ in chosen])
    # A quorum is a share of the stake at the snapshot; until that is past nobody knows it.
    quorums = read_each([Read(governor.quorum, entry["voteStart"]) for entry, _ in chosen])
    return [
        _proposal(entry, state, tuple(tally), None if isinstance(quorum, NoAnswer) else quorum)
        for (entry, state), tally, quorum in zip(chosen, votes, quorums, strict=True)
    ]


def find_proposal(protocol: Protocol, text: str) -> Proposal:
    """The proposal of a number as typed; `last` is the newest.

    Raises:
        ProposalError: there is none.
    """
    proposals = read_proposals(protocol, open_only=False)
    if text == "last" and proposals:
        return proposals[-1]
    for proposal in proposals:
        if str(proposal.id) == text or hex(proposal.id) == text.lower():
            return proposal
    known = "; ".join(f"{p.id} ({p.state}): {p.title}" for p in proposals if p.state in OPEN_STATES) or "none"
    raise ProposalError(f"no proposal {text!r}: give its number, or 'last'. Open ones: {known}")


def _proposal(entry: dict[str, Any], state: str, votes: tuple[int, int, int], quorum: int | None) -> Proposal:
    return Proposal(
        id=entry["proposalId"],
        proposer=entry["proposer"],
        targets=tuple(entry["targets"]),
        values=tuple(entry["values"]),
        calldatas=tuple(bytes(data) for data in entry["calldatas"]),
        vote_start=entry["voteStart"],
        vote_end=entry["voteEnd"],
        description=entry["description"],
        state=state,
        votes=votes,
        quorum=quorum,
    )
