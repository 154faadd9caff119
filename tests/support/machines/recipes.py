"""Rules after attacks and accidents that the protocol has known: whole recipes, where dice would rarely hit on one."""

from __future__ import annotations

from tests.property.models.staking import BONDED
from tests.support.machine import ProtocolMachine
from tests.support.machines.deeds import deed
from tests.support.machines.hostile import Portion, Someone, names, people, portions
from tests.support.machines.picking import Picking
from tests.support.machines.rules import one_of, truth, whole

__all__ = ["Recipes"]

ETHER = 10**18


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

    @deed(who=names, account=names)
    def writes_down_votes(self, who: str, account: str) -> None:
        """VOTE-51: anybody may, and nothing changes by it."""
        self.checkpoint(who, account)

    @deed(who=names)
    def asks_for_the_window(self, who: str) -> None:
        """RND-34: anybody may, and nothing changes by it."""
        self.refresh_window(who)

    def takes_a_seat(self, rival: Someone, name: str) -> str:
        """Somebody outside of the pool bonds a little more to itself than stands behind the last of the pool."""
        pool = self.model.active_set.pool.nodes
        taker = self.pick(rival, lambda seen: self.world.address(name) not in (seen.delegate,) and seen.lpt > 0)
        own, last = self.seen_of(taker), self.world.names.get(self.model.active_set.pool.tail, name)
        wanted = self.seen_of(last).delegated + 1 if pool else 1
        self.bond(taker, min(own.lpt, max(1, wanted - own.delegated)), taker)
        return taker

    def pays(self, name: str) -> None:
        """A ticket of an ether."""
        if self.funds_of("gina") < ETHER or self.seen_of("gina").sender_withdraw_round:
            self.fund("gina", 2 * ETHER, ETHER, ETHER)
        self.redeem("mallory", self.issue("gina", name, ETHER))
