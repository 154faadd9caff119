"""Pictures of a campaign: calls over time, actions by outcome, and which action followed which."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.campaign.totals import MachineTotals, Totals

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw"]

MOST_BINS = 60
DOTS_PER_INCH = 110
INK, PALE = "#1f6f8b", "#e0a458"


def draw(folder: Path, totals: Totals, over_time: Sequence[tuple[float, int]]) -> list[Path]:
    """Writes the pictures into a folder; none if matplotlib is not installed."""
    try:
        import matplotlib

        matplotlib.use("Agg")
    except ImportError:
        return []
    pictures = {"calls": _calls(over_time), "actions": _actions(totals)}
    pictures |= {f"pairs-{name}": _pairs(name, machine) for name, machine in sorted(totals.items()) if machine.pairs}
    written = []
    for name, picture in pictures.items():
        path = folder / f"{name}.png"
        picture.savefig(path, dpi=DOTS_PER_INCH, bbox_inches="tight", metadata={"Software": ""})
        written.append(path)
    return written


def _blank(width: float, height: float) -> tuple[Figure, Any]:
    from matplotlib.figure import Figure

    picture = Figure(figsize=(width, height))
    return picture, picture.add_subplot()


def _calls(over_time: Sequence[tuple[float, int]]) -> Figure:
    """Calls so far, and calls a second, by seconds into the campaign."""
    picture, axes = _blank(8, 4)
    times = [0.0, *(at for at, _ in over_time)]
    axes.plot(times, [0, *accumulate(calls for _, calls in over_time)], color=INK)
    axes.set_xlabel("seconds into the campaign")
    axes.set_ylabel("calls", color=INK)
    axes.set_title("Calls over time")
    bins = max(min(MOST_BINS, len(over_time) // 4), 1)
    width = max(times[-1] / bins, 1e-9)
    rates = [0.0] * bins
    for at, calls in over_time:
        rates[min(int(at / width), bins - 1)] += calls / width
    beside = axes.twinx()
    beside.step([width * i for i in range(bins + 1)], [*rates, rates[-1]], where="post", color=PALE, linewidth=1)
    beside.set_ylabel("calls a second", color=PALE)
    beside.set_ylim(bottom=0)
    return picture


def _actions(totals: Totals) -> Figure:
    """Each action of each machine: how often it was done, how often refused."""
    several = len(totals) > 1
    rows = [
        (f"{name}: {action}" if several else action, *counts)
        for name, machine in sorted(totals.items())
        for action, counts in sorted(machine.by_action().items(), key=lambda item: -sum(item[1]))
    ]
    picture, axes = _blank(8, 1 + 0.22 * len(rows))
    places = range(len(rows))
    done, refused = [row[1] for row in rows], [row[2] for row in rows]
    axes.barh(places, done, color=INK, label="done")
    axes.barh(places, refused, left=done, color=PALE, label="refused, as foretold")
    axes.set_yticks(places, [row[0] for row in rows], fontsize=7)
    axes.invert_yaxis()
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_title("Actions by outcome")
    axes.legend(loc="lower right")
    return picture


def _pairs(name: str, machine: MachineTotals) -> Figure:
    """A square for each pair; white is what never happened."""
    from matplotlib.colors import LogNorm
    from numpy import ma, zeros

    actions = machine.actions
    place = {action: i for i, action in enumerate(actions)}
    counts = zeros((len(actions), len(actions)))
    for (one, next_), count in machine.pairs.items():
        if one in place and next_ in place:
            counts[place[one], place[next_]] = count
    side = 2 + 0.2 * len(actions)
    picture, axes = _blank(side, side)
    top = max(counts.max(), 2)
    shown = axes.imshow(ma.masked_equal(counts, 0), norm=LogNorm(1, top), cmap="viridis", interpolation="nearest")
    axes.set_xticks(range(len(actions)), actions, rotation=90, fontsize=6)
    axes.set_yticks(range(len(actions)), actions, fontsize=6)
    axes.set_xlabel("next action")
    axes.set_ylabel("action")
    axes.set_title(f"{name}: which action followed which, {len(machine.pairs)} of {machine.possible_pairs} pairs")
    picture.colorbar(shown, ax=axes, shrink=0.7, label="times")
    return picture
