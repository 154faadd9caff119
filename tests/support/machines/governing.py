"""Proposals, votes in every way, and the treasury: what stake decides, by anybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.property.models.books import NOBODY
from tests.property.models.governance import Governance, Proposal, State
from tests.property.models.refusal import RefusedError, require
from tests.property.models.treasury import Purse, Settings
from tests.property.models.votes import Ballot
from tests.support.calldata import Contract
from tests.support.engine import Outcome
from tests.support.evm_engine import CHAIN_ID
from tests.support.hashes import keccak
from tests.support.machines.core import DONE, Predict, action, always
from tests.support.machines.governance_answers import GovernanceAnswers
from tests.support.machines.motions import Bill, Motion, Motions
from tests.support.machines.raw_call import RawCall
from tests.support.machines.voting import Voting
from tests.support.typed_data import Domain, recover, vrs

__all__ = ["WAYS", "Bid", "Governing"]

BALLOT = "Ballot(uint256 proposalId,uint8 support)"
EXTENDED = "ExtendedBallot(uint256 proposalId,uint8 support,string reason,bytes params)"
PRESENT_BALLOT = "Ballot(uint256 proposalId,uint8 support,address voter,uint256 nonce)"
PRESENT_EXTENDED = (
    "ExtendedBallot(uint256 proposalId,uint8 support,address voter,uint256 nonce,string reason,bytes params)"
)
# How a vote can be cast: by its owner, or by its signature, as published and as OpenZeppelin has it at present.
WAYS = ("plain", "reason", "params", "signed", "signed params", "present", "present params")
CANCELLER = keccak(text="CANCELLER_ROLE")
RECENT = 4  # proposals that are looked at again and again
REASON, PARAMS = "why", b"x"
PENDING_STATES = (6).to_bytes(32, "big")  # of an operation of the treasury: waiting or ready


class Bid(int):
    """Where a proposal is held; written as the name that lines of actions know it by."""

    def __repr__(self) -> str:
        return f"p{int(self)}"


class Governing(GovernanceAnswers, Voting):
    """Proposals are held in `bills`, as they were proposed, and named by their place there.

    Attributes:
        governance: what must be.
        ends: by round that is over and account, weight and delegate at its end.
        slept: seconds that were let pass.
    """

    def __init__(self) -> None:
        self.ends: dict[int, dict[str, Ballot]] = {}
        super().__init__()
        self.bills: list[Bill] = []
        self.slept = 0
        self._motions = Motions(self.world)
        self._domain = Domain("LivepeerGovernor", CHAIN_ID, self.world.governor.address)
        self.governance = self._as_deployed()

    # Proposals

    @action
    def propose(self, caller: str, motions: Sequence[Motion], description: str, reserved_for: str = "") -> Bid:
        """Answers with the place of the proposal, which may have been refused; `reserved_for` is named in its text."""
        me = self.address(caller)
        whose = self.address(reserved_for) if reserved_for else None
        bill = self._motions.bill(motions, description + (f"#proposer={whose}" if whose else ""))
        proposal = Proposal(bill.id, bill.operation(self.world.governor.address), me, 0, 0, bill.effect)
        self.bills.append(bill)
        outcome = self._govern(
            me,
            "propose",
            (bill.targets, bill.values, bill.datas, bill.description),
            lambda: self.governance.propose(proposal, whose),
        )
        if outcome.refusal is None:
            (told,) = self.world.governor.events("ProposalCreated", outcome.logs)
            found = (told["proposalId"], told["proposer"], told["voteStart"], told["voteEnd"])
            assert found == (bill.id, me, proposal.snapshot, proposal.deadline), "event: ProposalCreated"
        return Bid(len(self.bills) - 1)

    @action
    def cancel(self, caller: str, place: int) -> None:
        me, bill = self.address(caller), self.bills[place]
        self._govern(me, "cancel", bill.call, lambda: self.governance.cancel(me, bill.id))

    @action
    def queue(self, caller: str, place: int) -> None:
        bill, wait = self.bills[place], self.governance.settings.wait
        outcome = self._govern(
            self.address(caller), "queue", bill.call, lambda: self.governance.queue(bill.id, self.slept)
        )
        if outcome.refusal is None:
            (told,) = self.world.contracts["Treasury"].events("CallScheduled", outcome.logs)[:1]
            operation = bill.operation(self.world.governor.address)
            assert (told["id"], told["delay"]) == (operation, wait), "event: CallScheduled"

    @action
    def execute(self, caller: str, place: int, value: int = 0) -> None:
        """`value` in ETH wei, for the treasury."""
        bill = self.bills[place]
        ready_at = known.ready_at if (known := self.governance.proposals.get(bill.id)) else None
        ready = ready_at is not None and self.slept >= ready_at
        self._govern(
            self.address(caller),
            "execute",
            bill.call,
            lambda: self.governance.execute(bill.id, value, ready),
            value,
            at_expense_of=self.world.treasury,
        )

    @action
    def veto(self, caller: str, place: int) -> None:
        """At the treasury itself, as those may whom a proposal has named."""
        me, bill = self.address(caller), self.bills[place]
        treasury, known = self.world.contracts["Treasury"], self.governance.proposals.get(bill.id)
        operation = bill.operation(self.world.governor.address)

        def predict() -> None:
            allowed = me in self.governance.guardians
            require(allowed, "AccessControlUnauthorizedAccount", me, CANCELLER)
            pending = known is not None and self.governance.state(known) == State.QUEUED
            require(pending, "TimelockUnexpectedOperationState", operation, PENDING_STATES)
            assert known is not None
            known.vetoed = True

        self.act(me, treasury, "cancel", operation, predict=predict)

    @action
    def resign(self, caller: str, named: str) -> None:
        """A guardian gives its role back; nobody can for another."""
        me, whose = self.address(caller), self.address(named)

        def predict() -> None:
            require(me == whose, "AccessControlBadConfirmation")
            self.governance.guardians.discard(me)

        self.act(me, self.world.contracts["Treasury"], "renounceRole", CANCELLER, whose, predict=predict)

    @action
    def look_up_votes(self, caller: str) -> None:
        """Where the BondingVotes are, by anybody; they are where they were."""
        self._govern(self.address(caller), "bumpGovernorVotesTokenAddress", (), lambda: None)

    @action
    def sleep(self, seconds: int) -> None:
        """Time passes, and no blocks; far more than all blocks of a history take."""
        self.world.engine.pass_time(seconds)
        self.slept += seconds
        self.results.append(DONE)

    @action
    def endow_with_ether(self, caller: str, amount: int) -> None:
        """The treasury takes ether from anybody."""

        def predict() -> None:
            self.governance.purse.eth += amount

        me = self.address(caller)
        self.act(me, RawCall(self.world.treasury), "", predict=predict, value=amount)

    @action
    def endow_with_lpt(self, caller: str, amount: int) -> None:
        me, token, books = self.address(caller), self.world.token, self.model.books

        def predict() -> None:
            require(amount <= books.wallets[me], "ERC20InsufficientBalance", me, books.wallets[me], amount)
            books.wallets[me] -= amount
            books.wallets[self.world.treasury] += amount
            books.voice.transfer(me, self.world.treasury, amount)

        self.act(me, token, "transfer", self.world.treasury, amount, predict=predict)

    # Votes

    @action
    def vote(self, caller: str, place: int, choice: int, way: str = "plain", voter: str = "") -> None:
        """`voter` is whose signature is brought, the caller's if nobody's; see {WAYS}."""
        me, whose = self.address(caller), voter or caller
        owner = me if way in ("plain", "reason", "params") else self.address(whose)
        id_ = self.bills[place].id
        function, arguments = self._ballot(way, id_, choice, whose)
        self._vote(me, function, arguments, owner, id_, choice, way)

    @action
    def vote_with_a_strangers_signature(self, caller: str, place: int, choice: int, victim: str, signer: str) -> None:
        """A ballot that names the victim, signed by another; and one that was signed for another choice."""
        me, id_ = self.address(caller), self.bills[place].id
        owner, key = self.address(victim), self.world.actors[signer].key
        nonce = self.governance.nonces.get(owner, 0)
        signature = self._domain.sign(key, PRESENT_BALLOT, id_, choice, owner, nonce)

        def refused() -> None:
            raise RefusedError("GovernorInvalidSignature", owner)

        if signer != victim:
            present = "castVoteBySig(uint256,uint8,address,bytes)"
            self._govern(me, present, (id_, choice, owner, signature), refused)
        signature = self._domain.sign(self.world.actors[victim].key, BALLOT, id_, choice)
        other = (choice + 1) % 3
        counted_for = recover(self._domain.digest(BALLOT, id_, other), signature)
        published = "castVoteBySig(uint256,uint8,uint8,bytes32,bytes32)"
        self._vote(me, published, (id_, other, *vrs(signature)), counted_for, id_, other, "signed")

    def _ballot(self, way: str, id_: int, choice: int, voter: str) -> tuple[str, tuple[Any, ...]]:
        """Function and arguments."""
        owner, head = self.address(voter), (id_, choice)
        if way in ("plain", "reason", "params"):
            names = {"plain": "castVote", "reason": "castVoteWithReason", "params": "castVoteWithReasonAndParams"}
            return names[way], head + {"plain": (), "reason": (REASON,), "params": (REASON, PARAMS)}[way]
        key, nonce = self.world.actors[voter].key, self.governance.nonces.get(owner, 0)
        if way == "signed":
            signature = vrs(self._domain.sign(key, BALLOT, *head))
            return "castVoteBySig(uint256,uint8,uint8,bytes32,bytes32)", (*head, *signature)
        if way == "signed params":
            signature = vrs(self._domain.sign(key, EXTENDED, *head, REASON, PARAMS))
            function = "castVoteWithReasonAndParamsBySig(uint256,uint8,string,bytes,uint8,bytes32,bytes32)"
            return function, (*head, REASON, PARAMS, *signature)
        if way == "present":
            signed = self._domain.sign(key, PRESENT_BALLOT, *head, owner, nonce)
            return "castVoteBySig(uint256,uint8,address,bytes)", (*head, owner, signed)
        signed = self._domain.sign(key, PRESENT_EXTENDED, *head, owner, nonce, REASON, PARAMS)
        function = "castVoteWithReasonAndParamsBySig(uint256,uint8,address,string,bytes,bytes)"
        return function, (*head, owner, REASON, PARAMS, signed)

    def _vote(
        self, me: str, function: str, arguments: tuple[Any, ...], owner: str, id_: int, choice: int, way: str
    ) -> None:
        """VOTE-54, 55: the event tells the whole weight, whatever of it is others' by now."""

        def predict() -> None:
            self.governance.vote(owner, id_, choice)
            if way.startswith("present"):
                self.governance.nonces[owner] = self.governance.nonces.get(owner, 0) + 1

        outcome = self._govern(me, function, arguments, predict)
        if outcome.refusal is not None:
            return
        weight, _ = self._ballot_at(owner, self.governance.proposals[id_].snapshot)
        told = {"voter": owner, "proposalId": id_, "support": choice, "weight": weight}
        told["reason"] = "" if way in ("plain", "signed", "present") else REASON
        name = "VoteCastWithParams" if "params" in way else "VoteCast"
        expected = told | ({"params": PARAMS} if "params" in way else {})
        assert self.world.governor.events(name, outcome.logs) == [expected], f"event: {name}"

    # What is to hold

    @always
    def vote54_tallies_and_states_are_those_of_the_set_of_votes(self) -> None:
        """VOTE-55, 56, 57: of the last proposals that were let in, and what the treasury holds."""
        governor = self.world.governor
        for proposal in list(self.governance.proposals.values())[-RECENT:]:
            (state,) = self._ask(governor, "state", proposal.id)
            assert state == self.governance.state(proposal), f"VOTE-57: state of proposal {proposal.id}"
            tally = self._ask(governor, "proposalVotes", proposal.id)
            assert tuple(tally) == self.governance.tally(proposal), f"VOTE-54: tally of proposal {proposal.id}"
            if proposal.snapshot < self.model.clock.round:
                (quorum,) = self._ask(governor, "quorum", proposal.snapshot)
                assert quorum == self.governance.quorum(proposal.snapshot), "VOTE-56: quorum"
        held = self.world.engine.balance(self.world.treasury)
        assert held == self.governance.purse.eth, "VOTE-57: ether left the treasury by another way"

    @always
    def vote57_settings_are_those_of_the_last_proposal_that_changed_them(self) -> None:
        governor, settings = self.world.governor, self.governance.settings
        names = ("votingDelay", "votingPeriod", "proposalThreshold", "quorumNumerator()")
        found = [self._ask(governor, name)[0] for name in names]
        assert found == [settings.delay, settings.period, settings.threshold, settings.quorum]
        assert self._ask(self.world.contracts["Treasury"], "getMinDelay")[0] == settings.wait

    # Parts of actions

    def turned(self, round_: int, complete: bool) -> None:
        """As a round ends, by its blocks or by a new length, everybody's ballot is noted."""
        if self.seen is not None:
            ballots = {account: self._votes.ballot(account, seen) for account, seen in self.seen.accounts.items()}
            self.ends |= dict.fromkeys(range(self.history.round, round_), ballots)
        super().turned(round_, complete)

    def _ballot_at(self, account: str, round_: int) -> Ballot:
        """At the end of a round; who is not looked at has nothing."""
        return self.ends.get(round_, {}).get(account, (0, NOBODY))

    def _total_at(self, round_: int) -> int:
        return self._votes.total_at(round_ + 1, self.model.active_set.stake)

    def _as_deployed(self) -> Governance:
        governor, treasury = self.world.governor, self.world.contracts["Treasury"]
        names = ("votingDelay", "votingPeriod", "proposalThreshold", "quorumNumerator()")
        delay, period, threshold, quorum = (self._ask(governor, name)[0] for name in names)
        (wait,) = self._ask(treasury, "getMinDelay")
        (quota,) = self._ask(governor, "quota")
        return Governance(
            now=lambda: self.model.clock.round,
            ballot=self._ballot_at,
            total=self._total_at,
            settings=Settings(delay, period, threshold, quorum, wait),
            quota=quota,
            purse=Purse(self.model.books, self.world.treasury, self.world.engine.balance(self.world.treasury)),
            numerators={0: quorum},
        )

    def _govern(
        self,
        me: str,
        function: str,
        arguments: tuple[Any, ...],
        predict: Predict,
        value: int = 0,
        at_expense_of: str | None = None,
    ) -> Outcome:
        return self.act(
            me,
            self.world.governor,
            function,
            *arguments,
            predict=predict,
            value=value,
            at_expense_of=at_expense_of,
        )

    def _ask(self, contract: Contract, function: str, *arguments: Any) -> tuple[Any, ...]:
        data = self.world.engine.view(contract.address, contract.encode(function, *arguments))
        return tuple(int.from_bytes(data[i : i + 32], "big") for i in range(0, len(data), 32))
