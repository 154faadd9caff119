"""Failures as they are kept: a file that `make campaign REPLAY=` plays again, and a plain test beside it."""

from __future__ import annotations

import ast
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from tests.campaign.bad_input import BadInputError
from tests.campaign.store import Found

__all__ = ["Failures", "Kept", "read_kept"]

KIND = "failure of a campaign"
WHERE = "those are the .json files in the failures folder of a campaign"
PLAIN = (ast.Constant, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.Name, ast.UnaryOp, ast.USub, ast.expr_context)


class Kept(NamedTuple):
    """A failure's file, read again.

    Attributes:
        contracts: digest of the contracts that it was found in.
    """

    machine: str
    seed: int
    property: str
    message: str
    lines: list[str]
    contracts: str


class Failures:
    """The folder of a campaign's failures."""

    def __init__(self, folder: Path, facts: dict[str, Any]) -> None:
        self.folder = folder
        self._facts = facts

    def keep(self, found: Found, test: str | None = None) -> Path:
        """Writes a failure down, shrunk if it has been; answers with the file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        stem = f"{found.machine}-{found.index}"
        if test is not None:
            _write(self.folder / f"{stem}.py", test)
        record = {
            "kind": KIND,
            "machine": found.machine,
            "index": found.index,
            "seed": found.seed,
            **asdict(found.shrunk or found.failure),
            "shrunk": found.shrunk is not None,
            "calls_as_found": found.failure.call,
            **self._facts,
        }
        _write(self.path_of(found), json.dumps(record, indent=2) + "\n")
        return self.path_of(found)

    def path_of(self, found: Found) -> Path:
        return self.folder / f"{found.machine}-{found.index}.json"

    def test_of(self, found: Found) -> str | None:
        """The plain test of a failure, if it has been shrunk."""
        file = self.folder / f"{found.machine}-{found.index}.py"
        return file.read_text("utf-8") if file.exists() else None


def read_kept(file: Path, machines: set[str]) -> Kept:
    """A failure's file.

    Raises:
        BadInputError: it cannot be read, is none, or is of a machine that there is no longer.
    """
    try:
        record = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise BadInputError(f"{file}: {error.strerror}") from None
    except ValueError:
        raise BadInputError(f"{file} is broken: no JSON; {WHERE}") from None
    if not isinstance(record, dict) or record.get("kind") != KIND:
        raise BadInputError(f"{file} is no failure of a campaign; {WHERE}")
    try:
        fields: dict[str, Any] = {name: record[name] for name in Kept._fields}
        fields["lines"] = [str(line) for line in fields["lines"]]
        kept = Kept(**fields)
    except (KeyError, TypeError) as error:
        raise BadInputError(f"{file} is broken: {error} is missing or amiss") from None
    if not kept.lines or not all(map(_is_action, kept.lines)):
        raise BadInputError(f"{file} holds no actions, or something else among them")
    if kept.machine not in machines:
        raise BadInputError(f"{file}: no machine is called '{kept.machine}'; there are: {', '.join(sorted(machines))}")
    return kept


def _is_action(line: str) -> bool:
    """Whether a line calls a method of `m` with plain values, and does nothing else: files are passed around."""
    try:
        (statement,) = ast.parse(line).body
    except (SyntaxError, ValueError):
        return False
    if not isinstance(statement, ast.Expr | ast.Assign) or not isinstance(statement.value, ast.Call):
        return False
    called = statement.value.func
    if not (isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "m"):
        return False
    values = [*statement.value.args, *(keyword.value for keyword in statement.value.keywords)]
    inner = [node for value in values for node in ast.walk(value)]
    return not called.attr.startswith("_") and all(isinstance(node, PLAIN) for node in inner)


def _write(file: Path, text: str) -> None:
    """Wholly or not at all."""
    partial = file.with_suffix(file.suffix + ".partial")
    partial.write_text(text, "utf-8")
    os.replace(partial, file)
