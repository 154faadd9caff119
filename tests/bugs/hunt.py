"""The campaign's machines against a variant: by which property it is found, and after how many calls.

The machines take turns, a history each, as in a campaign that knows nothing: what is found by the third of them has
cost the calls of the first two.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import count
from typing import Any

from tests.bugs.catalogue import ROOT, PatchError, Variant
from tests.campaign.history import CRASH, Failure, play
from tests.campaign.patience import OutOfPatienceError, within
from tests.support.artifacts import artifact
from tests.support.compiler import CompileError, Compiler, built_from, closure
from tests.support.recording import UnbuildableError, created_contracts, in_process_world
from tests.support.world import World

__all__ = ["HISTORY", "SET_UP", "Budget", "Hunt", "creation_code", "hunt"]

FOLDER = ROOT / ".build" / "variants"
HISTORY = 1_000  # calls
PATIENCE_S = 30  # for a history that takes one or two: what a machine waits for may never come, which finds nothing
SET_UP = "set-up"
BY_MACHINES = ["LivepeerTokenFaucet"]  # contracts that no world begins with
VIEW = "a view reverts"


@dataclass(frozen=True, slots=True)
class Budget:
    """When to give up, for each seed: after so many calls, or so many seconds of the processor if that is not zero."""

    calls: int
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Hunt:
    """How a seed has fared.

    Attributes:
        property: what did not hold; empty if everything did, for all calls of the budget.
        calls: sent in all, by all machines.
        lines: the actions of the history that failed.
    """

    seed: int
    property: str
    machine: str
    message: str
    calls: int
    seconds: float
    lines: tuple[str, ...] = ()


def creation_code(variant: Variant, compiler: Compiler, optimized: bool = True) -> dict[str, bytes]:
    """Of the contracts that a variant changes, optimised as they are deployed or not; kept for the next time.

    Raises:
        PatchError: the change is no valid program, or none of the world's contracts is another by it.
    """
    sources = variant.sources()
    contracts = built_from(sources, [*created_contracts(), *BY_MACHINES])
    kept = FOLDER / f"{_digest(sources, contracts)}{'' if optimized else '-plain'}.json"
    if not kept.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        code = _compiled(variant, sources, contracts, compiler, optimized)
        kept.write_text(json.dumps({name: text.hex() for name, text in code.items()}), "utf-8")
    return {name: bytes.fromhex(text) for name, text in json.loads(kept.read_text("utf-8")).items()}


def _compiled(
    variant: Variant, sources: Mapping[str, str], contracts: Sequence[str], compiler: Compiler, optimized: bool
) -> dict[str, bytes]:
    try:
        changed = compiler.creation_code(sources, contracts, optimized=optimized)
    except CompileError as fault:
        raise PatchError(f"{variant.id} does not compile: {fault}") from None
    code = {name: code for name, code in changed.items() if code != _original(compiler, name, optimized)}
    if not code:
        raise PatchError(f"{variant.id} changes no contract of the world")
    return code


@cache
def _original(compiler: Compiler, contract: str, optimized: bool) -> bytes:
    return compiler.creation_code({}, [contract], optimized=optimized)[contract]


def _digest(sources: Mapping[str, str], contracts: Sequence[str]) -> str:
    """Of all that the code depends on in this tree."""
    digest = sha256()
    for path in sorted({path for name in contracts for path in closure(artifact(name).source)}):
        digest.update(path.encode() + (sources.get(path) or (ROOT / path).read_text("utf-8")).encode())
    return digest.hexdigest()[:32]


def hunt(
    code: Mapping[str, bytes], machines: Mapping[str, type[Any]], seeds: Sequence[int], budget: Budget
) -> list[Hunt]:
    """Plays a variant by each seed; by no code, the protocol as it is."""
    try:
        world = in_process_world(code)
    except UnbuildableError as failure:
        return [Hunt(seed, SET_UP, "", str(failure), 0, 0.0) for seed in seeds]
    return [_hunt(world, machines, seed, budget) for seed in seeds]


def _hunt(world: World, machines: Mapping[str, type[Any]], seed: int, budget: Budget) -> Hunt:
    calls, started = 0, time.process_time()
    for name, number in _turns(machines):
        with within(PATIENCE_S):
            history = play(world, machines[name], f"{seed}/{name}/{number}", min(HISTORY, budget.calls - calls))
        calls += history.calls
        seconds = time.process_time() - started
        if (failure := history.failure) and OutOfPatienceError.__name__ not in failure.message:
            return Hunt(
                seed, _property(failure), name, _headline(failure), calls, round(seconds, 2), tuple(failure.lines)
            )
        if calls >= budget.calls or 0 < budget.seconds <= seconds:
            return Hunt(seed, "", "", "", calls, round(seconds, 2))
    raise PatchError("there is no machine to play")


def _turns(machines: Mapping[str, type[Any]]) -> Iterator[tuple[str, int]]:
    for number in count() if machines else ():
        for name in machines:
            yield name, number


def _property(failure: Failure) -> str:
    reverted = failure.property == CRASH and "RuntimeError: Revert" in failure.message
    return VIEW if reverted else failure.property


def _headline(failure: Failure) -> str:
    """The first line of an assertion, the last of a traceback."""
    lines = failure.message.strip().splitlines() or [""]
    return lines[-1 if failure.property == CRASH else 0][:300]
