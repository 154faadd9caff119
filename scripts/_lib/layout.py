"""Storage layouts of the contracts as the compiler gives them, and whether one can follow another behind a proxy.

A layout is a list of variables in the order of their slots, each

    {"slot": 2, "offset": 8, "bytes": 12, "label": "_treasuryRewardCutRate", "type": "uint96"}

with `"structs": {name: [fields, each as a variable]}` for the structs that its type is made of. Variables of a
namespace (ERC-7201) come after the others, with `"namespace": name` and slots counted from the namespace's own. Types
that are an address to the chain (contracts, interfaces) are called `address`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from scripts._lib.errors import DeployError

__all__ = ["Layout", "incompatibilities", "layouts", "lines"]

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".build" / "layouts.json"
COMPILER = ROOT / "tools" / "solc.cjs"
TEST_ROOM = "test"
NAMESPACES_FILE = "namespaces.sol"

Layout = list[dict[str, Any]]

DECLARATION = re.compile(r"^(abstract )?contract (\w+)", re.MULTILINE)
IMPORT = re.compile(r'^import\s[^"]*"([^"]+)";', re.MULTILINE)
NAMESPACE = re.compile(r"@custom:storage-location erc7201:(\S+)[^{}]*?\bstruct (\w+) \{")
CONTRACT_TYPE = re.compile(r"\bcontract \w+")
STRUCT_NAME = re.compile(r"struct ([\w.]+)")


def layouts(*, harnesses: bool = False) -> dict[str, Layout]:
    """Layout of every contract that can be deployed, by contract name.

    Compiles unless the sources are those of the last time.

    Args:
        harnesses: those of `contracts/test` as well.

    Raises:
        DeployError: the sources do not compile; with the compiler's messages.
    """
    fingerprint = _fingerprint()
    if CACHE.exists() and (kept := json.loads(CACHE.read_text()))["sources"] == fingerprint:
        found = kept["layouts"]
    else:
        found = _compile()
        CACHE.parent.mkdir(exist_ok=True)
        draft = CACHE.with_suffix(f".{os.getpid()}.part")
        draft.write_text(json.dumps({"sources": fingerprint, "layouts": found}))
        draft.replace(CACHE)
    own = {name for name, path in _deployable() if TEST_ROOM not in path.relative_to(ROOT).parts}
    return {name: layout for name, layout in found.items() if harnesses or name in own}


def lines(layout: Layout) -> list[str]:
    """A line for each variable and each field of its structs, to be read and compared."""
    return [
        f"{'  ' * depth}{_where(variable)}: {variable['type']} {_name(variable)}"
        for depth, variable in _with_fields(layout)
    ]


def incompatibilities(old: Layout, new: Layout) -> list[str]:
    """Why code with the layout `new` cannot take over storage written with `old`: a line for each reason.

    What stands in `old` must stand in `new` where it stood, under its name, with its type. New variables may lie in
    bytes that were free, and new fields may follow in a struct that nothing lies behind: that only mappings lead to.
    """
    at = {_place(variable): variable for variable in new}
    reasons = []
    for variable in old:
        successor = at.get(_place(variable))
        name = _name(variable)
        if successor is None:
            reasons.append(f"{name} at {_where(variable)}: nothing is there any more")
        else:
            reasons += [f"{name} at {_where(variable)}: {reason}" for reason in _differences(variable, successor)]
    reasons += [f"{_name(v)} at {_where(v)}: lies where {_name(o)} is" for v in new for o in old if _overlap(v, o)]
    return reasons


# Comparing


def _differences(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    if old["label"] != new["label"]:
        yield f"is now called {new['label']}"
    if old["type"] != new["type"]:
        yield f"was {old['type']}, is now {new['type']}"
        return
    if old["bytes"] != new["bytes"]:
        yield f"had {old['bytes']} bytes, has now {new['bytes']}"
    for name, fields in old.get("structs", {}).items():
        later = new.get("structs", {}).get(name, [])
        yield from (f"struct {name}: {reason}" for reason in incompatibilities(fields, later))
        if len(later) > len(fields) and f"struct {name}[" in " ".join(_types(old)):
            yield f"struct {name}: has grown, and stands in an array"


def _types(variable: dict[str, Any]) -> Iterator[str]:
    """Those of a variable and of all fields of its structs."""
    yield variable["type"]
    for fields in variable.get("structs", {}).values():
        yield from (field["type"] for field in fields)


def _with_fields(layout: Layout) -> Iterator[tuple[int, dict[str, Any]]]:
    """Variables, each with the fields of its structs behind it, and how deep each stands."""
    for variable in layout:
        yield 0, variable
        for struct, fields in variable.get("structs", {}).items():
            yield from ((1, {**field, "label": f"{struct}.{field['label']}"}) for field in fields)


def _overlap(new: dict[str, Any], old: dict[str, Any]) -> bool:
    """Whether two variables of different places share bytes."""
    if new.get("namespace") != old.get("namespace") or _place(new) == _place(old):
        return False
    return _first_byte(new) < _first_byte(old) + old["bytes"] and _first_byte(old) < _first_byte(new) + new["bytes"]


def _first_byte(variable: dict[str, Any]) -> int:
    return int(variable["slot"]) * 32 + int(variable["offset"])


def _place(variable: dict[str, Any]) -> tuple[str, int, int]:
    return variable.get("namespace", ""), variable["slot"], variable["offset"]


def _name(variable: dict[str, Any]) -> str:
    return f"{variable['namespace']}:{variable['label']}" if "namespace" in variable else str(variable["label"])


def _where(variable: dict[str, Any]) -> str:
    return f"slot {variable['slot']}" + (f" + {variable['offset']}" if variable["offset"] else "")


# Compiling


def _compile() -> dict[str, Layout]:
    contracts = dict(_deployable())
    spaces = {name: list(_namespaces(path)) for name, path in contracts.items()}
    sources = {str(path.relative_to(ROOT)): {"content": path.read_text()} for path in contracts.values()}
    sources[NAMESPACES_FILE] = {"content": _namespace_source({s for found in spaces.values() for s in found})}
    output = _run(sources)["contracts"]
    own = {name: output[str(path.relative_to(ROOT))][name]["storageLayout"] for name, path in contracts.items()}
    return {
        name: [*_variables(layout), *(v for space in spaces[name] for v in _in_namespace(output, space))]
        for name, layout in own.items()
    }


def _run(sources: dict[str, Any]) -> dict[str, Any]:
    config = yaml.safe_load((ROOT / "ape-config.yaml").read_text())["solidity"]
    request = {
        "language": "Solidity",
        "sources": sources,
        "settings": {
            "remappings": config["import_remapping"],
            "evmVersion": config["evm_version"],
            "outputSelection": {name: {"*": ["storageLayout"]} for name in sources},
        },
    }
    command = ["node", str(COMPILER), "--standard-json"]
    answer = subprocess.run(command, input=json.dumps(request), capture_output=True, text=True, cwd=ROOT, check=False)
    if answer.returncode:
        raise DeployError(f"the compiler could not be run: {answer.stderr.strip()}")
    output = json.loads(answer.stdout)
    if errors := [e["formattedMessage"] for e in output.get("errors", []) if e["severity"] == "error"]:
        raise DeployError("the contracts do not compile:\n" + "\n".join(errors))
    return dict(output)


def _deployable() -> Iterator[tuple[str, Path]]:
    """Contracts with code of their own, by name."""
    for path in sorted((ROOT / "contracts").rglob("*.sol")):
        declaration = DECLARATION.search(path.read_text())
        if declaration and not declaration[1]:
            yield declaration[2], path


def _variables(layout: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A layout of the compiler as one of ours."""
    types = layout["types"] or {}
    for entry in layout["storage"]:
        variable = _variable(entry, types)
        if structs := dict(_structs(entry["type"], types, set())):
            variable["structs"] = structs
        yield variable


