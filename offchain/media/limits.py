"""What a segment may be before any of it is decoded (facts: transcode 2; security 5, T15 and T16)."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SegmentLimits"]


@dataclass(frozen=True, slots=True)
class SegmentLimits:
    """Bounds on one segment; each is an upper bound unless it says otherwise.

    Attributes:
        max_side: pixels of width and of height.
        max_pixels: pixels of a picture.
        max_streams: streams in the container, of any kind.
        max_duration_ms: from the first frame to the end of the last.
        max_fps: video packets per second of duration.
        max_overrun: actual duration over the declared one, as a factor, after `overrun_grace_ms`.
        overrun_grace_ms: milliseconds by which the declared duration may always be exceeded.
        min_delivered: share of the declared duration that must be there; a lower bound.
        max_corrupt: share of the frames that may be damaged or missing.
        max_duplication: encoded frames over decoded ones; bounds what a change of frame rate may make of a gap.
    """

    max_side: int = 4096
    max_pixels: int = 4096 * 2304
    max_streams: int = 16
    max_duration_ms: int = 300_000
    max_fps: int = 240
    max_overrun: float = 4.0
    overrun_grace_ms: int = 10_000
    min_delivered: float = 0.5
    max_corrupt: float = 0.2
    max_duplication: int = 25
