"""What a sequence parameter set of H.264 says about its pictures, read without a decoder.

Source: ITU-T H.264 7.3.2.1.1 and 7.3.2.1.1.1; RFC 6381 3.3 (codec strings).
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["H264Parameters", "parse_sps"]

# Profiles whose parameter set names chroma format and bit depth; all others are 8-bit 4:2:0.
_CHROMA_PROFILES = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
_CHROMA_NAMES = {0: "gray", 1: "yuv420p", 2: "yuv422p", 3: "yuv444p"}


@dataclass(frozen=True, slots=True)
class H264Parameters:
    """The part of a sequence parameter set that callers ask about.

    Attributes:
        codec_string: as in HLS and MIME types, such as `avc1.64001f`.
        pixel_format: in the library's words, such as `yuv420p` or `yuv422p10le`.
        coded_width: pixels in whole macroblocks; what is shown may be a few less.
        coded_height: likewise.
    """

    codec_string: str
    pixel_format: str
    coded_width: int
    coded_height: int


def parse_sps(sps: bytes) -> H264Parameters | None:
    """What a parameter set says; None when it is cut off.

    Args:
        sps: the NAL unit, its header included.
    """
    try:
        return _parse(sps)
    except IndexError:
        return None


def _parse(sps: bytes) -> H264Parameters:
    bits = _Bits(sps[4:].replace(b"\x00\x00\x03", b"\x00\x00"))
    bits.exp_golomb()  # seq_parameter_set_id
    chroma, depth = 1, 8
    if sps[1] in _CHROMA_PROFILES:
        chroma = bits.exp_golomb()
        if chroma == 3:
            bits.take(1)  # separate planes
        depth += bits.exp_golomb()
        bits.exp_golomb()  # bit_depth_chroma
        bits.take(1)  # transform bypass
        _skip_scaling(bits, 12 if chroma == 3 else 8)
    bits.exp_golomb()  # log2_max_frame_num
    _skip_picture_order(bits)
    bits.exp_golomb()  # max_num_ref_frames
    bits.take(1)  # gaps allowed
    across, down = bits.exp_golomb() + 1, bits.exp_golomb() + 1
    fields = 2 - bits.take(1)
    name = _CHROMA_NAMES.get(chroma, "unknown") + ("" if depth == 8 else f"{depth}le")
    return H264Parameters(f"avc1.{sps[1:4].hex()}", name, across * 16, down * fields * 16)


def _skip_scaling(bits: _Bits, lists: int) -> None:
    if not bits.take(1):
        return
    for index in range(lists):
        if not bits.take(1):
            continue
        last = following = 8
        for _ in range(16 if index < 6 else 64):
            if following:
                following = (last + bits.signed()) % 256
            last = following or last


def _skip_picture_order(bits: _Bits) -> None:
    kind = bits.exp_golomb()
    if kind == 0:
        bits.exp_golomb()
    elif kind == 1:
        bits.take(1)
        for _ in range(2):
            bits.signed()
        for _ in range(min(bits.exp_golomb(), 255)):
            bits.signed()


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

    def signed(self) -> int:
        value = self.exp_golomb()
        return (value + 1) // 2 if value % 2 else -value // 2