def _variable(entry: dict[str, Any], types: dict[str, Any]) -> dict[str, Any]:
    kind = types[entry["type"]]
    return {
        "slot": int(entry["slot"]),
        "offset": entry["offset"],
        "bytes": int(kind["numberOfBytes"]),
        "label": entry["label"],
        "type": CONTRACT_TYPE.sub("address", kind["label"]),
    }


def _structs(type_id: str, types: dict[str, Any], seen: set[str]) -> Iterator[tuple[str, Layout]]:
    """Every struct that a type is made of, by name."""
    kind = types[type_id]
    if type_id in seen:
        return
    seen.add(type_id)
    if "members" in kind:
        name = STRUCT_NAME.fullmatch(kind["label"])
        assert name is not None
        yield name[1], [_variable(member, types) for member in kind["members"]]
    parts = [kind[part] for part in ("key", "value", "base") if part in kind]
    for part in [*parts, *(member["type"] for member in kind.get("members", []))]:
        yield from _structs(part, types, seen)


# Namespaces: structs that code reaches at a slot of its own, of which the compiler says nothing.

Space = tuple[str, str, str, str]
"""Name, file as imported, contract, struct."""


def _namespaces(path: Path) -> Iterator[Space]:
    """Those of a contract's file and of all that it imports, in the order of their names."""
    found: set[Space] = set()
    files, waiting = set(), [path]
    while waiting:
        file = waiting.pop()
        if file in files:
            continue
        files.add(file)
        text = file.read_text()
        waiting += [_imported(name, file) for name in IMPORT.findall(text)]
        place = str(file.relative_to(ROOT))
        found |= {(space, place, _holder(file), struct) for space, struct in NAMESPACE.findall(text)}
    yield from sorted(found)


