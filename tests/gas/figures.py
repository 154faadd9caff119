"""Figures of gas: the live protocol's, the committed ones, and how those just measured compare.

`live.json` holds what the live protocol's operations cost in the same scenario, without hints and with exact ones:
its bytecode of March 2024, on an anvil. `snapshots/pool-<size>.json` hold ours.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import exp, log
from pathlib import Path
from typing import NamedTuple

__all__ = [
    "LIVE",
    "OPERATIONS",
    "SIZES",
    "USUAL_SIZE",
    "Figure",
    "Figures",
    "Floor",
    "Floors",
    "Writes",
    "better",
    "committed",
    "committed_floors",
    "committed_writes",
    "mean_ratio",
    "renew",
    "renew_floors",
    "renew_writes",
    "worse",
]

FOLDER = Path(__file__).parent
SNAPSHOTS = FOLDER / "snapshots"
FLOORS = SNAPSHOTS / "floors.json"
WRITES = SNAPSHOTS / "writes.json"


class Figure(NamedTuple):
    """Gas of an operation without hints and with exact ones; None for what does not exist."""

    plain: int | None
    hinted: int | None


class Floor(NamedTuple):
    """Gas of one run of an operation, and the least it could cost (see {tests.gas.tracing}): for its effects, and for
    what it reads and whom it calls."""

    gas: int
    effects: int
    accesses: int

    @property
    def least(self) -> int:
        return self.effects + self.accesses

    @property
    def above(self) -> int:
        return self.gas - self.least


class Writes(NamedTuple):
    """Words of storage, by name, that an operation leaves different."""

    new: Sequence[str]
    changed: Sequence[str]
    cleared: Sequence[str]


Figures = Mapping[str, Figure]
Floors = Mapping[str, Floor]

LIVE: Figures = {name: Figure(*pair) for name, pair in json.loads((FOLDER / "live.json").read_text()).items()}
OPERATIONS = tuple(LIVE)
USUAL_SIZE = 100
"""Of the active set, as on the live network."""
SIZES = (10, USUAL_SIZE, 200)
"""Those whose figures are kept."""


def committed(pool_size: int) -> Figures:
    """The figures that stand in the tree for an active set of that size."""
    return {name: Figure(*pair) for name, pair in json.loads(_path(pool_size).read_text()).items()}


def committed_floors() -> Floors:
    """Those of an active set of {USUAL_SIZE}."""
    return {name: Floor(*row) for name, row in json.loads(FLOORS.read_text()).items()}


def committed_writes() -> Mapping[str, Writes]:
    """Those of an active set of {USUAL_SIZE}."""
    return {name: Writes(*row) for name, row in json.loads(WRITES.read_text()).items()}


def renew(pool_size: int, figures: Figures) -> None:
    _write(_path(pool_size), figures)


def renew_floors(floors: Floors) -> None:
    _write(FLOORS, floors)


def renew_writes(writes: Mapping[str, Writes]) -> None:
    _write(WRITES, writes)


def worse(before: Figures, now: Figures) -> list[str]:
    """A line for each operation that costs more than before, or has gone."""
    return [line for name, figure in before.items() for line in _worse(name, figure, now.get(name, Figure(None, None)))]


def better(before: Figures, now: Figures) -> list[str]:
    """A line for each operation that costs less than before."""
    pairs = [(name, figure.plain, now[name].plain) for name, figure in before.items() if name in now]
    return [f"{name}: {old:,} before, now {new:,}" for name, old, new in pairs if old and new and new < old]


def _worse(name: str, before: Figure, now: Figure) -> list[str]:
    lines = []
    for kind, old, new in zip(("", " (with hint)"), before, now, strict=True):
        if old is not None and new is None:
            lines.append(f"{name}{kind}: {old:,} before, cannot be called any more")
        elif old is not None and new is not None and new > old:
            lines.append(f"{name}{kind}: {old:,} before, now {new:,} (+{new - old:,})")
    return lines


def mean_ratio(figures: Figures, *, live_hinted: bool = False) -> tuple[float, int]:
    """Geometric mean of ours without hints to the live protocol's, and of how many operations.

    `live_hinted`: to its figures with exact hints instead of those without.
    """
    pairs = [(figures[name].plain, live[live_hinted]) for name, live in LIVE.items() if name in figures]
    logs = [log(ours / theirs) for ours, theirs in pairs if ours and theirs]
    return exp(sum(logs) / len(logs)), len(logs)


def _write(path: Path, rows: Mapping[str, Sequence[object]]) -> None:
    lines = (f"  {json.dumps(name)}: {json.dumps(list(row))}" for name, row in rows.items())
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def _path(pool_size: int) -> Path:
    return SNAPSHOTS / f"pool-{pool_size}.json"
