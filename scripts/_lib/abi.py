"""Interfaces of the compiled contracts in the form that nodes carry."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ape import project

from offchain.chain.contract import ABI_NAMES

FOLDER = Path(__file__).parents[2] / "offchain" / "chain" / "abi"
KEPT = ("function", "event", "error")


def node_interfaces() -> dict[str, list[dict[str, Any]]]:
    """Functions, events and errors of every contract that nodes talk to, by contract name."""
    return {name: _interface(name) for name in ABI_NAMES}


def export(interfaces: dict[str, list[dict[str, Any]]], folder: Path = FOLDER) -> list[Path]:
    """Writes one file for each interface; returns the paths."""
    paths = []
    for name, entries in interfaces.items():
        path = folder / f"{name}.json"
        path.write_text(_text(entries), "utf-8")
        paths.append(path)
    return paths


def stale(interfaces: dict[str, list[dict[str, Any]]], folder: Path = FOLDER) -> list[str]:
    """Names of interfaces whose file is absent or different."""
    files = {name: folder / f"{name}.json" for name in interfaces}
    return [
        name for name, path in files.items() if not path.exists() or path.read_text("utf-8") != _text(interfaces[name])
    ]


def _interface(name: str) -> list[dict[str, Any]]:
    container = getattr(project, name)
    entries = [_entry(item.model_dump(mode="json", by_alias=True)) for item in container.contract_type.abi]
    kept = [entry for entry in entries if entry["type"] in KEPT]
    return sorted(kept, key=lambda entry: (KEPT.index(entry["type"]), entry["name"]))


def _entry(entry: dict[str, Any]) -> dict[str, Any]:
    """The entry without what no client reads."""
    return {key: value for key, value in entry.items() if value is not None and key != "internalType"} | {
        key: [_parameter(item) for item in entry[key]] for key in ("inputs", "outputs") if key in entry
    }


def _parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    own = {key: parameter[key] for key in ("name", "type", "indexed") if parameter.get(key) is not None}
    own.setdefault("name", "")
    if parameter.get("components"):
        own["components"] = [_parameter(item) for item in parameter["components"]]
    return own


def _text(entries: list[dict[str, Any]]) -> str:
    # One entry a line: a change of an interface reads as such in a diff.
    return "[\n" + ",\n".join(json.dumps(entry, sort_keys=True) for entry in entries) + "\n]\n"
