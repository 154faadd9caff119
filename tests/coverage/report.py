"""What was covered, for people, for programs, and for the page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.coverage.points import Kind, Point
from tests.coverage.tally import Count, Tally
from tests.support.pages import markdown, put_section

__all__ = ["as_json", "listing", "publish", "summary", "table"]


def table(name: str, counts: Mapping[str, Mapping[Kind, Count]]) -> str:
    """Lines, branches and functions of each file or room."""
    head = (name, *(cell for kind in (Kind.LINE, Kind.BRANCH, Kind.FUNCTION) for cell in (_plural(kind), "%")))
    rows = [
        [each, *(cell for kind in (Kind.LINE, Kind.BRANCH, Kind.FUNCTION) for cell in _cells(kinds[kind]))]
        for each, kinds in counts.items()
    ]
    return markdown(head, rows)


def summary(tally: Tally, tests: str) -> str:
    """What stands on the page."""
    reasons: dict[str, list[Point]] = {}
    for point, excuse in tally.excused:
        reasons.setdefault(excuse.reason, []).append(point)
    excused = [f"- {_places(points)}: {reason}" for reason, points in reasons.items()]
    missed = [f"- {_place(point)}" for point in tally.missed]
    parts = [
        f"{tests} Lines are those that a statement begins in; branches are both outcomes of every condition, of every "
        "operand of `&&` and `||`, and the clauses of `try`.",
        table("contracts/", tally.rooms),
    ]
    parts += ["Not executed:\n\n" + "\n".join(missed)] if missed else []
    parts += ["Left out of the count, because nothing can execute it:\n\n" + "\n".join(excused)] if excused else []
    return "\n\n".join(parts)


def listing(tally: Tally, root: Path) -> str:
    """Every file with something missed, each missed line with two around it."""
    missed: dict[str, dict[int, list[Point]]] = {}
    for point in tally.missed:
        missed.setdefault(point.file, {}).setdefault(point.line, []).append(point)
    parts = ["# Coverage by file", table("file", tally.files)]
    for file, lines in missed.items():
        source = (root / file).read_text("utf-8").splitlines()
        parts.append(f"## {file}\n\n```solidity\n{_excerpt(source, lines)}\n```")
    return "\n\n".join(parts) + "\n"


def _excerpt(source: list[str], missed: Mapping[int, list[Point]]) -> str:
    """Numbered lines; `!` before what was never executed, with the outcomes that never came."""
    shown = sorted({near for line in missed for near in range(line - 2, line + 3) if 1 <= near <= len(source)})
    rows = []
    for before, line in zip([0, *shown], shown, strict=False):
        if line > before + 1 and rows:
            rows.append("      …")
        outcomes = ", ".join(_what(point) for point in missed.get(line, ()))
        rows.append(
            f"{'!' if outcomes else ' '}{line:>4} {source[line - 1]}" + (f"  // {outcomes}" if outcomes else "")
        )
    return "\n".join(rows)


def as_json(tally: Tally, tests: str) -> dict[str, Any]:
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "tests": tests,
        "total": _plain(tally.rooms["all"]),
        "files": {file: _plain(kinds) for file, kinds in tally.files.items()},
        "missed": [_entry(point) for point in tally.missed],
        "excused": [_entry(point) | {"reason": excuse.reason} for point, excuse in tally.excused],
    }


def publish(tally: Tally, tests: str, docs: Path) -> None:
    """Puts the figures where the pages have them."""
    (docs / "proof").mkdir(exist_ok=True)
    (docs / "proof" / "coverage.json").write_text(json.dumps(as_json(tally, tests), indent=2) + "\n", "utf-8")
    put_section(docs / "proof.md", "coverage", summary(tally, tests))


def _plural(kind: Kind) -> str:
    return "branches" if kind is Kind.BRANCH else kind.value + "s"


def _cells(count: Count) -> tuple[str, str]:
    return f"{count.passed:,} of {count.all:,}", f"{count.percent:.1f}"


def _plain(kinds: Mapping[Kind, Count]) -> dict[str, list[int]]:
    return {_plural(kind): [count.passed, count.all] for kind, count in kinds.items()}


def _entry(point: Point) -> dict[str, Any]:
    found = {"file": point.file, "line": point.line, "kind": point.kind.value, "text": point.text}
    return found | ({"outcome": point.outcome} if point.outcome else {})


def _what(point: Point) -> str:
    return f"`{point.text}` never {point.outcome}" if point.outcome else f"{point.kind.value} never executed"


def _place(point: Point) -> str:
    return f"`{point.file.removeprefix('contracts/')}:{point.line}`: {_what(point)}"


def _places(points: list[Point]) -> str:
    return ", ".join(dict.fromkeys(f"`{p.file.removeprefix('contracts/')}:{p.line}`" for p in points))
