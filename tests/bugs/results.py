"""What the hunts have come to: kept in a file, so that a part can be played again, and told as tables."""

from __future__ import annotations

import fcntl
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from tests.bugs.catalogue import CATALOGUES, Bug, Variant, bugs
from tests.bugs.hunt import Budget, Hunt
from tests.support.pages import markdown, put_section

__all__ = ["CONTROL", "Result", "Results", "publish", "table"]

ROOT = Path(__file__).parents[2]
KEPT = ROOT / ".build" / "bugs" / "results.json"
PUBLISHED = ROOT / "docs" / "proof" / "bugs.json"
TABLE = ROOT / "docs" / "proof" / "bugs.md"
PAGE = ROOT / "docs" / "proof.md"
CONTROL = "none"  # the protocol as it is
HEAD = ("bug, and what went wrong", "found by", "calls: median", "min", "max", "seconds", "seeds")


@dataclass(frozen=True)
class Result:
    """Of a variant: one hunt for each seed, and the budget that each of them had."""

    id: str
    budget: Budget
    hunts: list[Hunt]

    @property
    def found(self) -> list[Hunt]:
        return [hunt for hunt in self.hunts if hunt.property]

    @property
    def missed(self) -> bool:
        """By any of the seeds."""
        return len(self.found) < len(self.hunts)

    @property
    def properties(self) -> str:
        """The most frequent first."""
        return ", ".join(name for name, _ in Counter(hunt.property for hunt in self.found).most_common())

    def cells(self) -> tuple[str, ...]:
        """Calls to find: median, least, most; median of seconds; how many seeds of how many."""
        score = f"{len(self.found)} of {len(self.hunts)}"
        if not self.found:
            spent = [f"{max(hunt.calls for hunt in self.hunts):,} spent", "", "", f"{_middle(self.hunts):.1f}"]
            return "not found", *spent, score
        calls = sorted(hunt.calls for hunt in self.found)
        figures = (f"{median(calls):,.0f}", f"{calls[0]:,}", f"{calls[-1]:,}", f"{_middle(self.found):.1f}")
        return self.properties, *figures, score


@dataclass
class Results:
    """All that was played so far, the latest of each variant."""

    by_id: dict[str, Result] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path = KEPT) -> Results:
        if not path.exists():
            return cls()
        rows = json.loads(path.read_text("utf-8"))["variants"]
        return cls({row["id"]: _result(row) for row in rows})

    def add(self, result: Result) -> None:
        """Keeps it, beside what other commands have found meanwhile."""
        KEPT.parent.mkdir(parents=True, exist_ok=True)
        with KEPT.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.by_id = Results.load().by_id | {result.id: result}
            self.save(KEPT)

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        order = [CONTROL, *(variant.id for name in CATALOGUES for bug in bugs(name) for variant in bug.variants)]
        rows = [_row(self.by_id[id_]) for id_ in order if id_ in self.by_id]
        path.write_text(json.dumps({"variants": rows}, indent=1) + "\n", "utf-8")

    def missing(self, catalogue: str) -> list[str]:
        """Variants that were not found by every seed, or were not played."""
        ids = [variant.id for bug in bugs(catalogue) for variant in bug.variants]
        return [id_ for id_ in ids if id_ not in self.by_id or self.by_id[id_].missed]


def table(results: Results, catalogue: str) -> str:
    """One row for each variant, and for each bug that cannot be played."""
    return markdown(HEAD, [row for bug in bugs(catalogue) for row in _rows(bug, results)])


def publish(results: Results, commit: str, date: str) -> None:
    """Writes the figures to docs/proof, and their summary into the page."""
    results.save(PUBLISHED)
    text = [f"# Bugs planted, and how they were found\n\nPlayed on {date} at {commit} by `make replay-bugs`.\n"]
    for name in CATALOGUES:
        text.append(f"## {name.capitalize()}\n\n{table(results, name)}\n")
    TABLE.write_text("\n".join(text), "utf-8")
    put_section(PAGE, "bugs", _summary(results, commit, date))


def _summary(results: Results, commit: str, date: str) -> str:
    rows, budgets = [], set[int]()
    for name in CATALOGUES:
        known = bugs(name)
        played = [results.by_id[v.id] for bug in known for v in bug.variants if v.id in results.by_id]
        calls = sorted(hunt.calls for result in played for hunt in result.found)
        budgets |= {result.budget.calls for result in played}
        rows.append(
            (
                name,
                str(sum(bool(bug.variants) for bug in known)),
                str(sum(bool(bug.cannot) for bug in known)),
                str(sum(len(bug.variants) for bug in known)),
                str(sum(not result.missed for result in played)),
                str(sum(bool(result.found) for result in played)),
                *((f"{median(calls):,.0f}", f"{calls[int(len(calls) * 0.9)]:,}", f"{calls[-1]:,}") if calls else "---"),
            )
        )
    head = (
        "catalogue",
        "bugs",
        "impossible here",
        "variants",
        "found by every seed",
        "by some",
        "median calls",
        "90 %",
        "most",
    )
    calm = _calm(results.by_id.get(CONTROL))
    known = [bug for name in CATALOGUES for bug in bugs(name)]
    missed = [v.id for bug in known for v in bug.variants if v.id not in results.by_id or not results.by_id[v.id].found]
    spent = " or ".join(f"{calls:,}" for calls in sorted(budgets))
    tail = f"Not found by any seed, with {spent} calls for each: {', '.join(missed) or 'none'}."
    told = f"Played on {date} at {commit}. {calm} {tail} One row for each variant: [proof/bugs.md](proof/bugs.md)."
    return f"{markdown(head, rows)}\n\n{told}"


def _calm(control: Result | None) -> str:
    if control is None:
        return ""
    outcome = f"FAILED: {control.properties}" if control.found else "no failure"
    return f"The unchanged protocol, by the same seeds: {sum(hunt.calls for hunt in control.hunts):,} calls, {outcome}."


def _rows(bug: Bug, results: Results) -> Iterable[Sequence[str]]:
    if bug.cannot:
        yield (f"{bug.id} {bug.title}: {bug.cannot}", "cannot be", *[""] * 5)
    for variant in bug.variants:
        played = results.by_id.get(variant.id)
        yield (f"{variant.id} {_told(bug, variant)}", *(played.cells() if played else ("not played", *[""] * 5)))


def _told(bug: Bug, variant: Variant) -> str:
    return bug.title if bug.id.startswith("P") else f"{bug.title}: {variant.name}"


def _middle(hunts: list[Hunt]) -> float:
    return median(hunt.seconds for hunt in hunts)


def _row(result: Result) -> dict[str, Any]:
    hunts = [{key: value for key, value in asdict(hunt).items() if key != "lines"} for hunt in result.hunts]
    return {"id": result.id, "budget": asdict(result.budget), "hunts": hunts}


def _result(row: dict[str, Any]) -> Result:
    return Result(row["id"], Budget(**row["budget"]), [Hunt(**hunt) for hunt in row["hunts"]])
