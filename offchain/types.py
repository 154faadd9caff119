"""Values that every room of the package speaks of: addresses, prices, rendition profiles.

A leaf: imports nothing of the package but its errors.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address

from offchain.errors import FieldRangeError

__all__ = ["ZERO_ADDRESS", "Container", "H264Profile", "RenditionProfile", "address", "address_bytes", "hash_bytes"]

ADDRESS_BYTES = 20
HASH_BYTES = 32
ZERO_ADDRESS = to_checksum_address(bytes(ADDRESS_BYTES))


def address(value: str | bytes) -> ChecksumAddress:
    """The EIP-55 form of an address given as 20 bytes or as 40 hex digits with or without `0x`.

    Raises:
        FieldRangeError: the value is no 20-byte address.
    """
    try:
        raw = bytes.fromhex(value.removeprefix("0x")) if isinstance(value, str) else bytes(value)
    except ValueError as error:
        raise FieldRangeError("address", value, "20 bytes in hex") from error
    if len(raw) != ADDRESS_BYTES:
        raise FieldRangeError("address", value, f"{ADDRESS_BYTES} bytes")
    return to_checksum_address(raw)


def address_bytes(value: str) -> bytes:
    """The 20 bytes of a checksummed address."""
    return bytes.fromhex(value[2:])


def hash_bytes(name: str, value: str | bytes) -> bytes:
    """A 32-byte hash given as bytes or as hex; `name` is used in the error.

    Raises:
        FieldRangeError: the value is not 32 bytes long.
    """
    try:
        raw = bytes.fromhex(value.removeprefix("0x")) if isinstance(value, str) else bytes(value)
    except ValueError as error:
        raise FieldRangeError(name, value, "32 bytes in hex") from error
    if len(raw) != HASH_BYTES:
        raise FieldRangeError(name, value, f"{HASH_BYTES} bytes")
    return raw


class Container(Enum):
    """Container of a segment or rendition; the values are those of the wire (facts: offchain 3.2)."""

    MPEGTS = 0
    MP4 = 1

    @property
    def extension(self) -> str:
        """File name extension, with the dot."""
        return ".ts" if self is Container.MPEGTS else ".mp4"

    @property
    def mime(self) -> str:
        """Media type of a rendition in HTTP."""
        return "video/mp2t" if self is Container.MPEGTS else "video/mp4"


class H264Profile(Enum):
    """H.264 encoding profile; the values are those of the wire (facts: offchain 3.2)."""

    DEFAULT = 0
    BASELINE = 1
    MAIN = 2
    HIGH = 3
    CONSTRAINED_HIGH = 4


@dataclass(frozen=True, slots=True)
class RenditionProfile:
    """One rung of a ladder: what a rendition shall be.

    Attributes:
        name: free text without control characters; part of what a gateway signs.
        width: pixels, as asked for; the encoder may adapt it to the aspect ratio of the source.
        height: pixels, likewise.
        bitrate: bits per second of video.
        fps: frames per second; 0 keeps the timing of the source ("pass-through").
        container: container of the rendition.
        h264_profile: H.264 profile of the encoder.
        gop_ms: distance of key frames in milliseconds; 0 leaves it to the encoder, -1 asks for key frames only.
    """

    name: str
    width: int
    height: int
    bitrate: int
    fps: Fraction = Fraction(0)
    container: Container = Container.MPEGTS
    h264_profile: H264Profile = H264Profile.DEFAULT
    gop_ms: int = 0
