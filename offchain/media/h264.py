"""H.264 as packets carry it: NAL units, key frames, parameter sets; read from bytes without a decoder.

Source: ITU-T H.264 7.3.1 and Annex B; ISO/IEC 14496-15 5.3.3.1 (codec configuration of MP4, "avcC").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from offchain.media.sps import H264Parameters, parse_sps

__all__ = [
    "before_slices",
    "h264_parameters",
    "has_idr",
    "length_size",
    "nal_units",
    "with_parameter_sets",
]

_START_CODE = re.compile(rb"\x00\x00\x01")
_NAL_IDR, _NAL_SPS = 5, 7
_SLICES = frozenset({1, 2, 5})


def length_size(extradata: bytes) -> int:
    """How many bytes state the length of a NAL unit in packets of this codec configuration; 0 for start codes."""
    return (extradata[4] & 3) + 1 if extradata[:1] == b"\x01" and len(extradata) > 4 else 0


def nal_units(data: bytes, prefix: int) -> Iterator[bytes]:
    """The NAL units of a packet, without start codes or lengths.

    Args:
        data: one access unit.
        prefix: bytes of a length as in MP4, or 0 for start codes as in MPEG-TS.
    """
    if prefix:
        position = 0
        while position + prefix < len(data):
            size = int.from_bytes(data[position : position + prefix], "big")
            yield data[position + prefix : position + prefix + size]
            position += prefix + size
        return
    starts = [match.end() for match in _START_CODE.finditer(data)]
    for start, following in zip(starts, [*starts[1:], len(data) + 3], strict=False):
        yield data[start : following - 3]


def has_idr(data: bytes, prefix: int) -> bool:
    """Whether an access unit is an instantaneous refresh: nothing after it refers to anything before it."""
    return any(_kind(unit) == _NAL_IDR for unit in nal_units(data, prefix))


def with_parameter_sets(data: bytes, extradata: bytes) -> bytes:
    """An access unit that carries its parameter sets; files may state them once, each segment must."""
    prefix = length_size(extradata)
    if not extradata or any(_kind(unit) == _NAL_SPS for unit in nal_units(data, prefix)):
        return data
    if not prefix:
        return extradata + data
    return b"".join(len(unit).to_bytes(prefix, "big") + unit for unit in _units_of_avcc(extradata)) + data


def before_slices(data: bytes, unit: bytes) -> bytes:
    """An access unit with start codes, with a NAL unit more in front of its first slice."""
    for match in _START_CODE.finditer(data):
        if _kind(data[match.end() : match.end() + 1]) in _SLICES:
            place = match.start() - (match.start() > 0 and data[match.start() - 1] == 0)
            return data[:place] + b"\x00\x00\x00\x01" + unit + data[place:]
    return data


def h264_parameters(data: bytes) -> H264Parameters | None:
    """What the first sequence parameter set in `data` says.

    Args:
        data: codec configuration of an MP4 track (avcC), or bytes with start codes.

    Returns:
        None when there is no complete parameter set.
    """
    units = _units_of_avcc(data) if data[:1] == b"\x01" else nal_units(data, 0)
    sps = next((unit for unit in units if _kind(unit) == _NAL_SPS), None)
    return parse_sps(sps) if sps else None


def _kind(unit: bytes) -> int:
    return unit[0] & 0x1F if unit else 0


def _units_of_avcc(extradata: bytes) -> Iterator[bytes]:
    """Sequence, then picture parameter sets of an MP4 codec configuration."""
    position, mask = 5, 0x1F
    for _ in ("sequence", "picture"):
        count = extradata[position] & mask if position < len(extradata) else 0
        position, mask = position + 1, 0xFF
        for _ in range(count):
            size = int.from_bytes(extradata[position : position + 2], "big")
            yield extradata[position + 2 : position + 2 + size]
            position += 2 + size
