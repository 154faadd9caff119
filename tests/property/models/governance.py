"""Proposals that stake votes on (facts: protocol 6.5), naively: each tally is counted anew from the set of votes.

Source: LIP-89, and OpenZeppelin's Governor and TimelockController. Weights come from whoever knows what everybody had
at the end of each round; nothing here depends on the order in which votes were cast.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum

from tests.property.models.refusal import RefusedError, require
from tests.property.models.treasury import Purse, Settings
from tests.property.models.votes import Ballot

__all__ = ["ABSTAIN", "AGAINST", "FOR", "Governance", "Proposal", "State"]

AGAINST, FOR, ABSTAIN = range(3)
PERC = 10**6
Tally = tuple[int, int, int]  # against, for, abstain: LPT wei


class State(IntEnum):
    PENDING, ACTIVE, CANCELED, DEFEATED, SUCCEEDED, QUEUED, EXPIRED, EXECUTED = range(8)

    @property
    def bit(self) -> bytes:
        """As errors name the states that would have done."""
        return int(1 << self).to_bytes(32, "big")


@dataclass
class Proposal:
    """What was proposed, and what became of it. Rounds.

    Attributes:
        id: by which the chain knows it; `operation` by which the treasury does.
        effect: what executing it does to purse and settings; raises {RefusedError} if it fails.
        votes: choice by voter.
        ready_at: seconds from which the treasury would execute it; None until it is queued.
        vetoed: whether it was cancelled at the treasury.
    """

    id: int
    operation: bytes
    proposer: str
    snapshot: int
    deadline: int
    effect: Callable[[Purse, Settings], None]
    votes: dict[str, int] = field(default_factory=dict)
    ready_at: int | None = None
    canceled: bool = False
    vetoed: bool = False
    executed: bool = False


@dataclass
class Governance:
    """The LivepeerGovernor, and the Treasury as far as it obeys it.

    Attributes:
        now: the current round.
        ballot: weight and delegate of an account at the end of a past round.
        total: stake that could have voted at the end of a past round, in LPT wei.
        numerators: share of it that must have voted, by the round from which it holds.
        guardians: who may cancel at the treasury, beside the governor.
    """

    now: Callable[[], int]
    ballot: Callable[[str, int], Ballot]
    total: Callable[[int], int]
    settings: Settings
    quota: int
    purse: Purse
    numerators: dict[int, int] = field(default_factory=dict)
    proposals: dict[int, Proposal] = field(default_factory=dict)
    guardians: set[str] = field(default_factory=set)
    nonces: dict[str, int] = field(default_factory=dict)

    def tally(self, proposal: Proposal) -> Tally:
        """VOTE-54: each unit of stake counts once, for its owner's choice, or else for its orchestrator's."""
        counted = [0, 0, 0]
        for voter, choice in proposal.votes.items():
            weight, delegate = self.ballot(voter, proposal.snapshot)
            if delegate == voter:
                weight -= sum(self._overrides(proposal, voter))
            counted[choice] += weight
        return counted[AGAINST], counted[FOR], counted[ABSTAIN]

    def quorum(self, round_: int) -> int:
        """VOTE-56: of the stake and with the share of that round, in LPT wei."""
        known = [start for start in self.numerators if start <= round_]
        return self.total(round_) * self.numerators[max(known)] // PERC

    def state(self, proposal: Proposal) -> State:
        if proposal.executed:
            return State.EXECUTED
        if proposal.canceled:
            return State.CANCELED
        if proposal.snapshot >= self.now():
            return State.PENDING
        if proposal.deadline >= self.now():
            return State.ACTIVE
        if not self.succeeds(proposal):
            return State.DEFEATED
        if proposal.ready_at is None:
            return State.SUCCEEDED
        return State.CANCELED if proposal.vetoed else State.QUEUED

    def succeeds(self, proposal: Proposal) -> bool:
        """VOTE-56: the quorum counts every choice, the quota those for and against alone."""
        against, in_favour, abstain = self.tally(proposal)
        if against + in_favour + abstain < self.quorum(proposal.snapshot):
            return False
        return in_favour >= (against + in_favour) * self.quota // PERC

    def propose(self, proposal: Proposal, reserved_for: str | None) -> None:
        """VOTE-58: with stake of the round before. `reserved_for` is whom the description names, if it does."""
        proposer, last = proposal.proposer, self.now() - 1
        require(reserved_for in (None, proposer), "GovernorRestrictedProposer", proposer)
        weight, _ = self.ballot(proposer, last)
        threshold = self.settings.threshold
        require(weight >= threshold, "GovernorInsufficientProposerVotes", proposer, weight, threshold)
        if known := self.proposals.get(proposal.id):
            raise RefusedError("GovernorUnexpectedProposalState", proposal.id, self.state(known), bytes(32))
        proposal.snapshot = self.now() + self.settings.delay
        proposal.deadline = proposal.snapshot + self.settings.period
        self.proposals[proposal.id] = proposal

    def vote(self, voter: str, id_: int, choice: int) -> None:
        proposal = self.require_state(id_, State.ACTIVE)
        require(choice <= ABSTAIN, "InvalidVoteType", choice)
        require(voter not in proposal.votes, "VoteAlreadyCast")
        proposal.votes[voter] = choice

    def queue(self, id_: int, time: int) -> None:
        """At `time`, in seconds."""
        proposal = self.require_state(id_, State.SUCCEEDED)
        proposal.ready_at = time + self.settings.wait

    def execute(self, id_: int, value: int, ready: bool) -> None:
        """VOTE-57: all its calls or none, after its delay; `value` wei come with it. `ready` is what the clock says."""
        proposal = self.require_state(id_, State.QUEUED)
        require(ready, "TimelockUnexpectedOperationState", proposal.operation, (4).to_bytes(32, "big"))
        purse, settings = self.purse.copy(), self.settings.copy()
        purse.eth += value
        proposal.effect(purse, settings)
        proposal.executed = True
        self.purse.become(purse)
        if settings.quorum != self.settings.quorum:
            self.numerators[self.now()] = settings.quorum
        self.settings, self.guardians = settings, self.guardians | settings.guardians

    def cancel(self, caller: str, id_: int) -> None:
        proposal = self._known(id_)
        allowed = self.state(proposal) == State.PENDING and caller == proposal.proposer
        require(allowed, "GovernorUnableToCancel", id_, caller)
        proposal.canceled = True

    def require_state(self, id_: int, wanted: State) -> Proposal:
        proposal = self._known(id_)
        found = self.state(proposal)
        require(found == wanted, "GovernorUnexpectedProposalState", id_, int(found), wanted.bit)
        return proposal

    def _known(self, id_: int) -> Proposal:
        if id_ not in self.proposals:
            raise RefusedError("GovernorNonexistentProposal", id_)
        return self.proposals[id_]

    def _overrides(self, proposal: Proposal, orchestrator: str) -> list[int]:
        """VOTE-55: what those who are bonded to it have voted with themselves."""
        ballots = (self.ballot(voter, proposal.snapshot) for voter in proposal.votes if voter != orchestrator)
        return [weight for weight, delegate in ballots if delegate == orchestrator]
