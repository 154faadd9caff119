"""Compiled contracts as a deployment needs them: interface and creation code, from whatever compiled them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from eth_utils.abi import collapse_if_tuple
from eth_utils.crypto import keccak

__all__ = ["Artifact", "Artifacts", "Signature", "load_artifacts", "project_artifacts"]

ROOT = Path(__file__).parents[2]
MANIFEST = ROOT / ".build" / "__local__.json"


class Signature(NamedTuple):
    """How a function is called and how it answers; types in their canonical form."""

    selector: bytes
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Artifact:
    """One compiled contract.

    Attributes:
        abi: as the compiler writes it.
        code: creation code, the constructor's arguments not included.
        preferred: of several functions with one name, those whose selectors are in here.
    """

    name: str
    abi: list[dict[str, Any]]
    code: bytes
    preferred: frozenset[bytes] = frozenset()

    @cached_property
    def functions(self) -> dict[str, Signature]:
        """By name; of several with one name, the preferred or else the first."""
        found: dict[str, Signature] = {}
        for entry in self.abi:
            if entry["type"] == "function":
                signature = _signature(entry)
                if entry["name"] not in found or signature.selector in self.preferred:
                    found[entry["name"]] = signature
        return found

    def beside(self, other: Artifact | None) -> Artifact:
        """The same, called as the other is where it has a function of the same name and arguments."""
        selectors = {signature.selector for signature in other.functions.values()} if other else set()
        return replace(self, preferred=frozenset(selectors))

    @cached_property
    def constructor(self) -> tuple[str, ...]:
        """Types of the constructor's arguments."""
        entries = [entry for entry in self.abi if entry["type"] == "constructor"]
        return tuple(map(collapse_if_tuple, entries[0]["inputs"])) if entries else ()

    @cached_property
    def events(self) -> dict[bytes, str]:
        """Names by topic."""
        return {_hash(entry): entry["name"] for entry in self.abi if entry["type"] == "event"}


Artifacts = Mapping[str, Artifact]


def load_artifacts(folder: Path) -> dict[str, Artifact]:
    """Every `*.json` of a folder that holds `abi` and `bytecode`, as the usual compilers' wrappers write it.

    Raises:
        ValueError: there is none, or one has to be linked to a library first.
    """
    found = dict(_read_folder(folder))
    if not found:
        raise ValueError(f"{folder} holds no compiled contracts (JSON files with `abi` and `bytecode`)")
    return found


def project_artifacts(manifest: Path = MANIFEST) -> dict[str, Artifact]:
    """Those of this project as last compiled."""
    contracts = json.loads(manifest.read_text("utf-8"))["contractTypes"]
    return {
        name: Artifact(name, entry["abi"], _code(name, entry["deploymentBytecode"]["bytecode"]))
        for name, entry in contracts.items()
        if entry.get("deploymentBytecode", {}).get("bytecode", "0x") != "0x"
    }


def _read_folder(folder: Path) -> Iterator[tuple[str, Artifact]]:
    for path in sorted(folder.glob("*.json")):
        entry = json.loads(path.read_text("utf-8"))
        if isinstance(entry, dict) and "abi" in entry and entry.get("bytecode"):
            code = entry["bytecode"]
            name = entry.get("contractName", path.stem)
            yield name, Artifact(name, entry["abi"], _code(name, code["object"] if isinstance(code, dict) else code))


def _code(name: str, text: str) -> bytes:
    try:
        return bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        raise ValueError(f"{name} has to be linked to its libraries first") from None


def _signature(entry: dict[str, Any]) -> Signature:
    inputs, outputs = (tuple(map(collapse_if_tuple, entry[side])) for side in ("inputs", "outputs"))
    return Signature(_hash(entry)[:4], inputs, outputs, tuple(output["name"] for output in entry["outputs"]))


def _hash(entry: dict[str, Any]) -> bytes:
    return keccak(text=f"{entry['name']}({','.join(map(collapse_if_tuple, entry['inputs']))})")
