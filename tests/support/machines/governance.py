"""Governance in a live market: who has stake proposes, votes and decides, while stake moves under everybody's feet."""

from __future__ import annotations

from typing import Any

from tests.property.models.governance import ABSTAIN, AGAINST, FOR, State
from tests.support.machines.governing import WAYS, Bid, Governing
from tests.support.machines.hostile import Portion, Someone, names, people, portions
from tests.support.machines.motions import MOTIONS, Motion
from tests.support.machines.rules import list_of, one_of, rule, truth, tuple_of, whole
from tests.support.machines.staking_and_payments import StakingAndPayments
from tests.support.world import DELEGATORS, LPT, ORCHESTRATORS

__all__ = ["GovernanceMachine"]

ALL = 1_000_000
FAR = 10  # rounds
DAYS_10 = 864_000  # seconds; more than the blocks of a history
AMOUNTS: dict[str, tuple[int, ...]] = {
    "delay": (0, 1, 1, 2),
    "period": (0, 1, 2, 3, 3),
    "published delay": (0, 1, 1, 2),
    "published period": (0, 1, 2, 3, 3),
    "threshold": (0, 1, 100 * LPT, 100 * LPT, 10_000 * LPT),
    "quorum": (0, 1, 333_300, 333_300, 500_000, 1_000_000, 1_000_001),
    "wait": (0, 0, DAYS_10),
    "relay": (0, 1),
}
REMEMBERED = 16  # proposals that somebody still does something about
MONEY = ("pay", "send")
kinds = one_of(("pay", "pay", "send", *MOTIONS))
motions = list_of(tuple_of(kinds, names, whole(0, 9), portions), 1, 3)
choices = one_of((AGAINST, FOR, FOR, ABSTAIN, 3, 255))
sides = one_of((AGAINST, FOR, ABSTAIN))
ways = one_of(("plain", *WAYS, "signed params", "present params"))
voters = one_of((*ORCHESTRATORS, *DELEGATORS, *DELEGATORS, "gina", "mallory"))
back = whole(1, 4)
mostly = one_of((True, True, True, False))


