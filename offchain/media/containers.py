"""Which container a segment is held for when nobody says."""

from __future__ import annotations

from offchain.types import Container

__all__ = ["container_of"]

_MP4_BOXES = (b"ftyp", b"styp", b"moof", b"moov")


def container_of(data: bytes) -> Container:
    """What a segment is held for: MP4 if it begins with a box of it, else MPEG-TS.

    The network sends both under one media type. The guess decides which one demuxer is tried, nothing more.
    """
    return Container.MP4 if data[4:8] in _MP4_BOXES else Container.MPEGTS
