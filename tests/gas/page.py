"""Tables of gas figures as Markdown, and the page docs/gas.md, which holds them between markers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from tests.gas.figures import LIVE, OPERATIONS, Figure, Figures, Floor, Floors, Writes, mean_ratio
from tests.support.pages import markdown, put_section, section

__all__ = [
    "PAGE",
    "above_floor",
    "against_live",
    "by_pool_size",
    "in_page",
    "put_into_page",
    "without_live",
    "written_words",
]

PAGE = Path(__file__).parents[2] / "docs" / "gas.md"
NOTHING = Figure(None, None)


def against_live(figures: Figures) -> str:
    """Each operation beside the live protocol's, and the geometric mean."""
    rows = [_beside(name, figures.get(name, NOTHING), LIVE[name]) for name in OPERATIONS]
    mean, count = mean_ratio(figures)
    hinted, _ = mean_ratio(figures, live_hinted=True)
    table = markdown(("operation", "ours", "live", "ratio", "ours, hint", "live, hint"), rows)
    of = f"{count} operations" if count == len(LIVE) else f"{count} of {len(LIVE)} operations"
    line = f"Geometric mean of the ratios of {of}: {mean:.3f}; to the live figures with exact hints: {hinted:.3f}."
    return f"{table}\n\n{line}"


def without_live(figures: Figures) -> str:
    """The operations for which there is no figure of the live protocol."""
    rows = [
        [name, _number(figure.plain), "" if figure.hinted is None else _number(figure.hinted)]
        for name, figure in figures.items()
        if name not in LIVE
    ]
    return markdown(("operation", "gas", "with hint"), rows)


def by_pool_size(sizes: Mapping[int, Figures]) -> str:
    """Each operation in active sets of several sizes."""
    rows = [[name, *(_number(figures.get(name, NOTHING).plain) for figures in sizes.values())] for name in OPERATIONS]
    return markdown(("operation", *(f"pool of {size}" for size in sizes)), rows)


def above_floor(floors: Floors) -> str:
    """Each operation, its floor, and what lies above."""
    rows = [_above(name, floors[name]) for name in OPERATIONS if name in floors]
    head = ("operation", "gas", "effects", "reads and contracts", "above the floor", "floor of gas")
    return markdown(head, rows)


def written_words(writes: Mapping[str, Writes]) -> str:
    """Each operation: how many words of storage it makes, changes and clears, and which are new."""
    lines = []
    for name, (new, changed, cleared) in writes.items():
        counts = f"{len(new)} new, {len(changed)} changed, {len(cleared)} cleared"
        lines.append(f"- **{name}**: {counts}")
        lines += [f"  - `{word}`{f' × {count}' if count > 1 else ''}" for word, count in Counter(new).items()]
    return "\n".join(lines)


def in_page(name: str) -> str:
    """What stands between the markers of that name."""
    return section(PAGE, name)


def put_into_page(name: str, text: str) -> None:
    put_section(PAGE, name, text)


def _beside(name: str, ours: Figure, live: Figure) -> list[str]:
    ratio = f"{ours.plain / live.plain:.2f}" if ours.plain and live.plain else "—"
    if ours.hinted is None:
        ours_hinted = theirs_hinted = ""
    else:
        ours_hinted, theirs_hinted = _number(ours.hinted), _number(live.hinted)
    return [name, _number(ours.plain), _number(live.plain), ratio, ours_hinted, theirs_hinted]


def _above(name: str, floor: Floor) -> list[str]:
    parts = (floor.gas, floor.effects, floor.accesses, floor.above)
    return [name, *(f"{part:,}" for part in parts), f"{floor.least / floor.gas:.0%}"]


def _number(gas: int | None) -> str:
    return "missing" if gas is None else f"{gas:,}"