class GovernanceMachine(Governing, StakingAndPayments):
    """The market goes on as it does without governance; half of what happens is about proposals."""

    def bid_back(self, place: int) -> Bid:
        return Bid(max(0, len(self.bills) - place))

    def bid_in(self, state: State, place: int) -> Bid:
        """One in that state, if there is one among the last."""
        known = {bill.id: index for index, bill in enumerate(self.bills)}
        recent = list(self.governance.proposals.values())[-REMEMBERED:]
        fitting = [known[p.id] for p in recent if self.governance.state(p) == state]
        return Bid(fitting[-1 - place % len(fitting)]) if fitting else self.bid_back(place)

    def open_bid(self, place: int) -> Bid:
        """One that is open for votes: made so if there is none."""
        for state in (State.ACTIVE, State.PENDING):
            bid = self.bid_in(state, place)
            proposal = self.governance.proposals.get(self.bills[bid].id) if self.bills else None
            if proposal and self.governance.state(proposal) == state:
                break
        else:
            self.keep_open(calls=1)
            bid = self.propose(self.strongest(), [("relay", "dora", 0)], f"{len(self.bills)}")
            proposal = self.governance.proposals.get(self.bills[bid].id)
        if proposal and self.governance.state(proposal) == State.PENDING:
            self.open_round(skipped=self._rounds_until(proposal.snapshot))
        return bid

    def drawn(self, motions: list[Any]) -> list[Motion]:
        return [(kind, name, self.amount_of(kind, pick, portion)) for kind, name, pick, portion in motions]

    def amount_of(self, kind: str, pick: int, portion: Portion) -> int:
        if kind in AMOUNTS:
            return AMOUNTS[kind][pick % len(AMOUNTS[kind])]
        return portion.of(self.governance.purse.eth if kind == "send" else self.governance.purse.lpt)

    def strongest(self) -> str:
        """Who had most votes when the last round ended."""
        last = self.model.clock.round - 1
        return max(self.world.actors, key=lambda name: self._ballot_at(self.address(name), last)[0])

    # Rules

    @rule(weight=3, who=people, motions=motions, reserved=one_of(("", "", "", "dora", "olga")))
    def proposes(self, who: Someone, motions: list[Any], reserved: str) -> None:
        self.keep_open(calls=1)
        name = self.strongest() if who.fit else self.pick(who, lambda seen: seen.bonded)
        self.propose(name, self.drawn(motions), f"{len(self.bills)}", reserved)

    @rule(weight=1, when=lambda m: m.bills, place=back, who=names)
    def proposes_the_same_again(self, place: int, who: str) -> None:
        """An id is taken once."""
        old = self.bills[self.bid_back(place)]
        if "#" not in old.description:
            for step in self.steps:
                if step.action == "propose" and step.args[2] == old.description:
                    self.propose(who, *step.args[1:3])
                    return

    @rule(weight=10, who=voters, choice=choices, way=ways, caller=names, place=back, fit=mostly)
    def votes_are_cast(self, who: str, choice: int, way: str, caller: str, place: int, fit: bool) -> None:
        """And once more, which fails."""
        bid = self.open_bid(place) if fit or not self.bills else self.bid_back(place)
        caster = who if way in ("plain", "reason", "params") else caller
        self.vote(caster, bid, choice, way, who)
        if choice == AGAINST:
            self.vote(caster, bid, FOR, way, who)

    @rule(weight=4, ballots=list_of(tuple_of(voters, sides), 2, 7), place=back)
    def many_vote_in_some_order(self, ballots: list[Any], place: int) -> None:
        """VOTE-54, 55: delegators before and after those whom they override, some of them twice."""
        bid = self.open_bid(place)
        for name, choice in ballots:
            self.vote(name, bid, choice)

    @rule(weight=2, to=one_of(ORCHESTRATORS), ballots=list_of(tuple_of(whole(0, 3), sides), 3, 5))
    def delegators_override(self, to: str, ballots: list[tuple[int, int]]) -> None:
        """VOTE-54, 55: those of one orchestrator, before it and after it, each for another side."""
        self.keep_open(calls=8)
        if not self.seen_of(to).registered:
            self.bond(to, self.seen_of(to).lpt // 10, to)
        others = [n for n in DELEGATORS if self.seen_of(n).delegate == self.address(to)]
        for name in DELEGATORS[: max(0, 2 - len(others))]:
            if not self.seen_of(name).registered:
                self.bond(name, self.seen_of(name).lpt // 10, to)
        self.open_round()
        self.keep_open(calls=1)
        bid = self.propose(self.strongest(), [("relay", "dora", 0)], f"{len(self.bills)}")
        proposal = self.governance.proposals.get(self.bills[bid].id)
        if proposal is None or proposal.deadline - self.model.clock.round > FAR:
            return
        self.open_round(skipped=self._rounds_until(proposal.snapshot))
        voters = (to, *(n for n in DELEGATORS if self.seen_of(n).delegate == self.address(to)))
        for place, choice in ballots:
            self.vote(voters[place % len(voters)], bid, choice)

    @rule(
        when=lambda m: m.bills,
        caller=names,
        place=back,
        choice=one_of((AGAINST, FOR, ABSTAIN)),
        pair=list_of(voters, 2, 2),
    )
    def a_ballot_is_forged(self, caller: str, place: int, choice: int, pair: list[str]) -> None:
        self.vote_with_a_strangers_signature(caller, self.open_bid(place), choice, *pair)

    @rule(weight=2, when=lambda m: m.bills, who=names, place=back)
    def is_queued(self, who: str, place: int) -> None:
        """VOTE-57: once."""
        bid = self.bid_in(State.SUCCEEDED, place)
        self.queue(who, bid)
        self.queue(who, bid)

    @rule(weight=2, when=lambda m: m.bills, who=names, place=back, value=one_of((0, 0, 1)), wait=truth)
    def is_executed(self, who: str, place: int, value: int, wait: bool) -> None:
        """VOTE-57: after its delay, and once."""
        bid = self.bid_in(State.QUEUED, place)
        if wait:
            self.execute(who, bid)
            self.sleep(DAYS_10)
        self.execute(who, bid, value)
        self.execute(who, bid)

    @rule(when=lambda m: m.bills, who=names, place=back, own=truth)
    def is_cancelled(self, who: str, place: int, own: bool) -> None:
        bid = self.bid_in(State.PENDING, place)
        proposal = self.governance.proposals.get(self.bills[bid].id)
        self.cancel(self.world.names[proposal.proposer] if own and proposal else who, bid)

    @rule(motions=motions, who=names)
    def is_thought_better_of(self, motions: list[Any], who: str) -> None:
        """Before it is open for votes; what was cancelled cannot be proposed again."""
        self.keep_open(calls=4)
        proposer, drawn, text = self.strongest(), self.drawn(motions), f"{len(self.bills)}"
        bid = self.propose(proposer, drawn, text)
        self.cancel(who, bid)
        self.cancel(proposer, bid)
        self.propose(proposer, drawn, text)

    @rule(when=lambda m: m.bills, who=names, place=back)
    def is_vetoed(self, who: str, place: int) -> None:
        bid = self.bid_in(State.QUEUED, place)
        guardians = [self.world.names[guardian] for guardian in sorted(self.governance.guardians)]
        self.veto(guardians[0] if guardians else who, bid)
        self.veto(guardians[-1] if guardians else who, bid)

    @rule(who=names, named=names)
    def a_guardian_resigns(self, who: str, named: str) -> None:
        guardians = [self.world.names[guardian] for guardian in sorted(self.governance.guardians)]
        self.resign(who, named)
        self.resign(*[guardians[0] if guardians else named] * 2)
        self.look_up_votes(who)

    @rule(weight=3, motions=motions, against=list_of(voters, 0, 2), who=names, moved=truth)
    def is_carried_through(self, motions: list[Any], against: list[str], who: str, moved: bool) -> None:
        """VOTE-58: from proposal to payment; stake that moves after the snapshot keeps its vote."""
        self.keep_open(calls=1)
        bid = self.propose(self.strongest(), self.drawn(motions), f"{len(self.bills)}")
        proposal = self.governance.proposals.get(self.bills[bid].id)
        if proposal is None:
            return
        self.open_round(skipped=self._rounds_until(proposal.snapshot))
        for name in against:
            self.vote(name, bid, AGAINST)
        if moved:
            self.unbond("dora", self.seen_of("dora").pending_stake // 2)
        self._let_it_be_queued(bid, who)
        self.sleep(DAYS_10)
        self.execute(who, bid)

    @rule(motions=motions, who=names)
    def a_guardian_stops_it(self, motions: list[Any], who: str) -> None:
        """One that a proposal has appointed, and nobody else."""
        if not self.governance.guardians:
            self.is_carried_through([("guardian", who, 0, Portion.NOTHING)], [], who, False)
        self.keep_open(calls=1)
        bid = self.propose(self.strongest(), self.drawn(motions), f"{len(self.bills)}")
        proposal = self.governance.proposals.get(self.bills[bid].id)
        if proposal:
            self.open_round(skipped=self._rounds_until(proposal.snapshot))
            self._let_it_be_queued(bid, who)
            self.is_vetoed(who, 1)
            self.execute(who, bid)

    @rule(weight=2, short=whole(-2, 2), choice=one_of((FOR, ABSTAIN)))
    def a_quorum_is_met_or_missed_by_a_wei(self, short: int, choice: int) -> None:
        """VOTE-56: one orchestrator votes, whose stake is the quorum of all active stake, less `short` wei."""
        self.open_round()
        bid = self._bid_for_a_boundary()
        if bid is None:
            return
        voter = self.strongest()
        self._bond_up_to(voter, self.governance.settings.quorum, -short)
        self._decide(bid, [(voter, choice)])

    @rule(weight=2, more=whole(-2, 2))
    def a_quota_is_met_or_missed_by_a_wei(self, more: int) -> None:
        """VOTE-56: one orchestrator is for, and another against, with as much stake or a few wei more or less."""
        self.open_round()
        bid = self._bid_for_a_boundary()
        pool = [self.world.names[member] for member in self.model.active_set.members]
        if bid is None or len(pool) < 2:
            return
        richer, poorer = pool[:2]
        stakes = [self.seen_of(name).delegated for name in (richer, poorer)]
        missing = stakes[0] - stakes[1] + more
        if 0 < missing <= self.seen_of("gus").lpt:
            self.bond_for("gus", poorer, missing, poorer)
        self._decide(bid, [(poorer, AGAINST), (richer, FOR)])

    @rule(who=names, amount=one_of((1, 10**18)), eth=truth)
    def gives_to_the_treasury(self, who: str, amount: int, eth: bool) -> None:
        (self.endow_with_ether if eth else self.endow_with_lpt)(who, min(amount, self.seen_of(who).lpt))

    # Parts of rules

    def _rounds_until(self, round_: int) -> int:
        """None if it has gone by meanwhile: rounds can become shorter."""
        return max(0, round_ - self.model.clock.round)

    def _let_it_be_queued(self, bid: Bid, who: str) -> None:
        """All who have not voted are for it."""
        for name in (*ORCHESTRATORS, *DELEGATORS):
            self.vote(name, bid, FOR)
        deadline = self.governance.proposals[self.bills[bid].id].deadline
        self.next_round(skipped=self._rounds_until(deadline))
        self.queue(who, bid)

    def _bid_for_a_boundary(self) -> Bid | None:
        """Nothing much; None if nobody can propose it."""
        bid = self.propose(self.strongest(), [("relay", "dora", 0)], f"{len(self.bills)}")
        return bid if self.bills[bid].id in self.governance.proposals else None

    def _bond_up_to(self, voter: str, share: int, more: int) -> None:
        """Bonds what is missing for the voter's stake to be `share` of all stake of the pool, and `more` wei."""
        own = self.seen_of(voter).delegated
        others = self.model.active_set.stake - own
        if share >= ALL:
            return
        wanted = others * share // (ALL - share)
        for _ in range(ALL // (ALL - share) * 4 + 4):  # a wei more is as much less short, but for the share of it
            wanted += wanted - (wanted + others) * share // ALL < more
        if 0 < wanted - own <= self.seen_of("gus").lpt:
            self.bond_for("gus", voter, wanted - own, voter)

    def _decide(self, bid: Bid, ballots: list[tuple[str, int]]) -> None:
        proposal = self.governance.proposals[self.bills[bid].id]
        if proposal.deadline - self.model.clock.round > FAR:
            return
        self.open_round(skipped=self._rounds_until(proposal.snapshot))
        for name, choice in ballots:
            self.vote(name, bid, choice)
        self.next_round(skipped=self._rounds_until(proposal.deadline))
        self.queue("mallory", bid)
