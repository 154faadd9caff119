"""A run over many cases, in portions that can be done in any order, by several processes, and at several times."""

from __future__ import annotations

import json
import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

from offchain.tickets.keccak import keccak
from tests.tickets.broker import REASONS, Desk, foretold
from tests.tickets.cases import RECIPIENTS, VALIDITY, Case, Setting, families
from tests.tickets.checker import NAMES, ticket_of, verdict
from tests.tickets.judge import Judge

__all__ = ["PORTION", "STAGES", "DisagreementError", "Portion", "Store", "judged", "portions", "redeemed"]

PORTION = 10_000
TICKETS_A_CALL = 100
TICKETS_A_BATCH = 50
SETTING = Setting(
    round=10,
    hashes={created: keccak(b"block of round %d" % created) for created in range(10 - VALIDITY - 4, 11)},
    recipients=tuple(RECIPIENTS[:4]),
    deposit=10**18,
)


class DisagreementError(AssertionError):
    """The package and the contracts do not say the same of a case."""

    def __init__(self, portion: int, case: Case, here: object, there: object) -> None:
        super().__init__(portion, case, here, there)
        self.portion, self.case, self.here, self.there = portion, case, here, there

    def __str__(self) -> str:
        lines = [f"{self.case.kind!r}, portion {self.portion}:", f"  {self.case}"]
        return "\n".join([*lines, f"  package:   {self.here}", f"  contracts: {self.there}"])


@dataclass(slots=True)
class Portion:
    """What came of some cases.

    Attributes:
        number: which portion of the run.
        tickets: how many cases.
        verdicts: how often each, by name; with wins among the accepted.
        kinds: how many cases of each kind.
        unknown: cases that nodes cannot even say (a field out of bounds, aux data of another form).
        seconds: processor seconds, by what they were for.
    """

    number: int
    tickets: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    unknown: int = 0
    seconds: Counter[str] = field(default_factory=Counter)

    def add(self, other: Portion) -> None:
        self.tickets += other.tickets
        self.unknown += other.unknown
        for name in ("verdicts", "kinds", "seconds"):
            getattr(self, name).update(getattr(other, name))


@cache
def _judge() -> Judge:
    return Judge()


@cache
def _desk() -> Desk:
    return Desk()


def judged(seed: str, number: int, tickets: int = PORTION) -> Portion:
    """Has the library judge a portion: hash, signature and draw of each ticket, whatever else is wrong with it.

    Raises:
        DisagreementError: the first one.
    """
    portion, judge = Portion(number), _judge()
    began = time.process_time()
    cases = list(families(f"{seed}/{number}", tickets, SETTING, first=number * PORTION))
    made = time.process_time()
    here = [verdict(case) for case in cases]
    checked = time.process_time()
    there = [found for some in _calls(cases, TICKETS_A_CALL) for found in judge.findings(some)]
    seen = time.process_time()
    _compare(number, cases, here, there)
    for case, found in zip(cases, here, strict=True):
        name = NAMES[found.refusal]
        portion.verdicts[name + ", wins" if name == "accepted" and found.wins else name] += 1
        portion.unknown += ticket_of(case.fields) is None
    _sum_up(portion, cases, (began, made, checked, seen))
    return portion


def redeemed(seed: str, number: int, tickets: int = PORTION) -> Portion:
    """Has the broker redeem a portion in batches, each with a ticket that it has had before.

    Raises:
        DisagreementError: the first one.
    """
    portion, desk = Portion(number), _desk()
    began = time.process_time()
    batches = []
    for some in _calls(list(families(f"{seed}/broker/{number}", tickets, desk.setting)), TICKETS_A_BATCH):
        batches.append([*some[:-1], some[0]._replace(kind="a second time")])
    made = time.process_time()
    here = [found for some in batches for found in foretold(some, desk.setting)]
    checked = time.process_time()
    there = [found for some in batches for found in desk.redeemed(some)]
    seen = time.process_time()
    cases = [case for some in batches for case in some]
    _compare(number, cases, here, there)
    portion.verdicts.update(REASONS[found.reason[:4]] for found in here)
    _sum_up(portion, cases, (began, made, checked, seen))
    return portion


STAGES: dict[str, Callable[[str, int, int], Portion]] = {"library": judged, "broker": redeemed}


def _calls(cases: Sequence[Case], size: int) -> Iterator[Sequence[Case]]:
    return (cases[start : start + size] for start in range(0, len(cases), size))


def _compare(number: int, cases: Sequence[Case], here: Sequence[object], there: Sequence[object]) -> None:
    for case, ours, theirs in zip(cases, here, there, strict=True):
        if ours != theirs:
            raise DisagreementError(number, case, ours, theirs)


def _sum_up(portion: Portion, cases: Sequence[Case], times: tuple[float, float, float, float]) -> None:
    began, made, checked, seen = times
    portion.tickets = len(cases)
    portion.kinds.update(case.kind for case in cases)
    portion.seconds.update({"making": made - began, "package": checked - made, "contracts": seen - checked})


def _portion_of(task: tuple[str, str, int, int]) -> Portion | DisagreementError:
    stage, *arguments = task
    try:
        return STAGES[stage](*arguments)
    except DisagreementError as found:
        return found


def portions(
    stage: str, seed: str, tickets: int, done: Iterable[int], jobs: int
) -> Iterator[Portion | DisagreementError]:
    """The portions of a run that are not done yet, as they come; `stage` is one of STAGES."""
    skipped = set(done)
    sizes = [min(PORTION, tickets - start) for start in range(0, tickets, PORTION)]
    tasks = [(stage, seed, number, size) for number, size in enumerate(sizes) if number not in skipped]
    if jobs == 1 or len(tasks) < 2:
        yield from map(_portion_of, tasks)
        return
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        yield from pool.imap_unordered(_portion_of, tasks)


class Store:
    """Portions done, a line of JSON each, so that a run that was stopped goes on where it was."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)

    def load(self, tickets: int) -> list[Portion]:
        """Whole portions of a run of that size."""
        found = {}
        for line in self._path.read_text("utf-8").splitlines() if self._path.exists() else ():
            portion = _portion(json.loads(line))
            size = min(PORTION, tickets - portion.number * PORTION)
            if portion.tickets == size:
                found[portion.number] = portion
        return list(found.values())

    def keep(self, portion: Portion) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({each.name: getattr(portion, each.name) for each in fields(portion)}) + "\n")


def _portion(values: dict[str, Any]) -> Portion:
    return Portion(**{name: Counter(value) if isinstance(value, dict) else value for name, value in values.items()})
