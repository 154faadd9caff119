"""A live market with a crowd in it: more orchestrators than fit into a word of the ranking, all but equals."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from eth_account import Account

from tests.support.hashes import keccak
from tests.support.machines.deeds import deed
from tests.support.machines.rules import begin, list_of, one_of, tuple_of, whole
from tests.support.machines.staking_and_payments import StakingAndPayments
from tests.support.quick_lens import QuickLens
from tests.support.world import LPT, SMART, Actor, World

__all__ = ["Crowd"]

SIZE = 28
PURSE = 1_000 * LPT
STAKE = 100 * LPT
RICH = 10**27  # wei of ether that everybody has
NOBODY = 99  # in place of a member's place
places = one_of((*range(SIZE), *[NOBODY] * 8))
shares = one_of((0, 0, 1, 2, 3, 5))
ways = one_of(("bond", "bond", "unbond", "rebond", "leave", "reward", "rates"))


class Crowd(StakingAndPayments):
    """People of one purse, in process; the others are there as well."""

    _worlds: ClassVar[WeakKeyDictionary[World, World]] = WeakKeyDictionary()

    def __init__(self) -> None:
        common = type(self).world
        self._before_all = common.engine.snapshot()
        if common not in self._worlds:
            self._worlds[common] = _crowded(common)
        self.world = self._worlds[common]  # type: ignore[misc]
        self.crowd = [name for name in self.world.actors if name not in common.actors]
        for name in self.crowd:
            _give(self.world, self.world.address(name))
        super().__init__()
        self.model.clock.block = self.world.engine.next_block - 1

    def teardown(self) -> None:
        try:
            super().teardown()
        finally:
            self.world.engine.restore(self._before_all)

    @begin(stakes=list_of(shares, SIZE, SIZE), seats=whole(14, SIZE + 4), size=whole(15, SIZE))
    def the_crowd_arrives(self, stakes: list[int], seats: int, size: int) -> None:
        """Its members take their seats, one with a wei or two more than another."""
        self.seats = max(seats, self.model.active_set.max_size + 1)
        self.grow_pool(self.seats)
        for name, more in zip(self.crowd[:size], stakes, strict=False):
            self.keep_open(calls=2)
            self.bond(name, STAKE + more, name)

    @deed(
        weight=8, who=whole(0, SIZE), like=whole(0, SIZE), more=one_of((0, 0, 0, 1, -1)), near=tuple_of(places, places)
    )
    def one_comes_to_stand_elsewhere(self, who: int, like: int, more: int, near: tuple[int, int]) -> None:
        """BOND-06, 09: among others with as much, far up or down, behind and before whom a hint says."""
        pool = self.members()
        if not pool:
            return
        name, other = self.crowd[who % len(self.crowd)], pool[like % len(pool)]
        mine, hint = self.seen_of(name).delegated, (self.named(pool, near[0]), self.named(pool, near[1]))
        change = self.seen_of(other).delegated + more - mine
        if 0 < change <= self.seen_of(name).lpt:
            self.bond(name, change, name, new_hint=hint)
        elif change < 0 and -change <= self.seen_of(name).pending_stake:
            self.unbond(name, -change, hint)

    @deed(weight=4, who=whole(0, SIZE), way=ways, more=shares, near=tuple_of(places, places))
    def one_of_many_does_something(self, who: int, way: str, more: int, near: tuple[int, int]) -> None:
        name, pool = self.crowd[who % len(self.crowd)], self.members()
        hint = (self.named(pool, near[0]), self.named(pool, near[1]))
        if way == "bond":
            self.bond(name, min(more + 1, self.seen_of(name).lpt), name, new_hint=hint)
        elif way == "unbond":
            self.unbond(name, more + 1, hint)
        elif way == "rebond":
            self.unbond(name, more + 1)
            self.rebond(name, max(0, self.seen_of(name).next_lock_id - 1), hint)
        elif way == "leave":
            self.unbond(name, self.seen_of(name).pending_stake)
            self.bond(name, min(STAKE + more, self.seen_of(name).lpt), name, new_hint=hint)
        elif way == "reward":
            self.reward(name, hint)
        else:
            self.set_rates(name, 100_000, 500_000, hint)

    @deed(rewarded=list_of(whole(0, SIZE), 3, 12))
    def many_call_reward(self, rewarded: list[int]) -> None:
        pool: list[Any] = self.members()
        for place in rewarded:
            if pool:
                self.keep_open(calls=1)
                self.reward(pool[place % len(pool)])


def _crowded(common: World) -> World:
    """The same contracts, with more people to look at."""
    keys = {f"cara{n}": keccak(text=f"one of a crowd, {n}") for n in range(SIZE)}
    people = {name: Actor(name, Account.from_key(key).address, key) for name, key in keys.items()}
    world = World(common.engine, replace(common.facts, actors=common.facts.actors | people))
    world.variant, world.smart, world.inside = common.variant, SMART, common.inside
    world.purses = {actor.address: PURSE for actor in people.values()}
    accounts = list(world.addresses.values())
    world.quick_lens = QuickLens(world.engine, world.contracts, common.inside, accounts, world.senders)
    return world


def _give(world: World, account: str) -> None:
    """Ether, and LPT, which the BondingManager may take."""
    token, engine = world.token, world.engine
    engine.endow(account, 0, RICH)
    for sender, function, arguments in (
        (world.owner, "transfer", (account, PURSE)),
        (account, "approve", (world.bonding.address, 2**256 - 1)),
    ):
        assert engine.call(sender, token.address, token.encode(function, *arguments)).refusal is None
