"""Mutants one after the other, or in several processes at once; each verdict is kept as soon as it is there."""

from __future__ import annotations

import atexit
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache, partial
from multiprocessing import get_context
from typing import Any

from tests.mutation.catalogue import FOLDER, digest_of
from tests.mutation.mutators import Mutant
from tests.mutation.store import SURVIVED, Store, UnsoundError, Verdict
from tests.mutation.targets import ROOT, TARGETS, unit_tests
from tests.mutation.trial import LEAST_S, PATIENCE, Laboratory, Length
from tests.mutation.unit_stage import Checkout

__all__ = ["first_stage", "keys_of", "second_stage"]

CHECKS = (
    "tests/campaign/machines.py",
    "tests/support/machines/*.py",
    "tests/property/models/*.py",
    "tests/mutation/benches.py",
    "tests/mutation/trial.py",
    "tests/matrices/*",
)
NICE = 15

Progress = Callable[[Verdict], None]


@cache
def keys_of(path: str, histories: tuple[int, ...]) -> tuple[str, str]:
    """What verdicts on a file's mutants hold for: the file; and contracts, checks and how long they are made."""
    tests = {str(f.relative_to(ROOT)) for t in unit_tests(path) for f in _files(t)}
    return digest_of([path]), f"{digest_of([*TARGETS, *_checks(), *tests])} {','.join(map(str, histories))}"


def first_stage(mutants: Sequence[Mutant], store: Store, histories: tuple[int, ...], jobs: int, tell: Progress) -> None:
    """In process: all that have no verdict yet, quickly; then what survives that.

    Raises:
        UnsoundError: the checks have something against the original.
    """
    new = [m for m in mutants if store.get(m.id, keys_of(m.path, histories)) is None]
    if new or _survivors(mutants, store, histories, 0):
        begin = partial(_begin_first, _measured(histories))
        _judge_all(store, histories, tell, _spread(new, jobs, begin, _judge_quickly))
        left = _survivors(mutants, store, histories, 0)
        _judge_all(store, histories, tell, _spread(left, jobs, begin, _judge_first))


def second_stage(
    mutants: Sequence[Mutant], store: Store, histories: tuple[int, ...], jobs: int, tell: Progress
) -> None:
    """Survivors of the first, with unit tests on a chain.

    Raises:
        UnsoundError: a test that would notice a mutant fails with the original.
    """
    left = _survivors(mutants, store, histories, 1)
    _judge_all(store, histories, tell, _spread(left, jobs, _begin_second, _judge_second))


def _survivors(mutants: Sequence[Mutant], store: Store, histories: tuple[int, ...], stage: int) -> list[Mutant]:
    """Of this stage, which the next is to judge."""
    known = ((mutant, store.get(mutant.id, keys_of(mutant.path, histories))) for mutant in mutants)
    return [m for m, verdict in known if verdict and verdict.status == SURVIVED and verdict.stage == stage]


def _judge_all(
    store: Store, histories: tuple[int, ...], tell: Progress, verdicts: Iterable[tuple[Mutant, Verdict]]
) -> None:
    for mutant, verdict in verdicts:
        store.add(verdict, keys_of(mutant.path, histories))
        tell(verdict)


def _measured(histories: tuple[int, ...]) -> Length:
    """Plays against the original, which must pass, and takes the time; once for the same contracts and checks."""
    kept = FOLDER / f"original-{digest_of([*TARGETS, *_checks()])}-{'-'.join(map(str, histories))}"
    if not kept.exists():
        with Laboratory(Length(histories, 0)) as laboratory:
            started = time.process_time()
            fault = laboratory.original_fails()
        if fault:
            raise UnsoundError(f"the original itself does not pass: {fault}")
        for old in FOLDER.glob("original-*"):
            old.unlink()
        kept.write_text(f"{time.process_time() - started:.1f}\n", "utf-8")
    return Length(histories, PATIENCE * float(kept.read_text("utf-8")) + LEAST_S)


def _checks() -> set[str]:
    return {str(found.relative_to(ROOT)) for pattern in CHECKS for found in ROOT.glob(pattern) if found.is_file()}


def _files(place: str) -> Iterator[Any]:
    found = ROOT / place
    yield from found.glob("*.py") if found.is_dir() else [found]


def _spread(
    mutants: Sequence[Mutant], jobs: int, begin: Callable[[], None], judge: Callable[[Mutant], Verdict]
) -> Iterator[tuple[Mutant, Verdict]]:
    if not mutants:
        return
    with ProcessPoolExecutor(jobs, get_context("spawn"), begin) as pool:
        running = {pool.submit(judge, mutant): mutant for mutant in mutants}
        try:
            for done in as_completed(running):
                yield running[done], done.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


# In a process of the pool: what stays loaded there.
_laboratory: Laboratory | None = None
_checkout: Checkout | None = None


def _begin_first(length: Length) -> None:
    global _laboratory
    os.nice(max(0, NICE - os.nice(0)))
    _laboratory = Laboratory(length)


def _judge_quickly(mutant: Mutant) -> Verdict:
    assert _laboratory is not None
    return _laboratory.judge(mutant, quickly=True)


def _judge_first(mutant: Mutant) -> Verdict:
    assert _laboratory is not None
    return _laboratory.judge(mutant)


def _begin_second() -> None:
    global _checkout
    os.nice(max(0, NICE - os.nice(0)))
    _checkout = Checkout().__enter__()
    atexit.register(_checkout.close)


def _judge_second(mutant: Mutant) -> Verdict:
    assert _checkout is not None
    return _checkout.judge(mutant)
