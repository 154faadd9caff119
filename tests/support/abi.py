"""ABI values as bytes and back, by types that are read once: many times faster than a coder for any type.

Addresses are texts (with their checksum when returned; bytes will do when given), structs and arrays tuples or lists.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

__all__ = ["Codec", "address_of", "codec", "selector", "signature", "types_of"]

WORD = 32

Entry = dict[str, Any]  # of an interface, as JSON


class Codec(NamedTuple):
    """Of one type.

    Attributes:
        size: bytes that a value takes up where it stands; None if there stands only where it begins.
        encode: OverflowError or ValueError if the type has no such value.
        decode: of a value that begins at a place in the data.
    """

    size: int | None
    encode: Callable[[Any], bytes]
    decode: Callable[[bytes, int], Any]


@cache
def codec(kind: str) -> Codec:
    """Of a canonical type, such as `uint256`, `(address,bytes)[]`; of several values: of the tuple of them."""
    if kind.endswith("]"):
        item, _, length = kind[:-1].rpartition("[")
        return _array(codec(item), int(length) if length else None)
    if kind.startswith("("):
        return _tuple([codec(part) for part in _parts(kind[1:-1])])
    if kind == "address":
        return Codec(WORD, _word_of_address, lambda data, at: address_of(data[at : at + WORD]))
    if kind == "bool":
        return Codec(WORD, lambda value: int(value).to_bytes(WORD, "big"), lambda data, at: data[at + WORD - 1] != 0)
    if kind in ("bytes", "string"):
        return _text() if kind == "string" else _bytes()
    if kind.startswith("bytes"):
        return _fixed_bytes(int(kind.removeprefix("bytes")))
    return _number(int(kind.lstrip("uint")), signed=kind.startswith("int"))


def types_of(fields: Sequence[Entry]) -> str:
    """The tuple of an interface's inputs or outputs, or some of them, as a canonical type."""
    return f"({','.join(_type(field) for field in fields)})"


def signature(entry: Entry) -> str:
    """Of a function, an error or an event."""
    return f"{entry['name']}{types_of(entry['inputs'])}"


@lru_cache(4096)
def selector(text: str) -> bytes:
    """The four bytes that a signature is called by."""
    return keccak(text=text)[:4]


@lru_cache(65_536)
def address_of(word: bytes) -> str:
    return to_checksum_address(word[-20:])


def _type(field: Entry) -> str:
    kind = str(field["type"])
    return types_of(field["components"]) + kind.removeprefix("tuple") if kind.startswith("tuple") else kind


def _parts(text: str) -> list[str]:
    """At the commas that stand in no bracket."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return [part for part in parts if part]


def _number(bits: int, *, signed: bool) -> Codec:
    size = bits // 8

    def encode(value: int) -> bytes:
        return value.to_bytes(size, "big", signed=signed).rjust(WORD, b"\xff" if value < 0 else b"\0")

    def encode_word(value: int) -> bytes:
        return value.to_bytes(WORD, "big")

    def decode(data: bytes, at: int) -> int:
        return int.from_bytes(data[at : at + WORD], "big", signed=signed)

    return Codec(WORD, encode_word if size == WORD and not signed else encode, decode)


@lru_cache(65_536)
def _word_of_address(value: str | bytes) -> bytes:
    address = value if isinstance(value, bytes) else bytes.fromhex(value.removeprefix("0x"))
    if len(address) != 20:
        raise ValueError(f"{value!r} is no address")
    return address.rjust(WORD, b"\0")


def _fixed_bytes(size: int) -> Codec:
    def encode(value: bytes) -> bytes:
        if len(value) != size:
            raise ValueError(f"{len(value)} bytes for bytes{size}")
        return value.ljust(WORD, b"\0")

    return Codec(WORD, encode, lambda data, at: data[at : at + size])


def _bytes() -> Codec:
    def encode(value: bytes) -> bytes:
        return _length(value) + value + bytes(-len(value) % WORD)

    def decode(data: bytes, at: int) -> bytes:
        start = at + WORD
        return data[start : start + int.from_bytes(data[at:start], "big")]

    return Codec(None, encode, decode)


def _text() -> Codec:
    inner = _bytes()
    return Codec(None, lambda value: inner.encode(value.encode()), lambda data, at: inner.decode(data, at).decode())


def _tuple(items: list[Codec]) -> Codec:
    encoders, count = [item.encode for item in items], len(items)
    if all(item.size is not None for item in items):

        def encode(values: Sequence[Any]) -> bytes:
            if len(values) != count:
                raise ValueError(f"{len(values)} values for {count} types")
            return b"".join([encode(value) for encode, value in zip(encoders, values)])  # noqa: B905 - quicker so

        size = sum(item.size or 0 for item in items)
    else:

        def encode(values: Sequence[Any]) -> bytes:
            return _sequence(items, values)

        size = None
    return Codec(size, encode, lambda data, at: tuple(_decoded(items, data, at)))


def _array(item: Codec, length: int | None) -> Codec:
    def encode(values: Sequence[Any]) -> bytes:
        if length is not None and len(values) != length:
            raise ValueError(f"{len(values)} values for an array of {length}")
        return (b"" if length is not None else _length(values)) + _sequence([item] * len(values), values)

    def decode(data: bytes, at: int) -> tuple[Any, ...]:
        if length is not None:
            return tuple(_decoded([item] * length, data, at))
        count = int.from_bytes(data[at : at + WORD], "big")
        return tuple(_decoded([item] * count, data, at + WORD))

    size = None if length is None or item.size is None else length * item.size
    return Codec(size, encode, decode)


def _sequence(items: list[Codec], values: Sequence[Any]) -> bytes:
    """Heads, and behind them what they point to."""
    heads, tails, end = [], [], sum(item.size or WORD for item in items)
    for item, value in zip(items, values, strict=True):
        encoded = item.encode(value)
        if item.size is None:
            heads.append(end.to_bytes(WORD, "big"))
            tails.append(encoded)
            end += len(encoded)
        else:
            heads.append(encoded)
    return b"".join(heads + tails)


def _decoded(items: list[Codec], data: bytes, start: int) -> list[Any]:
    values, at = [], start
    for item in items:
        place = start + int.from_bytes(data[at : at + WORD], "big") if item.size is None else at
        values.append(item.decode(data, place))
        at += item.size or WORD
    return values


def _length(values: Sequence[Any]) -> bytes:
    return len(values).to_bytes(WORD, "big")
