"""Names of words of storage: which variable of which contract, of whom, in which round.

A slot does not tell what it was made from, so the words of everybody who takes part are reckoned beforehand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from eth_utils.crypto import keccak

from scripts._lib.layout import Layout, layouts

__all__ = ["WordNames", "word_names"]

NUMBERS = 64  # rounds and ids that are tried as keys
ROOM = 2**20  # words in which a dynamic array is looked for

MAPPING = re.compile(r"mapping\((\w+) => (.+)\)")
ARRAY = re.compile(r"(.+)\[(\d*)\]")


def word_names(accounts: Mapping[str, str]) -> dict[str, WordNames]:
    """For every account by address; those that are no contract have no words."""
    known = layouts()
    return {address: WordNames(known.get(name, []), accounts) for address, name in accounts.items()}


class WordNames:
    """Of one contract with that layout; `accounts` are names by address in lower case."""

    def __init__(self, layout: Layout, accounts: Mapping[str, str]) -> None:
        self._layout = layout
        self._accounts = accounts
        self._ranges: list[tuple[int, int, int, str]] = []  # first slot, words, words an element, label

    def of(self, slot: int) -> str | None:
        if slot in self._words:
            return _joined(self._words[slot])
        for first, words, width, label in self._ranges:
            if first <= slot < first + words:
                return f"{label}[{(slot - first) // width}]"
        return None

    @cached_property
    def _words(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for variable in self._layout:
            if "namespace" in variable:
                continue
            structs = variable.get("structs", {})
            for slot, label in self._walk(variable["type"], variable["slot"], variable["label"], structs):
                found.setdefault(slot, []).append(label)
        return found

    def _walk(self, kind: str, slot: int, label: str, structs: Mapping[str, Layout]) -> Iterator[tuple[int, str]]:
        if mapping := MAPPING.fullmatch(kind):
            for key, name in self._keys(mapping[1]):
                inner = int.from_bytes(keccak(key.to_bytes(32, "big") + slot.to_bytes(32, "big")), "big")
                yield from self._walk(mapping[2], inner, f"{label}[{name}]", structs)
        elif array := ARRAY.fullmatch(kind):
            width = _words(array[1], structs)
            if array[2]:
                self._ranges.append((slot, int(array[2]) * width, width, label))
            else:
                data = int.from_bytes(keccak(slot.to_bytes(32, "big")), "big")
                self._ranges.append((data, ROOM, width, label))
                yield slot, f"{label}.length"
        elif kind.startswith("struct "):
            for field in structs[kind.removeprefix("struct ")]:
                yield from self._walk(field["type"], slot + field["slot"], f"{label}.{field['label']}", structs)
        else:
            yield slot, label

    def _keys(self, kind: str) -> Iterator[tuple[int, str]]:
        if kind == "address":
            yield from ((int(address, 16), name) for address, name in self._accounts.items())
        elif kind.startswith("uint"):
            yield from ((number, str(number)) for number in range(NUMBERS))
        elif kind == "bytes32":
            yield from ((int.from_bytes(keccak(text=name), "big"), name) for name in self._accounts.values())


def _words(kind: str, structs: Mapping[str, Layout]) -> int:
    """Words that a value takes in an array; several small ones may share one."""
    if not kind.startswith("struct "):
        return 1
    last: dict[str, Any] = structs[kind.removeprefix("struct ")][-1]
    return int(last["slot"]) + -(-int(last["bytes"]) // 32)


def _joined(labels: list[str]) -> str:
    """One name for the variables of one word."""
    if len(labels) == 1:
        return labels[0]
    stem = labels[0].rpartition(".")[0]
    if stem and all(label.startswith(f"{stem}.") for label in labels):
        return f"{stem}.{{{', '.join(label.removeprefix(f'{stem}.') for label in labels)}}}"
    return f"{{{', '.join(labels)}}}"
