"""An interface as lines that can be compared, one an entry, by what stands on the wire and no more.

    function 0xc78cf1a0 withdrawFees(address,uint256) nonpayable
    function 0x... getDelegator(address) view returns (uint256,uint256,address,...)
    event 0x... Bond(address indexed,address indexed,address indexed,uint256,uint256)
    error 0x... FutureLookup(uint256,uint256)

Names of arguments are left out: no byte of a call depends on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from eth_utils.crypto import keccak

__all__ = ["lines_of", "parse"]

KINDS = ("constructor", "function", "event", "error", "fallback", "receive")


def lines_of(abi: Iterable[Mapping[str, Any]]) -> list[str]:
    """The lines of a JSON interface, by kind, then by name."""
    entries = sorted(abi, key=lambda entry: (KINDS.index(entry["type"]), entry.get("name", "")))
    return sorted((_line(entry) for entry in entries), key=lambda line: KINDS.index(line.split(" ")[0]))


def parse(text: str) -> dict[str, list[str]]:
    """Lines by contract from a text in which a contract's name stands alone, and its lines below it, indented."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith("  "):
            lines.append(line.strip())
        elif line and not line.startswith("#"):
            lines = found[line] = []
    return found


def _line(entry: Mapping[str, Any]) -> str:
    kind = entry["type"]
    if kind in ("fallback", "receive"):
        return f"{kind} {entry['stateMutability']}"
    types = ",".join(map(_type, entry["inputs"]))
    if kind == "constructor":
        return f"constructor ({types}) {entry['stateMutability']}"
    signature = f"{entry['name']}({types})"
    digest = keccak(text=signature)
    if kind == "event":
        fields = ",".join(_type(i) + (" indexed" if i["indexed"] else "") for i in entry["inputs"])
        anonymous = " anonymous" if entry.get("anonymous") else ""
        return f"event 0x{digest.hex()} {entry['name']}({fields}){anonymous}"
    if kind == "error":
        return f"error 0x{digest[:4].hex()} {signature}"
    answers = ",".join(map(_type, entry["outputs"]))
    returns = f" returns ({answers})" if answers else ""
    return f"function 0x{digest[:4].hex()} {signature} {entry['stateMutability']}{returns}"


def _type(parameter: Mapping[str, Any]) -> str:
    if not parameter["type"].startswith("tuple"):
        return str(parameter["type"])
    return f"({','.join(map(_type, parameter['components']))}){parameter['type'].removeprefix('tuple')}"
