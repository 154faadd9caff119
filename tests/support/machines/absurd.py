"""Arguments of any ABI type: people, edges, and nonsense; by name where they are addresses."""

from __future__ import annotations

from random import Random
from typing import Any

from eth_utils.crypto import keccak

from tests.support.world import EVERYBODY

__all__ = ["arguments_for"]

SOMEBODY = (*EVERYBODY, "nobody", "treasury", "owner", "BondingManager", "Minter", "TicketBroker")
TEXTS = ("", "why", "https://mallory.example")
LONGEST = 2
HALF = 0.5
ROLES = ("MINTER_ROLE", "BURNER_ROLE", "PROPOSER_ROLE", "EXECUTOR_ROLE", "CANCELLER_ROLE", "TIMELOCK_ADMIN_ROLE")
KNOWN = tuple(keccak(text=name) for name in (*ROLES, "Minter", "BondingManager", "TicketBrokerTarget"))


def arguments_for(function: str, dice: Random) -> tuple[Any, ...]:
    """What fits into a function's signature, whether it makes sense or not."""
    return tuple(_value(kind, dice) for kind in _parts(function[function.index("(") + 1 : -1]))


def _value(kind: str, dice: Random) -> Any:
    if kind.endswith("[]"):
        return [_value(kind[:-2], dice) for _ in range(dice.randint(0, LONGEST))]
    if kind.startswith("("):
        return tuple(_value(part, dice) for part in _parts(kind[1:-1]))
    if kind == "address":
        return dice.choice(SOMEBODY)
    if kind == "bool":
        return dice.random() < HALF
    if kind == "string":
        return dice.choice(TEXTS)
    if kind == "bytes32" and dice.random() < HALF:
        return dice.choice(KNOWN)
    if kind.startswith("bytes"):
        return dice.randbytes(int(kind[5:])) if kind != "bytes" else dice.randbytes(dice.choice((0, 4, 65)))
    bits = int(kind.removeprefix("uint"))
    edges = (0, 1, 2, 7, 10**18, 2**104 - 1, 2**104, 2**128, 2**255, 2**256 - 1)
    return min(dice.choice(edges), 2**bits - 1)


def _parts(types: str) -> list[str]:
    """The types between commas, those within brackets left alone."""
    parts, depth, start = [], 0, 0
    for place, sign in enumerate(types):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            parts.append(types[start:place])
            start = place + 1
    return [*parts, types[start:]] if types else []
