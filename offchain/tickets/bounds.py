"""Range checks that the values of this package share."""

from __future__ import annotations

from functools import lru_cache

from offchain.errors import FieldRangeError
from offchain.types import address

__all__ = ["INT64_BITS", "UINT32_BITS", "UINT256_BITS", "checksum_address", "uint"]

UINT32_BITS = 32
INT64_BITS = 63  # int64 on the wire, but never negative
UINT256_BITS = 256

# An address costs 20 microseconds to checksum, more than its ticket costs to hash; parties are few, tickets many.
checksum_address = lru_cache(maxsize=4096)(address)


def uint(name: str, value: int, bits: int) -> int:
    """`value` itself, if it is an integer of 0 … 2**bits − 1; `name` is used in the error.

    Raises:
        FieldRangeError: another type (booleans and floats included), negative, or too large.
    """
    if type(value) is not int or value < 0 or value >> bits:
        raise FieldRangeError(name, value, f"an integer of 0 … 2**{bits} − 1")
    return value
