"""One history: a machine played by dice for some thousand calls, from the world's beginning, and what came of it."""

from __future__ import annotations

import gc
import re
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any, Protocol

from tests.support.machines.core import Step
from tests.support.machines.rules import Dice
from tests.support.world import World

__all__ = ["Failure", "History", "Played", "bind", "play", "replay"]

PROPERTY = re.compile(r"\b[A-Z]+-\d+\b")
METHOD = re.compile(r"^([a-z]+)(\d\d)_")
OBSERVED_EVERY = 100
CRASH, OUTCOME, EVENT = "crash", "outcome", "event"


class Played(Protocol):
    """What a machine must have, beside rules (see tests/support/machines/rules.py).

    Attributes:
        world: set on a class of its own by {play}.
        deep: whether it may leave some checks out after most calls.
        calls: sent so far, and `refusals` how many of them were refused, as foretold.
        worst: how many wei the chain was below the exact figure at most, by property.
    """

    world: World
    deep: bool
    calls: int
    refusals: int
    worst: dict[str, float]
    steps: list[Step]

    def check(self, thorough: bool = False) -> None:
        """All properties."""
        ...

    def teardown(self) -> None:
        """What is to hold at the end, and puts the world back."""
        ...


@dataclass(frozen=True, slots=True)
class Failure:
    """A property that did not hold.

    Attributes:
        property: its id; "outcome" if a call ended otherwise than foretold, "event" if its events were others, "crash"
            if the machine itself fell over.
        lines: the actions up to it, as lines of Python about a machine `m`.
        call: how many calls had been sent.
    """

    property: str
    message: str
    lines: list[str]
    call: int


@dataclass
class History:
    """What a history, or several of a machine, have come to.

    Attributes:
        tally: how often each action has ended how.
        pairs: how often each action came right after which.
        roundings: the most wei that the chain was below the exact figure, by property.
    """

    machine: str
    seed: object
    calls: int = 0
    refusals: int = 0
    seconds: float = 0.0
    tally: Counter[tuple[str, str]] = field(default_factory=Counter)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    roundings: dict[str, float] = field(default_factory=dict)
    failure: Failure | None = None

    def __add__(self, other: History) -> History:
        return History(
            machine=self.machine,
            seed=self.seed,
            calls=self.calls + other.calls,
            refusals=self.refusals + other.refusals,
            seconds=self.seconds + other.seconds,
            tally=self.tally + other.tally,
            pairs=self.pairs + other.pairs,
            roundings={
                key: max(self.roundings.get(key, 0.0), other.roundings.get(key, 0.0))
                for key in self.roundings | other.roundings
            },
            failure=self.failure or other.failure,
        )


def play(
    world: World, machine: type[Any], seed: object, calls: int, observe: Callable[[int], None] | None = None
) -> History:
    """Plays until `calls` calls are made or a property fails, and puts the world back.

    Args:
        machine: a class as {Played} describes it; see tests/campaign/machines.py.
        seed: the same one gives the same history.
        observe: told about every hundred calls how many were made so far.
    """
    history, dice, started = History(machine.__name__, seed), Dice(machine, seed), time.perf_counter()
    with _without_garbage_collection():
        played = bind(machine, world, deep=True)()
        history.failure = _until_failure(played, lambda: _throw(dice, played, calls, observe or _nobody))
    history.calls, history.refusals, history.roundings = played.calls, played.refusals, dict(played.worst)
    history.seconds = time.perf_counter() - started
    history.tally.update((step.action, result.split("(")[0]) for step in played.steps for result in step.results)
    history.pairs.update((first.action, second.action) for first, second in pairwise(played.steps))
    return history


def replay(world: World, machine: type[Any], lines: list[str], deep: bool = False) -> Failure | None:
    """Plays lines of actions, with every property after each of them unless `deep`, and puts the world back."""
    played = bind(machine, world, deep)()
    names: dict[str, Any] = {"m": played}

    def run() -> None:
        for line in lines:
            exec(line, names)
            if not deep:
                played.check()
        played.check(thorough=True)

    played.ends_with_all_leaving = False
    return _until_failure(played, run)


@lru_cache(4)
def bind(machine: type[Any], world: World, deep: bool) -> type[Any]:
    """The machine in a world."""
    return type(machine.__name__, (machine,), {"world": world, "deep": deep})


def _throw(dice: Dice, played: Any, calls: int, observe: Callable[[int], None]) -> None:
    dice.begin(played)
    told = 0
    while played.calls < calls:
        dice.step(played)
        if played.calls - told >= OBSERVED_EVERY:
            told = played.calls
            observe(told)
    played.check(thorough=True)


def _until_failure(played: Any, run: Callable[[], None]) -> Failure | None:
    failure = None
    for part in (run, played.teardown):
        try:
            part()
        except AssertionError as broken:
            played.broken = True
            failure = failure or _failure(played, _property(broken), str(broken))
        except Exception:
            played.broken = True
            failure = failure or _failure(played, CRASH, traceback.format_exc())
    return failure


def _failure(played: Any, property_: str, message: str) -> Failure:
    return Failure(property_, message, [step.line for step in played.steps], played.calls)


def _property(broken: AssertionError) -> str:
    """By the message, or by the name of the method that asserts: `bond05_…`."""
    text = str(broken)
    if text.startswith((OUTCOME, EVENT)):
        return text.split(":")[0]
    if named := PROPERTY.search(text.splitlines()[0] if text else ""):
        return named[0]
    frames = [frame.name for frame in traceback.extract_tb(broken.__traceback__)]
    known = [match for name in frames if (match := METHOD.match(name))]
    return f"{known[-1][1].upper()}-{known[-1][2]}" if known else "assertion"


def _nobody(calls: int) -> None:
    pass


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Histories are short: what one leaves is let go of before the next, and nothing else is gone through."""
    was_on = gc.isenabled()
    gc.disable()
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
