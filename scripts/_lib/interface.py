"""What a contract offers, as lines that can be kept in a record and compared with those of another version.

function 0x5cc54b1d pendingStake(address,uint256) view returns (uint256)
event    0x619caafa… Reward(address indexed,uint256)
error    0xe5c1d5a3 SystemPaused()
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eth_utils.crypto import keccak

from scripts._lib.sources import container

SELECTOR_BYTES = 4
OFFERED = ("function", "event", "error")


def interface_of(contract: str) -> list[str]:
    """Lines of a contract of the sources: functions, events, errors, each group by name."""
    entries = [item for item in container(contract).contract_type.abi if item.type in OFFERED]
    return [_line(item) for item in sorted(entries, key=lambda item: (OFFERED.index(item.type), item.selector))]


@dataclass(frozen=True, slots=True)
class LinesDiff:
    """Lines that only the one version has, and those that only the other one has."""

    removed: list[str]
    added: list[str]

    @classmethod
    def between(cls, old: list[str], new: list[str]) -> LinesDiff:
        return cls([line for line in old if line not in new], [line for line in new if line not in old])


def _line(item: Any) -> str:
    digest = keccak(text=item.selector)
    match item.type:
        case "function":
            results = ",".join(output.canonical_type for output in item.outputs)
            manner = "" if item.stateMutability == "nonpayable" else f" {item.stateMutability}"
            returns = f" returns ({results})" if results else ""
            return f"function 0x{digest[:SELECTOR_BYTES].hex()} {item.selector}{manner}{returns}"
        case "event":
            fields = ",".join(i.canonical_type + (" indexed" if i.indexed else "") for i in item.inputs)
            return f"event    0x{digest.hex()} {item.name}({fields})"
        case _:
            return f"error    0x{digest[:SELECTOR_BYTES].hex()} {item.selector}"
