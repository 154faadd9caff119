"""Fields of messages: bytes to integers, addresses, hashes and texts, within bounds, and back."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sized
from contextlib import contextmanager

from eth_typing import ChecksumAddress
from google.protobuf.message import DecodeError

from offchain.errors import FieldRangeError, MessageError, WireError
from offchain.tickets.bounds import checksum_address
from offchain.tickets.ticket import ZERO_HASH
from offchain.types import ZERO_ADDRESS, hash_bytes

__all__ = [
    "INT32_MAX",
    "INT64_MAX",
    "at_most",
    "between",
    "bigint_bytes",
    "optional_address",
    "optional_hash",
    "parse_bigint",
    "reading",
    "text",
]

INT32_MAX = 2**31 - 1
INT64_MAX = 2**63 - 1
BIGINT_BYTES = 32


@contextmanager
def reading(error: type[WireError]) -> Iterator[None]:
    """Whatever a peer's bytes do wrong inside the block leaves it as this one error."""
    try:
        yield
    except (DecodeError, FieldRangeError, WireError) as cause:
        raise error(str(cause)) from cause


def bigint_bytes(value: int) -> bytes:
    """Unsigned big-endian without leading zeros; zero is empty.

    Raises:
        FieldRangeError: the value is not in 0 … 2**256 − 1.
    """
    if value < 0 or value.bit_length() > 8 * BIGINT_BYTES:
        raise FieldRangeError("integer", value, "0 … 2**256 − 1")
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def parse_bigint(name: str, raw: bytes) -> int:
    """The integer of `bigint_bytes`, in that encoding only.

    Raises:
        MessageError: more than 32 bytes, or a leading zero.
    """
    if len(raw) > BIGINT_BYTES:
        raise MessageError(f"{name} has {len(raw)} bytes, at most {BIGINT_BYTES} are allowed")
    if raw[:1] == b"\0":
        raise MessageError(f"{name} has a leading zero byte")
    return int.from_bytes(raw, "big")


def between(name: str, value: int, low: int, high: int) -> int:
    """`value` itself, if it lies in low … high.

    Raises:
        FieldRangeError: it does not.
    """
    if not low <= value <= high:
        raise FieldRangeError(name, value, f"{low} … {high}")
    return value


def at_most(what: str, items: Sized, limit: int) -> None:
    """Refuses more than `limit` items or bytes.

    Raises:
        MessageError: there are more.
    """
    if len(items) > limit:
        raise MessageError(f"{len(items)} {what}, at most {limit} are allowed")


def optional_address(raw: bytes) -> ChecksumAddress:
    """An address of 20 bytes; none at all is the zero address.

    Raises:
        FieldRangeError: another length.
    """
    return checksum_address(bytes(raw)) if raw else ZERO_ADDRESS


def optional_hash(name: str, raw: bytes) -> bytes:
    """A hash of 32 bytes; none at all is the zero hash.

    Raises:
        FieldRangeError: another length.
    """
    return hash_bytes(name, raw) if raw else ZERO_HASH


def text(name: str, value: str, limit: int) -> str:
    """`value` itself, if it has no control characters and at most `limit` bytes of UTF-8.

    Raises:
        FieldRangeError: it has.
    """
    try:
        size = len(value.encode())
    except UnicodeEncodeError as error:
        raise FieldRangeError(name, value, "text that UTF-8 can encode") from error
    if size > limit:
        raise FieldRangeError(name, f"{size} bytes", f"at most {limit} bytes")
    if any(unicodedata.category(character) == "Cc" for character in value):
        raise FieldRangeError(name, value, "free of control characters")
    return value
