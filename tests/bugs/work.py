"""Hunts in as many processes as asked for, a variant at a time."""

from __future__ import annotations

import atexit
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from multiprocessing import get_context
from typing import Any

from tests.bugs.catalogue import PatchError, variants
from tests.bugs.hunt import Budget, creation_code, hunt
from tests.bugs.results import CONTROL, Result
from tests.support.compiler import Compiler
from tests.support.recording import created_contracts

__all__ = ["play_all", "play_one"]


def play_all(
    ids: Sequence[str],
    machines: Mapping[str, type[Any]],
    seeds: Sequence[int],
    budget: Budget,
    jobs: int = 1,
    optimized: bool = True,
) -> Iterator[Result | str]:
    """What came of each as soon as it is there; a text for one that cannot be made."""
    created_contracts()  # the world is recorded once, before others ask for it
    play = partial(play_one, machines=machines, seeds=seeds, budget=budget, optimized=optimized)
    if jobs == 1:
        yield from map(play, ids)
        return
    with get_context("spawn").Pool(jobs) as pool:
        yield from pool.imap_unordered(play, ids)


def play_one(
    id_: str, machines: Mapping[str, type[Any]], seeds: Sequence[int], budget: Budget, optimized: bool = True
) -> Result | str:
    """A hunt for each seed; the protocol as it is, for {CONTROL}."""
    code: dict[str, bytes] = {}
    if id_ != CONTROL:
        try:
            code = creation_code(variants()[id_][1], _compiler(), optimized)
        except PatchError as fault:
            return str(fault)
    return Result(id_, budget, hunt(code, machines, seeds, budget))


@cache
def _compiler() -> Compiler:
    """One for each process, which ends with it."""
    compiler = Compiler()
    atexit.register(compiler.close)
    return compiler
