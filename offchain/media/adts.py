"""AAC as MPEG-TS frames it (ADTS) turned into AAC as MP4 keeps it: one configuration, then bare frames.

Source: ISO/IEC 13818-7 6.2 (ADTS header), ISO/IEC 14496-3 1.6.2.1 (AudioSpecificConfig).
"""

from __future__ import annotations

__all__ = ["adts_configuration", "without_adts"]

_SHORT_HEADER, _LONG_HEADER = 7, 9


def adts_configuration(frame: bytes) -> bytes | None:
    """The MP4 configuration of a frame with an ADTS header; None if it has none, or describes its channels inside."""
    if len(frame) < _SHORT_HEADER or frame[0] != 0xFF or frame[1] & 0xF6 != 0xF0:
        return None
    object_type = (frame[2] >> 6) + 1
    rate_index = frame[2] >> 2 & 15
    channels = (frame[2] & 1) << 2 | frame[3] >> 6
    if not channels or rate_index > 12:
        return None
    return (object_type << 11 | rate_index << 7 | channels << 3).to_bytes(2, "big")


def without_adts(frame: bytes) -> bytes:
    """The bare frame; the header is two bytes longer where it carries a checksum."""
    return frame[_SHORT_HEADER if frame[1] & 1 else _LONG_HEADER :]
