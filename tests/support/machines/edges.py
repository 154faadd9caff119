"""Rules at the edge: a round or a block before something holds, as it begins to, and after; and as ether arrives."""

from __future__ import annotations

from typing import Any

from tests.property.models.staking import BONDED
from tests.support.machines.answers import MarketAnswers
from tests.support.machines.deeds import deed
from tests.support.machines.hostile import Portion, Someone, names, people, portions, senders
from tests.support.machines.lens_answers import LensAnswers
from tests.support.machines.recipes import ETHER, NOBODY, Recipes
from tests.support.machines.replying import Replying
from tests.support.machines.rules import list_of, one_of, truth, tuple_of, whole
from tests.support.world import SMART

__all__ = ["Edges"]

PATIENCE = 9  # rounds that somebody waits for
MILLION = 10**6
ONE = 10**27
REPLIES = (
    *("withdraw_fees", "withdraw_fees", "withdraw", "withdraw", "withdraw_stake", "claim_earnings", "unbond"),
    *("rebond", "rebond_from_unbonded", "bond", "transfer", "reward", "redeem", "unlock", "cancel_unlock"),
)
WAYS = ("bond", "unbond", "rebond", "bond for", "transfer", "move")
smart = one_of(SMART)
places = one_of((0, 1, 2, 3, 4, NOBODY))


