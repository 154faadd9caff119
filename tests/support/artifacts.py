"""The compiled contracts, as Ape leaves them on disk: whoever only reads interfaces and code needs no Ape for it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["MANIFEST", "Artifact", "artifact", "artifacts"]

MANIFEST = Path(__file__).parents[2] / ".build" / "__local__.json"


@dataclass(frozen=True, slots=True)
class Artifact:
    """A compiled contract.

    Attributes:
        source: the file it stands in, as a path from the project's root.
        creation_code: what is sent to deploy it, without arguments; empty if it cannot be deployed.
    """

    name: str
    source: str
    abi: list[dict[str, Any]]
    creation_code: bytes

    def entries(self, kind: str) -> list[dict[str, Any]]:
        """Those of the interface that are a `function`, an `event`, an `error` or the `constructor`."""
        return [entry for entry in self.abi if entry["type"] == kind]


def artifact(name: str) -> Artifact:
    """The contract of that name; KeyError if there is none."""
    return artifacts()[name]


@cache
def artifacts() -> dict[str, Artifact]:
    """All of them, by name. `make compile` makes them."""
    manifest = json.loads(MANIFEST.read_text("utf-8"))
    return {
        name: Artifact(name, found["sourceId"], found["abi"], _code(found))
        for name, found in manifest["contractTypes"].items()
    }


def _code(found: dict[str, Any]) -> bytes:
    return bytes.fromhex(found["deploymentBytecode"].get("bytecode", "0x").removeprefix("0x"))
