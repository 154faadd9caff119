"""Where contracts keep what they remember: by the layouts that tests/arch/test_layouts.py checks."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from eth_utils.crypto import keccak

__all__ = ["entry_of", "slot_of"]

FOLDER = Path(__file__).parents[1] / "arch" / "layouts"
WORD = 32


def slot_of(contract: str, variable: str) -> int:
    """Where a variable begins."""
    return next(int(entry["slot"]) for entry in _layout(contract) if entry["label"] == variable)


def entry_of(mapping: int, address: str) -> int:
    """Where a mapping from addresses keeps an address' entry."""
    return int.from_bytes(keccak(int(address, 16).to_bytes(WORD, "big") + mapping.to_bytes(WORD, "big")), "big")


@cache
def _layout(contract: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads((FOLDER / f"{contract}.json").read_text("utf-8"))
    return entries
