"""What a run has come to: score by file and by operator, and every mutant that nobody has noticed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from tests.mutation.catalogue import source_of
from tests.mutation.mutators import Mutant
from tests.mutation.store import EQUIVALENT, INVALID, KILLED, SURVIVED, TIMEOUT, Verdict
from tests.support.pages import markdown

__all__ = ["Report", "Reviewed", "reviewed_survivors"]

ON_CHAIN = 2  # stage of a verdict
SURVIVORS = Path(__file__).with_name("survivors.yaml")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a reader has found about survivors, by mutant.

    Attributes:
        equivalent: why no call can tell the mutant from the original; these do not count.
        accepted: why it is right that nothing notices, or why that is put up with.
    """

    equivalent: dict[str, str]
    accepted: dict[str, str]


def reviewed_survivors(path: Path = SURVIVORS) -> Reviewed:
    """ValueError if the file is not what it should be."""
    kept = yaml.safe_load(path.read_text("utf-8")) or {}
    parts = {name: kept.get(name) or {} for name in ("equivalent", "accepted")}
    if set(kept) - set(parts):
        raise ValueError(
            f"{path.name} has the sections 'equivalent' and 'accepted', not {sorted(set(kept) - set(parts))}"
        )
    for name, reasons in parts.items():
        for mutant, reason in reasons.items():
            if not isinstance(reason, str) or len(reason.split()) < 3:
                raise ValueError(f"{path.name}: '{mutant}' in '{name}' needs a reason")
    return Reviewed(**parts)


@dataclass(frozen=True, slots=True)
class Score:
    killed: int
    counted: int

    def __str__(self) -> str:
        return f"{100 * self.killed / self.counted:.1f} %" if self.counted else "-"


class Report:
    """Of the mutants that were chosen and have been judged.

    Args:
        settings: of the run, as they are printed.
    """

    def __init__(self, verdicts: Mapping[Mutant, Verdict], reviewed: Reviewed, settings: Mapping[str, object]) -> None:
        self._verdicts = dict(verdicts)
        self._reviewed = reviewed
        self._settings = settings

    @property
    def score(self) -> Score:
        return self._score(self._verdicts)

    @property
    def survivors(self) -> list[Mutant]:
        """That count, by place."""
        found = [m for m, v in self._verdicts.items() if v.status == SURVIVED and m.id not in self._reviewed.equivalent]
        return sorted(found, key=lambda m: (m.path, m.start, m.id))

    @property
    def unexplained(self) -> list[Mutant]:
        return [mutant for mutant in self.survivors if mutant.id not in self._reviewed.accepted]

    def markdown(self) -> str:
        """Two tables and the survivors."""
        return "\n\n".join([self.summary(), self._table("file", lambda m: m.path), self._survivors()])

    def summary(self) -> str:
        """A sentence or two, and the table by operator."""
        counts = self._counts()
        equivalent = sum(1 for m, v in self._verdicts.items() if self._is_equivalent(m, v))
        told = ", ".join(f"{count} by {by}" for by, count in self._killers().most_common())
        settings = ", ".join(f"{name} {value}" for name, value in self._settings.items())
        score = self.score
        untried = sum(1 for mutant in self.survivors if self._verdicts[mutant].stage < ON_CHAIN)
        chain = f" ({untried} of these have not met the unit tests on a chain)" if untried else ""
        return (
            f"{len(self._verdicts)} mutants ({settings}): {counts[INVALID]} do not compile, {equivalent} are "
            f"equivalent to the original; of the other {score.counted} {score.killed} were noticed (**{score}**): "
            f"{told or 'none'}. {len(self.survivors)} survived{chain}, {len(self.unexplained)} of them unexplained.\n\n"
            + self._table("operator", lambda m: m.operator)
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "date": datetime.now(UTC).date().isoformat(),
            "settings": dict(self._settings),
            "mutants": len(self._verdicts),
            "counts": dict(self._counts()),
            "reviewed_as_equivalent": sum(
                1 for m, v in self._verdicts.items() if v.status == SURVIVED and self._is_equivalent(m, v)
            ),
            "killed": self.score.killed,
            "counted": self.score.counted,
            "score": round(self.score.killed / self.score.counted, 4) if self.score.counted else None,
            "killed_by": dict(self._killers()),
            "files": self._rows(lambda m: m.path),
            "operators": self._rows(lambda m: m.operator),
            "survivors": [
                {"id": m.id, "line": m.line, "diff": m.diff(source_of(m.path)), "why": self._why(m)}
                for m in self.survivors
            ],
        }

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(self.as_json(), indent=1) + "\n", "utf-8")

    def _is_equivalent(self, mutant: Mutant, verdict: Verdict) -> bool:
        reviewed = verdict.status == SURVIVED and mutant.id in self._reviewed.equivalent
        return verdict.status == EQUIVALENT or reviewed

    def _score(self, verdicts: Mapping[Mutant, Verdict]) -> Score:
        counted = [v for m, v in verdicts.items() if v.status != INVALID and not self._is_equivalent(m, v)]
        return Score(sum(1 for v in counted if v.status in (KILLED, TIMEOUT)), len(counted))

    def _counts(self) -> Counter[str]:
        return Counter(verdict.status for verdict in self._verdicts.values())

    def _killers(self) -> Counter[str]:
        return Counter(v.by for v in self._verdicts.values() if v.status in (KILLED, TIMEOUT))

    def _rows(self, of: Callable[[Mutant], str]) -> dict[str, dict[str, object]]:
        rows: dict[str, dict[str, object]] = {}
        for name in sorted({of(mutant) for mutant in self._verdicts}):
            own = {m: v for m, v in self._verdicts.items() if of(m) == name}
            score = self._score(own)
            rows[name] = {"mutants": len(own), "counted": score.counted, "killed": score.killed, "score": str(score)}
        return rows

    def _table(self, head: str, of: Callable[[Mutant], str]) -> str:
        rows = self._rows(of)
        columns = ("mutants", "counted", "killed", "score")
        return markdown([head, *columns], [[name, *(str(row[c]) for c in columns)] for name, row in rows.items()])

    def _survivors(self) -> str:
        if not self.survivors:
            return "No mutant survived."
        return "\n\n".join(map(self._survivor, self.survivors))

    def _survivor(self, mutant: Mutant) -> str:
        diff = mutant.diff(source_of(mutant.path))
        return f"`{mutant.id}`, line {mutant.line}: {self._why(mutant)}\n\n```diff\n{diff}\n```"

    def _why(self, mutant: Mutant) -> str:
        return self._reviewed.accepted.get(mutant.id, "unexplained")
