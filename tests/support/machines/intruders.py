"""A live market with intruders in it: whoever tries what is not for him, whenever."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.matrices.guards import GUARDS
from tests.matrices.table import NEEDED, PROXIED, STOPS, entries
from tests.support.artifacts import artifact
from tests.support.calldata import signature
from tests.support.machines.absurd import arguments_for
from tests.support.machines.intruding import FORBIDDEN, SPOILT, USURPABLE, Intruding
from tests.support.machines.rules import list_of, one_of, rule, truth, tuple_of, whole
from tests.support.machines.staking_and_payments import StakingAndPayments
from tests.support.world import EVERYBODY

__all__ = ["Intruders"]

CALLERS = (*EVERYBODY, "owner", "verifier")
WRITING = [e for e in entries() if e.contract not in ("LivepeerTokenFaucet", "Poll") and e.function != "receive"]
BEHIND = [e for e in WRITING if e.contract in PROXIED]
seeds = whole(0, 2**32)


def _payable(contract: str, function: str) -> bool:
    kind = "ServiceRegistry" if contract == "AIServiceRegistry" else contract
    (found,) = [f for f in artifact(kind).entries("function") if signature(f) == function]
    return found["stateMutability"] == "payable"


UNPAYABLE = [e for e in WRITING if not _payable(e.contract, e.function)]
SHUT_IN_A_PAUSE = [e for e in WRITING if e.who == "anybody" and e.paused == STOPS]
SHUT_BEFORE = [e for e in WRITING if e.who == "anybody" and e.round == NEEDED]
TRUSTED_NAMES = [name for name, roles in USURPABLE.items() if roles]
TRUSTED = sorted(t for t, entry in FORBIDDEN.items() if any(entry.who in roles for roles in USURPABLE.values()))
SET_UP = ("LivepeerGovernor", "Treasury")
WITH_WORDS = [e for e in WRITING if not e.function.endswith("()")]


class Intruders(Intruding, StakingAndPayments):
    """The market goes on; half of the calls are none that anybody has a right to."""

    @rule(weight=30, who=one_of(CALLERS), forbidden=one_of(sorted(FORBIDDEN)), seed=seeds)
    def tries_what_is_not_for_him(self, who: str, forbidden: str, seed: int) -> None:
        entry = FORBIDDEN[forbidden]
        if not GUARDS[entry.who].admits(who):
            self.intrude(who, forbidden, arguments_for(entry.function, Random(seed)))

    @rule(weight=2, who=one_of(CALLERS), forbidden=one_of(sorted(FORBIDDEN)), seed=seeds)
    def tries_while_paused(self, who: str, forbidden: str, seed: int) -> None:
        """REG-63: the pause changes nothing about who may."""
        self.pause()
        self.tries_what_is_not_for_him(who, forbidden, seed)
        self.unpause()

    @rule(weight=2, who=one_of(CALLERS), forbidden=one_of(sorted(FORBIDDEN)), seed=seeds)
    def tries_before_the_round_begins(self, who: str, forbidden: str, seed: int) -> None:
        self.next_round()
        self.tries_what_is_not_for_him(who, forbidden, seed)
        self.initialize_round("gus")

    @rule(
        weight=3,
        who=one_of(CALLERS),
        knocks=list_of(tuple_of(one_of(SHUT_IN_A_PAUSE), seeds), 1, 4),
        rounds=whole(0, 2),
    )
    def knocks_while_paused(self, who: str, knocks: list[Any], rounds: int) -> None:
        """REG-63: for rounds, perhaps, that nobody can initialise."""
        self.pause()
        for _ in range(rounds):
            self.next_round()
        for entry, seed in knocks:
            self.knock(who, entry.contract, entry.function, arguments_for(entry.function, Random(seed)))
        self.unpause()

    @rule(weight=3, who=one_of(CALLERS), knocks=list_of(tuple_of(one_of(SHUT_BEFORE), seeds), 1, 4))
    def knocks_before_the_round_begins(self, who: str, knocks: list[Any]) -> None:
        """RND-34."""
        self.next_round()
        for entry, seed in knocks:
            self.knock(who, entry.contract, entry.function, arguments_for(entry.function, Random(seed)))
        self.initialize_round("gus")

    @rule(
        weight=2, who=one_of(EVERYBODY), name=one_of(sorted(USURPABLE)), forbidden=one_of(sorted(FORBIDDEN)), seed=seeds
    )
    def passes_for_another(self, who: str, name: str, forbidden: str, seed: int) -> None:
        entry = FORBIDDEN[forbidden]
        if entry.who not in USURPABLE[name]:
            self.keep_open(calls=5)
            self.usurp(who, name, forbidden, arguments_for(entry.function, Random(seed)))

    @rule(
        weight=5, who=one_of(EVERYBODY), name=one_of(TRUSTED_NAMES), trusted=one_of(TRUSTED), seed=seeds, paused=truth
    )
    def takes_a_trusted_place(self, who: str, name: str, trusted: str, seed: int, paused: bool) -> None:
        """MINT-32, REG-63: one contract of the protocol is not another, and none works in a pause."""
        entry = FORBIDDEN[trusted]
        if entry.who in USURPABLE[name] and not paused:
            return
        self.keep_open(calls=7)
        self.usurp(who, name, trusted, arguments_for(entry.function, Random(seed)), paused)

    @rule(who=one_of(("owner", "mallory")), place=one_of((("LivepeerGovernor", True), *((c, False) for c in SET_UP))))
    def sets_it_up_again(self, who: str, place: tuple[str, bool]) -> None:
        self.set_up_again(who, *place)

    @rule(weight=4, who=one_of(CALLERS), entry=one_of(WRITING), how=one_of(SPOILT), seed=seeds)
    def sends_what_makes_no_sense(self, who: str, entry: Any, how: str, seed: int) -> None:
        """Nothing at all is ether without a call, which the treasury takes; there is nothing to cut off where there
        are no arguments."""
        if how == "nothing" and entry.contract in ("Treasury", "LivepeerGovernor"):
            return
        fitting = {"cut short": WITH_WORDS, "with ether": UNPAYABLE}.get(how, [entry])
        entry = fitting[seed % len(fitting)]
        self.spoil(who, entry.contract, entry.function, arguments_for(entry.function, Random(seed)), how)

    @rule(weight=2, who=one_of(CALLERS), entry=one_of(BEHIND), seed=seeds, foreign=truth)
    def goes_behind_a_proxy(self, who: str, entry: Any, seed: int, foreign: bool) -> None:
        self.keep_open(calls=1)
        arguments = arguments_for(entry.function, Random(seed))
        value = seed % 2 if _payable(entry.contract, entry.function) else 0
        self.go_behind(who, entry.contract, entry.function, arguments, foreign, value)
