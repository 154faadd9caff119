"""Stake and payments together, driven by people who mean ill.

Each step draws actors and amounts and makes a call, or several. Each call must end as the model foretold; the
properties of `tests.support.machines` hold all the time. One example in two ends with everybody leaving.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.property.models.staking import BONDED
from tests.support.machines.deeds import deed
from tests.support.machines.edges import Edges
from tests.support.machines.hostile import (
    Portion,
    Someone,
    hints,
    names,
    orchestrators,
    people,
    portions,
    rates,
    senders,
    targets,
)
from tests.support.machines.payment_actions import FORGERIES
from tests.support.machines.rules import (
    begin,
    either,
    just,
    list_of,
    one_of,
    rule,
    subset_of,
    truth,
    tuple_of,
    whole,
)
from tests.support.machines.terms import Terms
from tests.support.world import DELEGATORS, EVERYBODY, GATEWAYS, ORCHESTRATORS

__all__ = ["StakingAndPayments"]

ETHER = 10**18
FIRST_STAKES = one_of((Portion.TENTH, Portion.HALF, Portion.WEI, Portion.DUST))
ERRANDS = (
    "reward",
    "reward",
    "ticket",
    "ticket",
    "draw on the reserve",
    "claim",
    "bond a wei for",
    "give a wei to",
    "give away",
    "unbond a wei",
    "move",
    "leave",
    "return",
    "enter",
)
errands = list_of(tuple_of(one_of(ERRANDS), people, orchestrators), 3, 8)


class StakingAndPayments(Terms, Edges):
    """Rules only: what is drawn becomes names and whole numbers, and an action does the rest.

    Attributes:
        ends_with_all_leaving: what a history ends with.
        diligent: who calls reward in each round, as soon as it is open.
    """

    ends_with_all_leaving = False
    diligent: tuple[str, ...] = ()

    @begin(
        stakes=tuple_of(FIRST_STAKES, FIRST_STAKES, FIRST_STAKES),
        delegations=tuple_of(FIRST_STAKES, FIRST_STAKES),
        cut=rates,
        share=rates,
        diligent=one_of(((), ("olga",), ORCHESTRATORS)),
        leaving=truth,
        seats=one_of((2, 2, 3, 4, 4, 5)),
        harsh=truth,
    )
    def begins(
        self,
        stakes: Any,
        delegations: Any,
        cut: int,
        share: int,
        diligent: tuple[str, ...],
        leaving: bool,
        seats: int,
        harsh: bool,
    ) -> None:
        """Three orchestrators for two seats, two delegators, a gateway with money."""
        self.ends_with_all_leaving, self.seats, self.harsh = leaving, seats, harsh
        self.open_round()
        if seats > 2:
            self.grow_pool(seats)
        for name, stake in zip(ORCHESTRATORS, stakes, strict=False):
            self.bond(name, stake.of(self.world.wealth), name)
            self.set_rates(name, cut, share)
        for name, stake, to in zip(DELEGATORS, delegations, ORCHESTRATORS, strict=False):
            self.bond(name, stake.of(self.world.wealth), to)
        self.fund(GATEWAYS[0], 2 * ETHER, ETHER, ETHER)
        self.diligent = diligent
        self.open_round()

    def open_round(self, skipped: int = 0) -> None:
        super().open_round(skipped)
        for name in self.those(lambda seen: bool(seen.active)):
            if name in self.diligent:
                self.reward(name)

    def teardown(self) -> None:
        try:
            if self.ends_with_all_leaving and not self.broken:
                self.diligent = ()
                self.everyone_leaves()
        finally:
            super().teardown()

    # Rounds

    @rule(skipped=one_of((0, 0, 0, 1, 2)), errands=errands)
    def a_round_of_work(self, skipped: int, errands: list[Any]) -> None:
        """Who claims, is paid, joins or leaves before the reward and after it decides about everybody's share."""
        self.open_round(skipped)
        self.run(errands)

    @rule(first=errands, second=errands)
    def two_rounds_of_work(self, first: list[Any], second: list[Any]) -> None:
        for errands in (first, second):
            self.open_round()
            self.run(errands)

    @deed(errands=errands)
    def more_work_in_the_round(self, errands: list[Any]) -> None:
        self.run(errands)

    @rule(
        skipped=whole(0, 2),
        lazy=subset_of(ORCHESTRATORS, 1),
        by=one_of(("itself", "itself", *EVERYBODY)),
    )
    def a_round_of_rewards(self, skipped: int, lazy: set[str], by: str) -> None:
        """Called by each itself, or by one whom all have named."""
        self.open_round(skipped)
        for name in self.those(lambda seen: bool(seen.active)):
            if name in lazy:
                continue
            if by == "itself":
                self.reward(name)
            else:
                self.set_reward_caller(name, by)
                self.reward_for(by, name)

    @rule(skipped=whole(0, 3))
    def a_round_without_work(self, skipped: int) -> None:
        self.open_round(skipped)

    @rule(who=people, amount=portions, opener=names, what=whole(0, 9))
    def too_early_in_a_round(self, who: Someone, amount: Portion, opener: str, what: int) -> None:
        """RND-34: nothing goes until somebody has initialised the round, then it does."""
        self.next_round()
        self.try_one_of_all(what, self.pick(who, lambda seen: seen.bonded > 0), amount)
        self.initialize_round(opener)
        self.initialize_round(opener)

    @rule(who=people, amount=portions, rounds=whole(0, 2), what=whole(0, 9))
    def while_paused(self, who: Someone, amount: Portion, rounds: int, what: int) -> None:
        """Time goes on, and nothing else."""
        self.pause()
        self.pause()
        self.try_one_of_all(what, self.pick(who, lambda seen: seen.bonded > 0), amount)
        for _ in range(rounds):
            self.next_round()
        self.initialize_round("mallory")
        self.unpause()
        self.unpause()
        self.initialize_round("mallory")

    @rule(blocks=whole(1, 20))
    def blocks_pass(self, blocks: int) -> None:
        """Into the part of the round in which rates are fixed, perhaps, or over its end."""
        self.pass_blocks(blocks)

    # Stake

    @deed(who=names, amount=portions, to=targets, old_hint=hints, new_hint=hints)
    def bonds(self, who: str, amount: Portion, to: str, old_hint: Any, new_hint: Any) -> None:
        self.bond(who, amount.of(self.seen_of(who).lpt), to, old_hint, new_hint)

    @deed(who=orchestrators, amount=portions, hint=hints)
    def bonds_to_itself(self, who: str, amount: Portion, hint: Any) -> None:
        self.bond(who, amount.of(self.seen_of(who).lpt), who, new_hint=hint)

    @deed(who=people, to=targets)
    def moves_its_stake(self, who: Someone, to: str) -> None:
        self.bond(self.pick(who, lambda seen: seen.bonded and not seen.registered), 0, to)

    @deed(who=names, victim=people, amount=portions, to=targets, faithful=truth, hint=hints)
    def bonds_for_another(self, who: str, victim: Someone, amount: Portion, to: str, faithful: bool, hint: Any) -> None:
        """BOND-14: with a wei, say, to its own delegate, to make it claim; or elsewhere, to move its stake."""
        owner = self.pick(victim, lambda seen: seen.bonded > 0)
        to = self.world.names[self.seen_of(owner).delegate] if faithful else to
        self.bond_for(who, owner, amount.of(self.seen_of(who).lpt), to, new_hint=hint)

    @deed(who=people, amount=portions, hint=hints)
    def unbonds(self, who: Someone, amount: Portion, hint: Any) -> None:
        name = self.pick(who, lambda seen: seen.bonded > 0)
        self.unbond(name, amount.of(self.seen_of(name).pending_stake), hint)

    @deed(who=people, lock=whole(0, 9), hint=hints)
    def rebonds(self, who: Someone, lock: int, hint: Any) -> None:
        """What was unbonded before, or just now."""
        name = self.pick(who, lambda seen: seen.bonded > 0)
        if not self.model.books.delegators[self.address(name)].locks:
            self.unbond(name, Portion.HALF.of(self.seen_of(name).pending_stake))
        self.rebond(name, self.lock_of(name, lock), hint)

    @deed(who=people, to=targets, lock=whole(0, 9), hint=hints)
    def rebonds_from_unbonded(self, who: Someone, to: str, lock: int, hint: Any) -> None:
        name = self.pick(who, lambda seen: not seen.bonded and seen.next_lock_id)
        self.rebond_from_unbonded(name, to, self.lock_of(name, lock), hint)

    @deed(who=people)
    def unbonds_and_returns(self, who: Someone) -> None:
        """BOND-24: what is unbonded and bonded again within a round is what it was."""
        self.there_and_back(self.pick(who, lambda seen: seen.bonded > 0))

    @deed(who=people, lock=whole(0, 9))
    def withdraws_stake(self, who: Someone, lock: int) -> None:
        """BOND-15: twice, of which the second time fails."""
        name = self.pick(who, lambda seen: seen.next_lock_id > 0)
        lock_id = self.lock_of(name, lock)
        self.withdraw_stake(name, lock_id)
        self.withdraw_stake(name, lock_id)

    @deed(who=people, ahead=one_of((None, 0, 1, 2**32, 2**256)))
    def claims(self, who: Someone, ahead: int | None) -> None:
        """BOND-19: and again, which changes nothing."""
        name = self.pick(who, lambda seen: seen.bonded > 0)
        current = self.model.clock.round
        self.claim_earnings(name, 0 if ahead is None else min(current + ahead, 2**256 - 1))
        self.claim_earnings(name)

    @deed(who=people, recipient=either(names, just("nobody")), amount=portions)
    def withdraws_fees(self, who: Someone, recipient: str, amount: Portion) -> None:
        name = self.pick(who, lambda seen: seen.pending_fees > 0)
        self.withdraw_fees(name, recipient, amount.of(self.seen_of(name).pending_fees))

    @deed(weight=2, who=people, cut=rates, share=rates, hint=hints)
    def sets_rates(self, who: Someone, cut: int, share: int, hint: Any) -> None:
        self.set_rates(self.pick(who, lambda seen: seen.registered), cut, share, hint)

    @deed(who=people, hint=hints)
    def calls_reward(self, who: Someone, hint: Any) -> None:
        """BOND-27: twice, of which the second time fails."""
        name = self.pick(who, lambda seen: seen.active)
        self.reward(name, hint)
        self.reward(name)

    @deed(who=people, named=names, caller=names, hint=hints, dismissed=one_of((False, False, True)))
    def has_its_reward_called(self, who: Someone, named: str, caller: str, hint: Any, dismissed: bool) -> None:
        """By somebody, and by whom it has named, of which one fails."""
        current = self.model.clock.round
        name = self.pick(who, lambda seen: seen.active and seen.last_reward_round < current)
        self.set_reward_caller(name, named)
        if dismissed:
            self.set_reward_caller(name, "nobody")
        self.reward_for(caller, name, hint)
        self.reward_for(named, name, hint)

    @deed(who=people, receiver=names, amount=portions, old_hint=hints, new_hint=hints)
    def gives_stake(self, who: Someone, receiver: str, amount: Portion, old_hint: Any, new_hint: Any) -> None:
        name = self.pick(who, lambda seen: seen.status == BONDED)
        self.transfer(name, receiver, amount.of(self.seen_of(name).pending_stake), old_hint, new_hint)

    @deed(
        weight=2,
        when=lambda machine: machine.harsh,
        who=people,
        finder=either(names, just("nobody")),
        share=one_of((0, 1, 100_000, 999_999, 1_000_000)),
        fee=rates,
        then=list_of(one_of(("reward", "ticket", "bond", "unbond")), 0, 3),
    )
    def is_slashed(self, who: Someone, finder: str, share: int, fee: int, then: list[str]) -> None:
        """An orchestrator, as no verifier on the live network does. It is active for the rest of the round."""
        candidates = self.those(lambda seen: seen.registered and seen.status == BONDED)
        if not candidates:
            return
        name = candidates[who.index % len(candidates)]
        delegators = [n for n in self.those(lambda s: s.delegate == self.address(name)) if n != name]
        self.slash(name, finder, share, min(fee, 1_000_000))
        for errand in then:
            self.keep_open(calls=2)
            if errand == "reward":
                self.reward(name)
            elif errand == "ticket":
                self.pays(name)
            elif errand == "bond":
                self.bond("gus", 1, name)
            elif delegators:
                self.unbond(delegators[0], 1)

    # Payments

    @deed(who=senders, deposit=portions, reserve=portions, amiss=one_of((0, 0, 0, 1)))
    def funds(self, who: str, deposit: Portion, reserve: Portion, amiss: int) -> None:
        parts = (deposit.of(3 * ETHER), reserve.of(3 * ETHER))
        self.fund(who, sum(parts) + amiss, *parts)

    @deed(who=senders, amount=portions, into_reserve=truth)
    def funds_one_part(self, who: str, amount: Portion, into_reserve: bool) -> None:
        (self.fund_reserve if into_reserve else self.fund_deposit)(who, amount.of(ETHER))

    @deed(who=names, sender=senders, deposit=portions, reserve=portions, unlocking=truth)
    def funds_for_another(self, who: str, sender: str, deposit: Portion, reserve: Portion, unlocking: bool) -> None:
        """TICK-49: and be it nothing; its unlock goes on."""
        if unlocking and not self.seen_of(sender).sender_withdraw_round:
            self.unlock(sender)
        parts = (deposit.of(ETHER), reserve.of(ETHER))
        self.fund_for(who, sender, sum(parts), *parts)

    @deed(who=names, sender=senders, recipient=people, amount=portions, age=one_of((0, 0, 1, 2, 4)))
    def a_ticket_wins(self, who: str, sender: str, recipient: Someone, amount: Portion, age: int) -> None:
        """TICK-37: and is redeemed twice, of which the second time fails."""
        name = self.pick(recipient, lambda seen: seen.active)
        place = self.issue(sender, name, amount.of(self.funds_of(sender)), min(age, self.model.clock.round))
        self.redeem(who, place)
        self.redeem(name, place)

    @deed(who=names, sender=senders, recipient=people, amount=portions)
    def a_ticket_is_larger_than_the_deposit(self, who: str, sender: str, recipient: Someone, amount: Portion) -> None:
        """TICK-42, TICK-45: the rest comes from the reserve."""
        account, name = self.seen_of(sender), self.pick(recipient, lambda seen: seen.active)
        place = self.issue(sender, name, account.deposit + amount.of(account.reserve))
        self.redeem_for_at_least(who, place)
        self.redeem(who, place)

    @deed(who=names, sender=senders, recipient=people, amount=portions, more=one_of((-1, 0, 0, 1)))
    def a_ticket_is_to_pay_enough(self, who: str, sender: str, recipient: Someone, amount: Portion, more: int) -> None:
        """TICK-42: from the deposit, with what is in the reserve perhaps."""
        account, name = self.seen_of(sender), self.pick(recipient, lambda seen: seen.active)
        place = self.issue(sender, name, amount.of(account.deposit + account.reserve // 3))
        self.redeem_for_at_least(who, place, more)

    @deed(recipient=people, newcomer=people)
    def a_reserve_is_drawn_as_the_pool_grows(self, recipient: Someone, newcomer: Someone) -> None:
        """TICK-46: a share of fewer was drawn, and now there are more to share with."""
        name = self.pick(recipient, lambda seen: seen.active)
        self.run_payment("draw on the reserve", name)
        self.run_arrival("enter", newcomer, name)
        self.run_payment("draw on the reserve", name)

    @deed(recipient=people, other=people, goes=whole(0, 3))
    def a_reserve_is_drawn_as_the_pool_shrinks(self, recipient: Someone, other: Someone, goes: int) -> None:
        """TICK-45: a share was drawn, and then there are fewer to share with; one gets no more than is left."""
        name = self.pick(recipient, lambda seen: seen.active)
        self.run_payment("draw on the reserve", name)
        members = [self.world.names[a] for a in self.model.active_set.members if a != self.address(name)]
        for member in members[: goes % 3 + 1]:
            self.keep_open(calls=2)
            if member in self.world.actors and len(self.model.active_set.members) > 1:
                self.unbond(member, self.seen_of(member).pending_stake)
        last = self.pick(other, lambda seen: seen.active)
        self.keep_open(calls=3)
        if self.funds_of("gina"):
            self.redeem("mallory", self.issue("gina", last, self.funds_of("gina")))
        self.redeem("mallory", self.issue("gina", name, self.funds_of("gina")))

    @deed(when=lambda machine: machine.tickets, who=names, back=whole(1, 6))
    def an_old_ticket_is_redeemed(self, who: str, back: int) -> None:
        self.redeem(who, self.ticket_back(back))

    @deed(who=names, sender=senders, recipient=people, how=one_of(sorted(FORGERIES)))
    def a_ticket_is_forged(self, who: str, sender: str, recipient: Someone, how: str) -> None:
        """TICK-38, TICK-40: each condition alone keeps it from paying; the ticket itself is still good."""
        place = self.issue(sender, self.pick(recipient, lambda seen: seen.active), 1)
        self.redeem(who, self.forge(place, how))
        self.redeem(who, place)

    @deed(
        who=names,
        fresh=list_of(tuple_of(senders, people, portions), 0, 3),
        back=whole(1, 6),
        lacking=one_of((0, 0, 0, 1)),
        told=truth,
    )
    def tickets_are_redeemed_together(self, who: str, fresh: list[Any], back: int, lacking: int, told: bool) -> None:
        """TICK-48: new ones, one of them twice, and an old one."""
        places = [
            self.issue(sender, self.pick(recipient, lambda seen: seen.active), amount.of(self.funds_of(sender)))
            for sender, recipient, amount in fresh
        ]
        old = [self.ticket_back(back)] if self.tickets else []
        self.redeem_batch(who, [*places, *places[:1], *old], lacking, told)

    @deed(who=names, sender=senders, recipient=people, chance=whole(1, 99))
    def a_ticket_may_win(self, who: str, sender: str, recipient: Someone, chance: int) -> None:
        """TICK-39: as the draw says."""
        name = self.pick(recipient, lambda seen: seen.active)
        self.redeem(who, self.issue(sender, name, min(1_000, self.funds_of(sender)), chance=chance))

    @deed(who=senders, regret=truth)
    def unlocks(self, who: str, regret: bool) -> None:
        self.unlock(who)
        if regret:
            self.cancel_unlock(who)

    @deed(who=senders, patient=truth, refund=truth)
    def withdraws(self, who: str, patient: bool, refund: bool) -> None:
        """TICK-47: once, having waited or not, and comes back perhaps."""
        if patient:
            self.wait_for_unlock(who)
        self.withdraw(who)
        self.withdraw(who)
        if refund:
            self.fund(who, 2 * ETHER, ETHER, ETHER)

    # Parts of rules

    def run(self, errands: list[Any]) -> None:
        for errand, someone, orchestrator in errands:
            self.run_errand(errand, someone, orchestrator)

    def run_errand(self, errand: str, someone: Someone, orchestrator: str) -> None:
        if errand == "reward":
            self.reward(self.pick(someone, lambda seen: seen.active))
        elif errand in ("ticket", "draw on the reserve"):
            self.run_payment(errand, self.pick(someone, lambda seen: seen.active))
        elif errand in ("return", "enter"):
            self.run_arrival(errand, someone, orchestrator)
        else:
            self.run_stake(errand, self.pick(someone, lambda seen: seen.bonded), orchestrator)

    def run_payment(self, errand: str, recipient: str) -> None:
        """From a tenth of the deposit, or from as much of the reserve as there is."""
        if not self.seen_of("gina").reserve:
            self.fund("gina", 2 * ETHER, ETHER, ETHER)
        value = self.seen_of("gina").deposit // 10 if errand == "ticket" else self.funds_of("gina")
        self.redeem("mallory", self.issue("gina", recipient, value))

    def run_arrival(self, errand: str, someone: Someone, orchestrator: str) -> None:
        """Somebody without stake bonds what it had unbonded, or becomes an orchestrator as the pool grows by a seat."""
        if errand == "return":
            name = self.pick(someone, lambda seen: not seen.bonded and seen.next_lock_id)
            self.rebond_from_unbonded(name, orchestrator, self.lock_of(name, 0))
            return
        name = self.pick(someone, lambda seen: not seen.bonded)
        if self.seen.system.pool_max_size < self.seats:
            self.grow_pool(self.seen.system.pool_max_size + 1)
        self.bond(name, Portion.TENTH.of(self.seen_of(name).lpt), name)

    def run_stake(self, errand: str, name: str, orchestrator: str) -> None:
        seen = self.seen_of(name)
        if errand == "claim":
            self.claim_earnings(name)
        elif errand == "bond a wei for":
            self.bond_for("mallory", name, 1, self.world.names[seen.delegate])
        elif errand == "give a wei to":
            self.transfer(self.pick(Someone(len(self.tickets), True), lambda s: s.status == BONDED), name, 1)
        elif errand == "give away":
            self.transfer(name, orchestrator, seen.pending_stake)
        elif errand == "move":
            self.bond(name, 0, orchestrator)
        else:
            self.unbond(name, 1 if errand == "unbond a wei" else seen.pending_stake)

    def try_one_of_all(self, what: int, who: str, amount: Portion) -> None:
        """A call of the kind `what`, which a pause or an uninitialised round forbids, or does not."""
        attempts: tuple[Callable[[], None], ...] = (
            lambda: self.bond(who, amount.of(self.seen_of(who).lpt), "olga"),
            lambda: self.unbond(who, amount.of(self.seen_of(who).pending_stake)),
            lambda: self.claim_earnings(who),
            lambda: self.withdraw_fees(who, who, 0),
            lambda: self.withdraw_stake(who, self.lock_of(who, 0)),
            lambda: self.set_rates(who, 0, 0),
            lambda: self.reward(who),
            lambda: self.fund_deposit(who, 1),
            lambda: self.unlock("gina"),
            lambda: self.redeem(who, self.issue("gina", "olga", 1)),
        )
        attempts[what]()
