"""Storage of a contract, written past its code: for states that its code never leads to.

Where a variable lies is asked of the compiler, so that a test survives a change of the layout.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ape
from eth_utils.crypto import keccak

from scripts._lib.layout import layouts

__all__ = ["poke"]

WORD = 32


def poke(contract: str, address: Any, variable: str, key: Any, field: str, value: int) -> None:
    """Sets a field of a struct that a mapping from addresses leads to."""
    outer = _find(layouts()[contract], variable)
    name = outer["type"].removesuffix(")").rpartition("struct ")[2]
    inner = _find(outer["structs"][name], field)
    base = keccak(int(str(key), 16).to_bytes(WORD, "big") + int(outer["slot"]).to_bytes(WORD, "big"))
    slot = (int.from_bytes(base, "big") + inner["slot"]) % 2 ** (8 * WORD)

    place = [str(address), f"0x{slot:064x}"]
    word = bytearray.fromhex(ape.chain.provider.make_request("eth_getStorageAt", [*place, "latest"])[2:])
    end = WORD - inner["offset"]
    word[end - inner["bytes"] : end] = value.to_bytes(inner["bytes"], "big")
    ape.chain.provider.make_request("anvil_setStorageAt", [*place, "0x" + word.hex()])


def _find(layout: Sequence[dict[str, Any]], label: str) -> dict[str, Any]:
    return next(variable for variable in layout if variable["label"] == label)
