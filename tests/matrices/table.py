"""The checked-in table of entry points, and the functions that the compiled contracts really have."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from tests.support.abi import signature
from tests.support.artifacts import artifact

__all__ = ["KINDS", "NEEDED", "PROXIED", "STOPS", "Entry", "entries", "state_changing", "table", "views"]

PATH = Path(__file__).parent / "entry_points.yaml"
STOPS, NEEDED = "stops", "needed"

# Contracts of the deployment by the name that they go by, and those that stand behind a ManagerProxy.
PROXIED = (
    "BondingManager",
    "BondingVotes",
    "TicketBroker",
    "RoundsManager",
    "ServiceRegistry",
    "AIServiceRegistry",
    "LivepeerGovernor",
)
KINDS = {"AIServiceRegistry": "ServiceRegistry"}


class Entry(NamedTuple):
    """A function that changes state.

    Attributes:
        function: its signature, or `receive` or `fallback`.
        who: a name of {GUARDS}.
        paused: {STOPS}, or why a pause does not stop it.
        round: {NEEDED}, or `any`.
    """

    contract: str
    function: str
    who: str
    paused: str
    round: str


@cache
def table() -> dict[str, dict[str, Entry]]:
    """Rows by contract and function."""
    rows = yaml.safe_load(PATH.read_text("utf-8"))
    del rows["reasons"]
    return {
        contract: {function: Entry(contract, function, *row) for function, row in functions.items()}
        for contract, functions in rows.items()
    }


def entries() -> Iterator[Entry]:
    """All rows but those of the proxies themselves."""
    for contract, rows in table().items():
        if contract != "ManagerProxy":
            yield from rows.values()


def state_changing(contract: str) -> set[str]:
    """What clients can call at the contract's address that may change state, but for what its proxy answers itself."""
    kind = KINDS.get(contract, contract)
    shadowed = state_changing("ManagerProxy") - {"fallback", "receive"} if contract in PROXIED else set()
    functions = {signature(f) for f in artifact(kind).entries("function") if f["stateMutability"] in WRITING}
    special = {entry["type"] for entry in artifact(kind).abi if entry["type"] in ("fallback", "receive")}
    return functions - shadowed | special


def views(contract: str) -> list[str]:
    """Signatures of what only reads."""
    functions = artifact(KINDS.get(contract, contract)).entries("function")
    return [signature(f) for f in functions if f["stateMutability"] not in WRITING]


WRITING = ("nonpayable", "payable")
