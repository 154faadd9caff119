"""HEVC as packets carry it: key frames and parameter sets, read from bytes without a decoder.

Source: ITU-T H.265 7.3.1.2 and table 7-1; ISO/IEC 14496-15 8.3.2.1 (codec configuration of MP4, "hvcC").
"""

from __future__ import annotations

from offchain.media.h264 import nal_units

__all__ = ["hevc_has_idr", "hevc_length_size", "hevc_with_parameter_sets"]

_IDR = frozenset({19, 20})
_PARAMETERS = 32


def hevc_length_size(extradata: bytes) -> int:
    """How many bytes state the length of a NAL unit in packets of this codec configuration; 0 for start codes."""
    return (extradata[21] & 3) + 1 if extradata[:1] == b"\x01" and len(extradata) > 22 else 0


def hevc_has_idr(data: bytes, prefix: int) -> bool:
    """Whether an access unit is an instantaneous refresh: nothing after it refers to anything before it."""
    return any(_kind(unit) in _IDR for unit in nal_units(data, prefix))


def hevc_with_parameter_sets(data: bytes, extradata: bytes) -> bytes:
    """An access unit with start codes that carries its parameter sets; out of MP4 they are put there by the muxer."""
    if hevc_length_size(extradata) or any(_kind(unit) == _PARAMETERS for unit in nal_units(data, 0)):
        return data
    return extradata + data


def _kind(unit: bytes) -> int:
    return unit[0] >> 1 & 0x3F if unit else -1
