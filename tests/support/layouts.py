"""Where contracts keep what they remember: by the layouts that tests/arch/test_layouts.py checks."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.hashes import keccak

__all__ = ["Field", "entry_of", "field_of", "slot_of"]

FOLDER = Path(__file__).parents[1] / "arch" / "layouts"
WORD = 32


class Field(NamedTuple):
    """A variable that shares its word with others."""

    slot: int
    shift: int
    mask: int

    def within(self, word: int) -> int:
        return word >> self.shift & self.mask


def field_of(contract: str, variable: str) -> Field:
    """Of a plain variable."""
    entry = next(entry for entry in _layout(contract) if entry["label"] == variable)
    return Field(int(entry["slot"]), 8 * entry["offset"], (1 << 8 * entry["bytes"]) - 1)


def slot_of(contract: str, variable: str) -> int:
    """Where a variable begins."""
    return next(int(entry["slot"]) for entry in _layout(contract) if entry["label"] == variable)


def entry_of(mapping: int, key: str | bytes) -> int:
    """Where a mapping keeps the entry of an address, or of a word."""
    word = key if isinstance(key, bytes) else int(key, 16).to_bytes(WORD, "big")
    return int.from_bytes(keccak(word + mapping.to_bytes(WORD, "big")), "big")


@cache
def _layout(contract: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads((FOLDER / f"{contract}.json").read_text("utf-8"))
    return entries
