"""What the H.264 parameter sets and key frames say, read from bytes without a decoder.

Source: ITU-T H.264 7.3.1, 7.3.2.1.1 and Annex B; ISO/IEC 14496-15 5.3.3.1 (avcC); RFC 6381 3.3 (codec strings).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["H264Parameters", "audio_codec_string", "h264_parameters", "has_idr", "has_sps", "nal_units"]

_START_CODE = re.compile(rb"\x00\x00\x01")
_NAL_IDR, _NAL_SPS = 5, 7
# Profiles whose parameter set names chroma format and bit depth; all others are 8-bit 4:2:0.
_CHROMA_PROFILES = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
_CHROMA_NAMES = {0: "gray", 1: "yuv420p", 2: "yuv422p", 3: "yuv444p"}
_AUDIO_STRINGS = {
    "mp2": "mp4a.40.33",
    "mp3": "mp4a.40.34",
    "mp3float": "mp4a.40.34",
    "ac3": "ac-3",
    "eac3": "ec-3",
    "opus": "opus",
}
_AAC_OBJECT_TYPES = {"LC": 2, "HE-AAC": 5, "HE-AACv2": 29}


@dataclass(frozen=True, slots=True)
class H264Parameters:
    """The part of a sequence parameter set that callers ask about.

    Attributes:
        codec_string: as in HLS and MIME types, such as `avc1.64001f`.
        pixel_format: in the library's words, such as `yuv420p` or `yuv422p10le`.
    """

    codec_string: str
    pixel_format: str


def nal_units(data: bytes, *, length_prefixed: bool) -> Iterator[bytes]:
    """The NAL units of a packet, without start codes or lengths.

    Args:
        data: one access unit.
        length_prefixed: 4-byte lengths as in MP4, else start codes as in MPEG-TS.
    """
    if length_prefixed:
        position = 0
        while position + 4 < len(data):
            size = int.from_bytes(data[position : position + 4], "big")
            yield data[position + 4 : position + 4 + size]
            position += 4 + size
        return
    starts = [match.end() for match in _START_CODE.finditer(data)]
    for start, following in zip(starts, [*starts[1:], len(data) + 3], strict=True):
        unit = data[start : following - 3]
        if unit:
            yield unit


def has_idr(data: bytes, *, length_prefixed: bool) -> bool:
    """Whether an access unit is an instantaneous refresh: nothing after it refers to anything before it."""
    return any(unit[0] & 0x1F == _NAL_IDR for unit in nal_units(data, length_prefixed=length_prefixed) if unit)


def has_sps(data: bytes, *, length_prefixed: bool) -> bool:
    """Whether an access unit carries its own sequence parameter set."""
    return any(unit[0] & 0x1F == _NAL_SPS for unit in nal_units(data, length_prefixed=length_prefixed) if unit)


def h264_parameters(data: bytes) -> H264Parameters | None:
    """What the first sequence parameter set in `data` says.

    Args:
        data: codec configuration of an MP4 track (avcC), or bytes with start codes.

    Returns:
        None when there is no complete parameter set.
    """
    sps = _sps_of_avcc(data) if data[:1] == b"\x01" else _sps_of_annex_b(data)
    if sps is None or len(sps) < 4:
        return None
    codec_string = f"avc1.{sps[1:4].hex()}"
    try:
        return H264Parameters(codec_string, _pixel_format(sps))
    except IndexError:
        return None


def audio_codec_string(name: str, profile: str | None) -> str:
    """The HLS name of an audio codec given in the library's words, such as `aac` and `LC`."""
    if name in ("aac", "aac_latm"):
        return f"mp4a.40.{_AAC_OBJECT_TYPES.get(profile or 'LC', 2)}"
    return _AUDIO_STRINGS.get(name, name)


def _sps_of_annex_b(data: bytes) -> bytes | None:
    return next((unit for unit in nal_units(data, length_prefixed=False) if unit[0] & 0x1F == _NAL_SPS), None)


def _sps_of_avcc(data: bytes) -> bytes | None:
    if len(data) < 8 or not data[5] & 0x1F:
        return None
    return data[8 : 8 + int.from_bytes(data[6:8], "big")]


def _pixel_format(sps: bytes) -> str:
    if sps[1] not in _CHROMA_PROFILES:
        return "yuv420p"
    bits = _Bits(sps[4:].replace(b"\x00\x00\x03", b"\x00\x00"))
    bits.exp_golomb()  # seq_parameter_set_id
    chroma = bits.exp_golomb()
    if chroma == 3:
        bits.take(1)  # separate_colour_plane_flag
    depth = 8 + bits.exp_golomb()
    return _CHROMA_NAMES.get(chroma, "unknown") + ("" if depth == 8 else f"{depth}le")


class _Bits:
    """Reads bits from the most significant end; IndexError behind the last one."""

    def __init__(self, data: bytes) -> None:
        self._data, self._position = data, 0

    def take(self, count: int) -> int:
        value = 0
        for _ in range(count):
            byte = self._data[self._position // 8]
            value = value << 1 | byte >> (7 - self._position % 8) & 1
            self._position += 1
        return value

    def exp_golomb(self) -> int:
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros > 32:
                raise IndexError
        return (1 << zeros) - 1 + self.take(zeros)
