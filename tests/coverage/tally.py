"""Which points were passed, counted by file, and what of the rest is excused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.coverage.points import Kind, Point

__all__ = ["EXCUSES", "LEAST", "Count", "Excuse", "Tally", "load_excuses"]

EXCUSES = Path(__file__).with_name("excused.yaml")
LEAST = {Kind.LINE: 100.0, Kind.BRANCH: 98.0, Kind.FUNCTION: 100.0}  # per cent


@dataclass(frozen=True, slots=True)
class Excuse:
    """Why something need not be passed.

    Attributes:
        text: the statement or condition, as a {Point} has it.
        outcome: of a branch; empty stands for the line or for every outcome.
    """

    file: str
    text: str
    outcome: str
    reason: str

    def covers(self, point: Point) -> bool:
        return (point.file, point.text) == (self.file, self.text) and self.outcome in ("", point.outcome)


def load_excuses(path: Path = EXCUSES) -> list[Excuse]:
    found = yaml.safe_load(path.read_text("utf-8")) or []
    return [Excuse(each["file"], each["text"], each.get("outcome", ""), each["reason"]) for each in found]


@dataclass(slots=True)
class Count:
    """How many there are, and how many of them were passed."""

    all: int = 0
    passed: int = 0

    @property
    def percent(self) -> float:
        return 100 * self.passed / self.all if self.all else 100.0

    def add(self, other: Count) -> None:
        self.all += other.all
        self.passed += other.passed


class Tally:
    """Of all points and the numbers that were heard.

    Attributes:
        missed: points that were not passed and are not excused.
        excused: those that were not passed, with their excuse.
        idle: excuses for what is passed after all, or is not there.
    """

    def __init__(self, points: Sequence[Point], heard: Iterable[int], excuses: Sequence[Excuse]) -> None:
        known = set(heard)
        self.missed: list[Point] = []
        self.excused: list[tuple[Point, Excuse]] = []
        self._counts: dict[str, dict[Kind, Count]] = defaultdict(lambda: {kind: Count() for kind in Kind})
        lines: dict[tuple[str, int], bool] = {}
        for point in points:
            passed = point.number in known
            if not passed and self._excused(point, excuses):
                continue
            if not passed:
                self.missed.append(point)
            if point.kind is Kind.LINE:
                where = point.file, point.line
                lines[where] = passed and lines.get(where, True)
            else:
                self._counts[point.file][point.kind].add(Count(1, passed))
        for (file, _), passed in lines.items():
            self._counts[file][Kind.LINE].add(Count(1, passed))
        used = {excuse for _, excuse in self.excused}
        self.idle = [excuse for excuse in excuses if excuse not in used]

    @property
    def files(self) -> dict[str, dict[Kind, Count]]:
        return dict(sorted(self._counts.items()))

    @property
    def rooms(self) -> dict[str, dict[Kind, Count]]:
        """By folder of `contracts`, and all together."""
        found: dict[str, dict[Kind, Count]] = defaultdict(lambda: {kind: Count() for kind in Kind})
        for file, counts in self.files.items():
            for room in (file.split("/")[1], "all"):
                for kind, count in counts.items():
                    found[room][kind].add(count)
        return {room: found[room] for room in sorted(found, key=lambda room: (room == "all", room))}

    @property
    def shortfalls(self) -> list[str]:
        """What keeps this from being enough."""
        totals = self.rooms["all"]
        below = [
            f"{kind.value}: {totals[kind].percent:.2f} % of {least} %"
            for kind, least in LEAST.items()
            if totals[kind].percent < least
        ]
        return below + [f"an excuse that nothing needs: {each.file}: {each.text} {each.outcome}" for each in self.idle]

    def _excused(self, point: Point, excuses: Sequence[Excuse]) -> bool:
        for excuse in excuses:
            if excuse.covers(point):
                self.excused.append((point, excuse))
                return True
        return False
