"""Figures of gas: the live protocol's, the committed ones, and how those just measured compare.

`live.json` holds what the live protocol's operations cost in the same scenario, without hints and with exact ones:
its bytecode of March 2024, on an anvil. `snapshots/pool-<size>.json` hold ours.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import exp, log
from pathlib import Path
from typing import NamedTuple

__all__ = ["LIVE", "OPERATIONS", "SIZES", "Figure", "Figures", "committed", "mean_ratio", "renew", "worse"]

FOLDER = Path(__file__).parent
SNAPSHOTS = FOLDER / "snapshots"


class Figure(NamedTuple):
    """Gas of an operation without hints and with exact ones; None for what does not exist."""

    plain: int | None
    hinted: int | None


Figures = Mapping[str, Figure]

LIVE: Figures = {name: Figure(*pair) for name, pair in json.loads((FOLDER / "live.json").read_text()).items()}
OPERATIONS = tuple(LIVE)
SIZES = (10, 100, 200)
"""Sizes of the active set whose figures are kept; the live network's is 100."""


def committed(pool_size: int) -> Figures:
    """The figures that stand in the tree for an active set of that size."""
    rows = json.loads(_path(pool_size).read_text())
    return {name: Figure(*pair) for name, pair in rows.items()}


def renew(pool_size: int, figures: Figures) -> None:
    lines = (f"  {json.dumps(name)}: {json.dumps(list(figure))}" for name, figure in figures.items())
    _path(pool_size).write_text("{\n" + ",\n".join(lines) + "\n}\n")


def worse(before: Figures, now: Figures) -> list[str]:
    """A line for each operation that costs more than before, or has gone."""
    return [line for name, figure in before.items() for line in _worse(name, figure, now.get(name, Figure(None, None)))]


def _worse(name: str, before: Figure, now: Figure) -> list[str]:
    lines = []
    for kind, old, new in zip(("", " (with hint)"), before, now, strict=True):
        if old is not None and new is None:
            lines.append(f"{name}{kind}: {old:,} before, cannot be called any more")
        elif old is not None and new is not None and new > old:
            lines.append(f"{name}{kind}: {old:,} before, now {new:,} (+{new - old:,})")
    return lines


def mean_ratio(figures: Figures) -> tuple[float, int]:
    """Geometric mean of ours to the live protocol's, both without hints, and of how many operations."""
    pairs = [(figures[name].plain, live.plain) for name, live in LIVE.items() if name in figures]
    logs = [log(ours / theirs) for ours, theirs in pairs if ours and theirs]
    return exp(sum(logs) / len(logs)), len(logs)


def _path(pool_size: int) -> Path:
    return SNAPSHOTS / f"pool-{pool_size}.json"
