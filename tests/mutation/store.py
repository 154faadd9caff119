"""What became of mutants, line by line in a file: a run that is killed goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

__all__ = ["EQUIVALENT", "INVALID", "KILLED", "SURVIVED", "TIMEOUT", "Store", "UnsoundError", "Verdict"]

KILLED, TIMEOUT, SURVIVED, EQUIVALENT, INVALID = "killed", "timeout", "survived", "equivalent", "invalid"


class UnsoundError(Exception):
    """The checks are against the original, so that they say nothing about a mutant."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant.

    Attributes:
        status: killed, timeout (it hung, which counts as killed), survived, equivalent (the optimizer makes the same
            code of it), or invalid (it does not compile).
        by: who noticed: a stage, such as "machines" or "unit tests"; empty if nobody did.
        detail: what they saw.
        stage: how far it was tried: 0 by benches and short histories, 1 by all that is in process, 2 by unit tests on a
            chain, too.
    """

    mutant: str
    status: str
    by: str = ""
    detail: str = ""
    stage: int = 1
    seconds: float = 0.0


class Store:
    """Verdicts by mutant, each good for one state of what it was judged by: see `key`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = dict(self._read())

    def get(self, mutant: str, keys: tuple[str, str]) -> Verdict | None:
        """A verdict on these contracts (first key). That a mutant survived holds for these checks, too (second)."""
        found = self._known.get(mutant)
        if found is None:
            return None
        verdict, known = found
        same = known == keys if verdict.status == SURVIVED else known[0] == keys[0]
        return verdict if same else None

    def last(self, mutant: str) -> Verdict | None:
        """Whatever it holds for."""
        return self._known[mutant][0] if mutant in self._known else None

    def add(self, verdict: Verdict, keys: tuple[str, str]) -> None:
        self._known[verdict.mutant] = verdict, keys
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"keys": keys, **asdict(verdict)}) + "\n")

    def _read(self) -> Iterator[tuple[str, tuple[Verdict, tuple[str, str]]]]:
        if not self._path.exists():
            return
        for line in self._path.read_text("utf-8").splitlines():
            try:
                entry = json.loads(line)
                first, second = entry.pop("keys")
                yield entry["mutant"], (Verdict(**entry), (first, second))
            except (ValueError, TypeError, KeyError):
                continue  # a line that a killed run has left unfinished
