"""Rules after attacks and accidents that the protocol has known: whole recipes, where dice would rarely hit on one."""

from __future__ import annotations

from tests.property.models.staking import BONDED
from tests.support.machine import ProtocolMachine
from tests.support.machines.deeds import deed
from tests.support.machines.hostile import Portion, Someone, names, people, portions, targets
from tests.support.machines.picking import Picking
from tests.support.machines.rules import either, one_of, truth, tuple_of, whole

__all__ = ["Recipes"]

ETHER = 10**18
NOBODY = 99  # in place of a member's place


class Recipes(ProtocolMachine, Picking):
    @deed(who=people, rival=people, returns=truth, paid=one_of(("before", "after", "in the next round")))
    def shrinks_is_put_out_and_is_paid(self, who: Someone, rival: Someone, returns: bool, paid: str) -> None:
        """BOND-22: all its stake but a wei goes, another takes its seat, and then it calls reward. Its own rewards are
        many times its stake."""
        name = self.pick(who, lambda seen: seen.active and seen.registered)
        if paid == "before":
            self.pays(name)
        self.unbond(name, max(0, self.seen_of(name).pending_stake - 1))
        self.takes_a_seat(rival, name)
        self.keep_open(calls=3)
        self.reward(name)
        if returns:
            self.bond(name, 1, name)
        if paid == "in the next round":
            self.open_round()
        self.pays(name)

    @deed(rival=people, friend=names, goes=truth)
    def is_put_out_and_invited_back(self, rival: Someone, friend: str, goes: bool) -> None:
        """BOND-12: the seat is free again, and a wei from anybody would let its holder in from the next round on: not
        before it has had the reward of this one."""
        name = self.world.names.get(self.model.active_set.pool.tail, "nobody")
        if name not in self.world.actors:
            return
        taker = self.takes_a_seat(rival, name)
        if goes:
            self.unbond(taker, self.seen_of(taker).pending_stake)
        self.bond(friend, 1, name)
        self.keep_open(calls=2)
        self.reward(name)
        self.bond(friend, 1, name)

    @deed(who=people, amount=portions, rounds=whole(0, 3), how=one_of(("bond", "rebond", "transfer")))
    def grows_unseen_and_is_paid(self, who: Someone, amount: Portion, rounds: int, how: str) -> None:
        """BOND-22: one that has been inactive for rounds gets more stake than its last record says, and a ticket."""
        name = self.pick(who, lambda seen: seen.last_reward_round and not seen.active)
        for _ in range(rounds):
            self.open_round()
        self.keep_open(calls=3)
        if how == "bond":
            self.bond("mallory", amount.of(self.seen_of("mallory").lpt), name)
        elif how == "rebond":
            self.rebond_from_unbonded(name, name, self.lock_of(name, 0))
        else:
            giver = self.pick(who, lambda seen: seen.status == BONDED)
            self.transfer(giver, name, amount.of(self.seen_of(giver).pending_stake))
        self.pays(name)
        self.reward(name)
        self.pays(name)

    @deed(who=people, missed=whole(1, 3), claims=truth, first=one_of(("reward", "ticket")))
    def misses_rounds_and_is_paid(self, who: Someone, missed: int, claims: bool, first: str) -> None:
        """BOND-23: the factor before the reward has to be deduced, unless somebody has claimed in the round before."""
        name = self.pick(who, lambda seen: seen.active)
        for _ in range(missed):
            self.next_round()
            self.initialize_round("mallory")
        if claims:
            self.claim_earnings(self.pick(who, lambda seen: self.world.names.get(seen.delegate) == name))
            self.next_round()
            self.initialize_round("mallory")
        self.keep_open(calls=3)
        if first == "ticket":
            self.pays(name)
        self.reward(name)
        self.pays(name)

    @deed(
        when=lambda machine: machine.harsh,
        who=people,
        friend=names,
        share=one_of((1, 100_000, 1_000_000)),
        first=one_of(("reward", "ticket")),
    )
    def is_slashed_in_the_round_after_a_change(self, who: Someone, friend: str, share: int, first: str) -> None:
        """BOND-22, 23: what it counted with as the round began stays, though more changes after the penalty."""
        name = self.pick(who, lambda seen: seen.active and seen.registered)
        self.bond(friend, 2, name)
        self.next_round()
        self.initialize_round("mallory")
        self.keep_open(calls=5)
        seen = self.seen_of(name)
        if seen.registered and seen.status == BONDED:
            self.slash(name, "nobody", share, 0)
            self.unbond(friend, 1)
            for way in (self.pays, self.reward) if first == "ticket" else (self.reward, self.pays):
                way(name)

    @deed(who=either(names, one_of(("owner", "verifier"))), victim=people, to=targets, to_itself=truth)
    def is_bonded_for(self, who: str, victim: Someone, to: str, to_itself: bool) -> None:
        """BOND-13: nobody makes an orchestrator of another, or moves its stake; nor do the protocol's own accounts."""
        name = self.pick(victim, lambda seen: not seen.bonded if to_itself else seen.bonded)
        amount = 0 if who in ("owner", "verifier") else 1
        self.bond_for(who, name, amount, name if to_itself else to)

    @deed(
        weight=3,
        who=names,
        member=whole(0, 3),
        like=one_of((0, 1, -1, -1)),
        near=tuple_of(one_of((0, 0, 1, NOBODY)), one_of((-1, -1, 1, NOBODY))),
        more=one_of((0, 0, 0, 1)),
    )
    def stands_among_equals(self, who: str, member: int, like: int, near: tuple[int, int], more: int) -> None:
        """BOND-09: a member gets as much stake as another, or a wei more, with a hint that names members."""
        pool = [self.world.names[address] for address in self.model.active_set.members]
        if not pool:
            return
        name, other = pool[member % len(pool)], pool[like % len(pool)]
        missing = self.seen_of(other).delegated + more - self.seen_of(name).delegated
        prev, next_ = ("nobody" if place == NOBODY else pool[place % len(pool)] for place in near)
        if missing > 0:
            self.bond(who if not self.seen_of(who).bonded else name, missing, name, new_hint=(prev, next_))
        elif self.seen_of(name).pending_stake > -missing:
            self.unbond(name, -missing, (prev, next_))

    @deed(rival=people, more=one_of((0, 0, 1)))
    def wants_a_seat(self, rival: Someone, more: int) -> None:
        """BOND-09: with as much stake as the last of a full pool one does not get in, with a wei more one does."""
        self.takes_a_seat(rival, self.world.names.get(self.model.active_set.pool.tail, "olga"), more)

    @deed(weight=0.3, who=people, friend=names, rich=names)
    def a_few_wei_earn_whole_rounds(self, who: Someone, friend: str, rich: str) -> None:
        """BOND-17: factors grow by twenty digits; who comes then earns what its stake is worth, and no more."""
        name = self.pick(who, lambda seen: seen.active and seen.registered)
        for other in self.those(lambda seen: seen.bonded):
            self.keep_open(calls=2)
            stake = self.seen_of(other).pending_stake
            mine = self.world.names.get(self.seen_of(other).delegate) == name
            self.unbond(other, stake - 1 if mine else stake)
        self.keep_open(calls=2)
        self.bond(friend, 1, name)
        for _ in range(2):
            self.open_round()
            self.reward(name)
            self.pays(name)
        self.bond(rich, self.seen_of(rich).lpt // 10, name)
        self.open_round()
        self.pays(name)
        self.reward(name)
        self.pays(name)
        for other in (friend, rich, name):
            self.claim_earnings(other)
        self.open_round()
        self.claim_earnings(rich)
        self.reward(name)
        self.pays(name)

    @deed(who=names, account=names)
    def writes_down_votes(self, who: str, account: str) -> None:
        """VOTE-51: anybody may, and nothing changes by it."""
        self.checkpoint(who, account)

    @deed(who=names)
    def asks_for_the_window(self, who: str) -> None:
        """RND-34: anybody may, and nothing changes by it."""
        self.refresh_window(who)

    def takes_a_seat(self, rival: Someone, name: str, more: int = 1) -> str:
        """Somebody outside of the pool bonds a wei more to itself than stands behind the last of the pool."""
        pool = self.model.active_set.pool.nodes
        outside = [other for other in self.those(lambda seen: seen.lpt > 0) if self.world.addresses[other] not in pool]
        taker = outside[rival.index % len(outside)] if outside else name
        own, last = self.seen_of(taker), self.world.names.get(self.model.active_set.pool.tail, name)
        wanted = self.seen_of(last).delegated + more if pool else 1
        self.bond(taker, min(own.lpt, max(1, wanted - own.delegated)), taker)
        return taker

    def pays(self, name: str) -> None:
        """A ticket of an ether."""
        if self.funds_of("gina") < ETHER or self.seen_of("gina").sender_withdraw_round:
            self.fund("gina", 2 * ETHER, ETHER, ETHER)
        self.redeem("mallory", self.issue("gina", name, ETHER))
