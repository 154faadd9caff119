"""Clients of the live protocol find every function and event of it here, under the same selector or topic."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.arch.interface_lines import lines_of, parse

FOLDER = Path(__file__).parent
PUBLISHED = parse((FOLDER / "published_interface.txt").read_text())
CHANGES = yaml.safe_load((FOLDER / "interface_changes.yaml").read_text())

each_contract = pytest.mark.parametrize("name", PUBLISHED)


def key(line: str) -> str:
    """A line as the lists name it: without selector, mutability and answers."""
    kind, *rest = line.split(" ")
    if kind not in ("function", "event", "error"):
        return line
    text = " ".join(rest[1:])
    return f"{kind} {text if kind == 'event' else text.split(' ')[0]}"


def listed(section: str, name: str) -> set[str]:
    return set((CHANGES[section] or {}).get(name, ()))


def interface(project: Any, name: str) -> list[str]:
    assert name in project.contracts, f"{name} is not there"
    abi = project.contracts[name].contract_type.abi
    return lines_of(entry.model_dump(mode="json", by_alias=True) for entry in abi)


@each_contract
def test_nothing_published_is_missing(project, name):
    missing = {key(line) for line in set(PUBLISHED[name]) - set(interface(project, name))}
    assert missing == listed("departures", name)


@each_contract
def test_every_addition_has_its_reason(project, name):
    """Of functions and events; our errors are all additions (tests/arch/test_errors.py)."""
    added = {key(line) for line in set(interface(project, name)) - set(PUBLISHED[name])}
    expected = listed("additions", name) | listed("departures", name)
    assert {entry for entry in added if not entry.startswith("error ")} <= expected
    assert listed("additions", name) <= added


def test_every_change_is_of_a_published_contract_and_has_a_reason():
    for section in ("additions", "departures"):
        for name, entries in (CHANGES[section] or {}).items():
            assert name in PUBLISHED
            assert all(isinstance(reason, str) and len(reason) > 20 for reason in entries.values())


def test_lines_tell_what_clients_would_notice():
    """Order and kind of arguments, what is indexed, what is answered, what may be paid."""
    assert "function 0xb78d27dc bond(uint256,address) nonpayable" in PUBLISHED["BondingManager"]
    entry = {"type": "event", "name": "E", "inputs": [{"type": "address", "indexed": True}, {"type": "tuple[]"}]}
    entry["inputs"][1] |= {"indexed": False, "components": [{"type": "uint8"}, {"type": "bytes"}]}
    assert lines_of([entry])[0].endswith(" E(address indexed,(uint8,bytes)[])")
    function = {"type": "function", "name": "f", "inputs": [], "outputs": [], "stateMutability": "view"}
    assert lines_of([function]) != lines_of([{**function, "stateMutability": "payable"}])
    assert lines_of([function]) != lines_of([{**function, "outputs": [{"type": "bool"}]}])