class Edges(Recipes, Replying, MarketAnswers, LensAnswers):
    # Rounds and blocks

    @deed(who=people, lock=whole(0, 9), late=whole(0, 1))
    def a_lock_opens(self, who: Someone, lock: int, late: int) -> None:
        """BOND-15, 16: not in the round before, and in its own."""
        name = self.pick(who, lambda seen: seen.status == BONDED)
        if not self.model.books.delegators[self.address(name)].locks:
            self.unbond(name, Portion.HALF.of(self.seen_of(name).pending_stake))
        lock_id = self.lock_of(name, lock)
        known = self.model.books.delegators[self.address(name)].locks.get(lock_id)
        if known and self.waits_until(known.withdraw_round - 1):
            self.withdraw_stake(name, lock_id)
            self.open_round(skipped=late)
            self.withdraw_stake(name, lock_id)

    @deed(who=senders, friend=names, recipient=people, amount=portions)
    def a_sender_s_time_comes(self, who: str, friend: str, recipient: Someone, amount: Portion) -> None:
        """TICK-44, 47: in the round before it pays and cannot withdraw, in its own the other way round."""
        if not self.funds_of(who):
            self.fund(who, 2 * ETHER, ETHER, ETHER)
        self.wait_for_unlock(who, early=1)
        self.keep_open(calls=3)
        name = self.pick(recipient, lambda seen: seen.active)
        self.redeem(friend, self.issue(who, name, Portion.TENTH.of(self.funds_of(who))))
        later = self.issue(who, name, amount.of(self.funds_of(who)))
        self.withdraw(who)
        self.open_round()
        self.redeem(friend, later)
        self.withdraw(who)
        self.fund(who, 2 * ETHER, ETHER, ETHER)

    @deed(who=names, sender=senders, recipient=people, batch=truth)
    def tickets_grow_old(self, who: str, sender: str, recipient: Someone, batch: bool) -> None:
        """TICK-38: one is still good in its last round, and another no more in the next."""
        name = self.pick(recipient, lambda seen: seen.active)
        last, late = (self.issue(sender, name, 1 + n) for n in range(2))
        if not self.waits_until(self.model.clock.round + self.model.broker.validity_period - 1):
            return
        self.keep_open(calls=2)
        self.redeem(who, last)
        self.open_round()
        if batch:
            self.redeem_batch(who, [last, late])
        else:
            self.redeem(who, late)

    @deed(who=people, blocks=one_of((-1, 0, 0, 0, 1)), cut=one_of((0, 500_000)))
    def rates_are_set_as_the_lock_begins(self, who: Someone, blocks: int, cut: int) -> None:
        """BOND-26, RND-34: in the last block before, or the first."""
        name = self.pick(who, lambda seen: seen.registered)
        clock = self.model.clock
        self.reward(name)
        lock = clock.start_block + clock.length - clock.length * clock.lock_share // MILLION
        ahead = lock + blocks - self.world.engine.next_block
        if 0 <= ahead < clock.length:
            if ahead:
                self.pass_blocks(ahead)
            self.set_rates(name, cut, cut)

    @deed(who=people, before=one_of((-1, 0, 1)), after=one_of((0, 0, 1, -1)))
    def the_lock_moves_and_rates_are_set(self, who: Someone, before: int, after: int) -> None:
        """RND-34: a new lock holds at once; it comes to begin just before now, now or just after."""
        name = self.pick(who, lambda seen: seen.registered)
        self.keep_open(calls=6)
        self.reward(name)
        for shift in (before, after):
            clock = self.model.clock
            past = self.world.engine.next_block + 1 + shift - clock.start_block
            self.set_round_lock(min(MILLION, max(0, -(-(clock.length - past) * MILLION // clock.length))))
            self.set_rates(name, 500_000, 500_000)

    @deed(who=people, amount=portions, length=one_of((10, 12, 20, 20, 33)), what=whole(0, 9))
    def the_length_changes_under_a_call(self, who: Someone, amount: Portion, length: int, what: int) -> None:
        """RND-33, 34: what was the last block of the round, or the first of the next, may be no more."""
        self.set_round_length(length)
        self.try_one_of_all(what, self.pick(who, lambda seen: seen.bonded > 0), amount)

    @deed(who=people, amount=portions, what=whole(0, 9), then=whole(0, 9))
    def a_round_ends_between_two_calls(self, who: Someone, amount: Portion, what: int, then: int) -> None:
        """RND-34: the last block of a round, and the first of the next."""
        name = self.pick(who, lambda seen: seen.bonded > 0)
        clock = self.model.clock
        ahead = clock.first_block_of(clock.round + 1) - 1 - self.world.engine.next_block
        if 0 <= ahead < 10 * PATIENCE:
            if ahead:
                self.pass_blocks(ahead)
            self.try_one_of_all(what, name, amount)
            self.try_one_of_all(then, name, amount)

    # The pool

    @deed(outsider=people, goes=whole(0, 3))
    def a_seat_is_taken_by_setting_rates(self, outsider: Someone, goes: int) -> None:
        """BOND-10: it is free since somebody has left, and its new holder is active from the next round on."""
        pool = self.model.active_set.pool.nodes
        outside = [n for n in self.those(lambda seen: seen.registered) if self.world.addresses[n] not in pool]
        if not outside:
            name = self.pick(outsider, lambda seen: not seen.bonded)
            self.bond(name, min(1, self.seen_of(name).lpt), name)
            outside = [name]
        if len(pool) >= self.model.active_set.max_size:
            member = self.world.names[self.model.active_set.members[goes % len(pool)]]
            self.reward(member)
            self.unbond(member, self.seen_of(member).pending_stake)
        self.open_round()
        self.set_rates(outside[outsider.index % len(outside)], 100_000, 500_000)

    @deed(
        weight=3,
        below=list_of(one_of((0, 0, 0, 1, 2)), 4, 6),
        mover=whole(0, 5),
        like=whole(0, 5),
        near=tuple_of(places, places, places, places),
        way=one_of(WAYS),
    )
    def the_pool_is_almost_level(self, below: list[int], mover: int, like: int, near: Any, way: str) -> None:
        """BOND-09: members get as much stake as the first or a wei or two less, then one moves with hints."""
        members = self.members()
        if len(members) < 2 or not set(members) <= set(self.world.actors):
            return
        top = max(self.seen_of(name).delegated for name in members) + 3
        self.keep_open(calls=len(members) + 5)
        for name, less in zip(members, below, strict=False):
            self.lift(name, top - less)
        pool = self.members()
        name, other = pool[mover % len(pool)], pool[like % len(pool)]
        old, new = ((self.named(pool, a), self.named(pool, b)) for a, b in (near[:2], near[2:]))
        above = [self.seen_of(n).delegated - self.seen_of(name).delegated for n in pool]
        step = min((more for more in above if more > 0), default=1)  # to the next that has more
        if way == "bond":
            self.bond(name, step, name, new_hint=new)
        elif way == "unbond":
            self.unbond(name, 1 + mover % 2, new)
        elif way == "rebond":
            self.unbond(name, 1)
            self.rebond(name, max(0, self.seen_of(name).next_lock_id - 1), new)
        elif way == "bond for":
            self.bond_for("gus", name, step, name, old, new)
        elif way == "transfer":
            self.transfer(other, name, step, old, new)
        elif not self.seen_of("gus").bonded:
            self.bond("gus", 1, other)
            self.bond("gus", 0, name, old, new)
            self.unbond("gus", 1)

    @deed(near=list_of(tuple_of(places, places), 5, 5))
    def equals_call_reward(self, near: list[tuple[int, int]]) -> None:
        """BOND-09: they are equals again after that, in the order that the hints say."""
        members = self.members()
        if not set(members) <= set(self.world.actors):
            return
        self.keep_open(calls=len(members) + 1)
        for name in members:
            self.lift(name, max(self.seen_of(other).delegated for other in members))
        self.next_round()
        self.initialize_round("mallory")
        self.keep_open(calls=len(members))
        for name, (prev, next_) in zip(members, near, strict=False):
            self.reward(name, (self.named(members, prev), self.named(members, next_)))

    @deed(rival=people, goes=whole(0, 3), near=tuple_of(places, places))
    def one_joins_among_equals(self, rival: Someone, goes: int, near: tuple[int, int]) -> None:
        """BOND-09: with as much stake as the last, when somebody else has left, by setting its rates."""
        self.keep_open(calls=4)
        members = self.members()
        if len(members) < max(2, self.model.active_set.max_size) or not set(members) <= set(self.world.actors):
            return
        name = self.takes_a_seat(rival, members[-1], more=0)
        leaver = members[goes % (len(members) - 1)]
        self.unbond(leaver, self.seen_of(leaver).pending_stake)
        self.set_rates(name, 100_000, 500_000, (self.named(members, near[0]), self.named(members, near[1])))

    def members(self) -> list[str]:
        """Of the pool, highest stake first."""
        return [self.world.names[address] for address in self.model.active_set.members]

    def named(self, pool: list[str], place: int) -> str:
        return "nobody" if place == NOBODY or not pool else pool[place % len(pool)]

    def lift(self, name: str, stake: int) -> None:
        """Bonds to an orchestrator what is missing."""
        missing = stake - self.seen_of(name).delegated
        if 0 < missing <= self.seen_of(name).lpt:
            self.bond(name, missing, name)

    # Terms

    @deed(who=people, share=one_of((1, ONE // 10, ONE)), over=one_of((0, 0, -1, 1)))
    def a_reward_meets_the_ceiling(self, who: Someone, share: int, over: int) -> None:
        """MINT-31: a balance of just the ceiling ends the cut, from the next round on."""
        self.set_treasury_cut(share)
        self.open_round()
        self.keep_open(calls=3)
        held = self.seen.accounts[self.world.treasury].lpt
        self.set_treasury_ceiling(max(0, held + over))
        name = self.pick(who, lambda seen: seen.active)
        self.reward(name)
        self.open_round()
        self.reward(name)
        self.set_treasury_ceiling(0)

    @deed(who=people, receiver=people, amount=portions, own=portions)
    def one_at_nobody_receives(self, who: Someone, receiver: Someone, amount: Portion, own: Portion) -> None:
        """BOND-05, 07: who is bonded to nobody and is given stake has it there, and can take it away."""
        heir = self.pick(receiver, lambda seen: seen.bonded and int(seen.delegate, 16) == 0)
        if not self.seen_of(heir).bonded:
            self.bond(heir, own.of(self.seen_of(heir).lpt // 10), "nobody")
        self.keep_open(calls=3)
        giver = self.pick(who, lambda seen: seen.status == BONDED and int(seen.delegate, 16) != 0)
        self.transfer(giver, heir, amount.of(self.seen_of(giver).pending_stake))
        self.bond(heir, 0, "olga")

    # Ether

    @deed(
        weight=3,
        who=people,
        receiver=smart,
        reply=one_of(REPLIES),
        amount=portions,
        again=portions,
        own=one_of((True, True, False)),
    )
    def fees_reach_one_that_replies(
        self, who: Someone, receiver: str, reply: str, amount: Portion, again: Portion, own: bool
    ) -> None:
        """SOLV-65: it withdraws once more, say; what is left by then is what there is."""
        if receiver not in self.world.smart:
            return
        name = receiver if own else self.pick(who, lambda seen: seen.pending_fees > 0)
        if not self.seen_of(name).pending_fees:
            self.earns_fees(name)
        self.keep_open(calls=6)
        payment = ("withdraw_fees", name, receiver, amount.of(self.seen_of(name).pending_fees))
        self.reply_to(payment, receiver, reply, *self.arguments_of(reply, receiver, again))

    @deed(weight=2, receiver=one_of(("gus", "gus", "gus", "otto", "dina")), reply=one_of(REPLIES), again=portions)
    def a_deposit_reaches_one_that_replies(self, receiver: str, reply: str, again: Portion) -> None:
        """SOLV-65, TICK-47: as {fees_reach_one_that_replies}."""
        if receiver not in self.world.smart:
            return
        if not self.funds_of(receiver):
            self.fund(receiver, 2 * ETHER, ETHER, ETHER)
        self.wait_for_unlock(receiver)
        self.keep_open(calls=6)
        self.reply_to(("withdraw", receiver), receiver, reply, *self.arguments_of(reply, receiver, again))

    @deed(who=people, receiver=one_of((*SMART, "Controller", "LivepeerToken", "Minter")), deposit=truth)
    def ether_does_not_arrive(self, who: Someone, receiver: str, deposit: bool) -> None:
        """SOLV-03: then it is not paid, and is still there for another."""
        name = self.pick(who, lambda seen: seen.pending_fees > 0)
        amount = self.seen_of(name).pending_fees
        if receiver not in SMART:
            self.withdraw_fees(name, receiver, amount)
        elif receiver in self.world.smart and deposit:
            if not self.funds_of(receiver):
                self.fund(receiver, 2 * ETHER, ETHER, ETHER)
            self.wait_for_unlock(receiver)
            self.close_to(("withdraw", receiver), receiver)
            self.withdraw(receiver)
        elif receiver in self.world.smart:
            self.close_to(("withdraw_fees", name, receiver, amount), receiver)
            self.withdraw_fees(name, receiver, amount)

    def arguments_of(self, reply: str, name: str, amount: Portion) -> tuple[Any, ...]:
        """With which a reply makes sense, more or less."""
        seen = self.seen_of(name)
        if reply in ("withdraw_stake", "rebond"):
            return (self.lock_of(name, 0),)
        if reply == "rebond_from_unbonded":
            return ("olga", self.lock_of(name, 0))
        if reply == "redeem":
            return (self.issue("gina", "olga", 1),)
        return {
            "withdraw_fees": (name, amount.of(seen.pending_fees)),
            "unbond": (amount.of(seen.pending_stake),),
            "bond": (amount.of(seen.lpt), "olga"),
            "transfer": ("dora", amount.of(seen.pending_stake)),
        }.get(reply, ())

    def earns_fees(self, name: str) -> None:
        """By a ticket for its orchestrator."""
        if not self.seen_of(name).bonded:
            self.bond(name, Portion.TENTH.of(self.seen_of(name).lpt), "olga")
            self.open_round()
        self.keep_open(calls=3)
        whom = self.world.names[self.seen_of(name).delegate]
        if whom in self.world.actors and self.seen_of(whom).active:
            self.pays(whom)
            self.open_round()

    # Waiting

    def waits_until(self, round_: int) -> bool:
        """Whether that round is the current one now, and is open; nobody waits too long."""
        ahead = round_ - self.model.clock.round
        if 0 < ahead <= PATIENCE:
            self.open_round(skipped=ahead - 1)
        return self.model.clock.round == round_ and self.model.clock.initialized

    def wait_for_unlock(self, who: str, early: int = 0) -> None:
        """Until a sender's unlock is over, or `early` rounds before."""
        sender = self.model.broker.account(self.address(who))
        if not sender.withdraw_round:
            self.unlock(who)
        self.waits_until(sender.withdraw_round - early)