def _imported(name: str, importer: Path) -> Path:
    if name.startswith("."):
        return ROOT / (importer.parent / name).resolve().relative_to(ROOT.resolve())
    return ROOT / "node_modules" / name if name.startswith("@") else ROOT / name


def _holder(file: Path) -> str:
    declaration = DECLARATION.search(file.read_text())
    assert declaration is not None, f"{file} keeps a namespace outside of a contract"
    return declaration[2]


def _namespace_source(spaces: set[Space]) -> str:
    """A contract for each namespace, with its struct as only variable."""
    lines = ["// SPDX-License-Identifier: MIT", "pragma solidity >=0.8.0;"]
    for space in sorted(spaces):
        _, file, holder, struct = space
        alias = _alias(space)
        lines.append(f'import {{{holder} as {alias}Holder}} from "{_importable(file)}";')
        lines.append(f"contract {alias} {{ {alias}Holder.{struct} space; }}")
    return "\n".join(lines)


def _alias(space: Space) -> str:
    return "Space" + hashlib.sha256("/".join(space).encode()).hexdigest()[:16]


def _importable(file: str) -> str:
    return file.removeprefix("node_modules/")


def _in_namespace(output: dict[str, Any], space: Space) -> Iterator[dict[str, Any]]:
    layout = output[NAMESPACES_FILE][_alias(space)]["storageLayout"]
    types = layout["types"]
    (struct,) = layout["storage"]
    for member in types[struct["type"]]["members"]:
        variable = {"namespace": space[0], **_variable(member, types)}
        if structs := dict(_structs(member["type"], types, set())):
            variable["structs"] = structs
        yield variable


def _fingerprint() -> str:
    files = [ROOT / "ape-config.yaml", ROOT / "package-lock.json", Path(__file__)]
    files += sorted([*(ROOT / "contracts").rglob("*.sol"), *(ROOT / "interfaces").rglob("*.sol")])
    digest = hashlib.sha256()
    for file in files:
        digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()
