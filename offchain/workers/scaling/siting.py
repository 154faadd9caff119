"""Where the chroma of a frame lies. The library shows the tag to nobody, but its scaler heeds it: so it is asked.

A small picture that carries the frame's tags gets known samples and is scaled; what comes out tells the place.
"""

from __future__ import annotations

from functools import lru_cache

from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from offchain.workers.pictures import SCALER_FLAGS
from offchain.workers.scaling.plan import Siting
from offchain.workers.scaling.recipe import scaled_rows
from offchain.workers.scaling.taps import CENTRE, LEFT

__all__ = ["siting_of"]

_BELOW = 192
_PLACES = tuple(Siting(across, down) for across in (LEFT, CENTRE) for down in (LEFT, CENTRE, _BELOW))
"""The six of H.264 (ITU-T H.264 figure E-1) and of HEVC; the phase of the top row is that of the left column."""
_SIDE, _SCALED = 16, 12
_UNSPECIFIED = 2


def siting_of(frame: VideoFrame) -> Siting | None:
    """Where its chroma lies, horizontally and vertically; None when libswscale does what this recipe does not.

    Args:
        frame: 4:2:0 in memory or on a device; is not changed.
    """
    width = _SIDE + 2 * (frame.width == _SIDE)  # never the frame's own size: the copy must be a copy
    copy = VideoReformatter().reformat(frame, width, _SIDE, "yuv420p", interpolation=Interpolation.POINT, threads=1)
    copy.colorspace = copy.color_primaries = copy.color_trc = _UNSPECIFIED
    for plane in copy.planes:
        plane.update(b"".join(row.ljust(plane.line_size, b"\0") for row in _pattern(plane.width, plane.height)))
    made = VideoReformatter().reformat(copy, _SCALED, _SCALED, "yuv420p", interpolation=SCALER_FLAGS, threads=1)
    chroma = made.planes[1]
    data, pitch = bytes(chroma), chroma.line_size
    seen = tuple(data[start : start + chroma.width] for start in range(0, pitch * chroma.height, pitch))
    return _known(width // 2, _SIDE // 2).get(seen)


@lru_cache(maxsize=4)
def _known(width: int, height: int) -> dict[tuple[bytes, ...], Siting]:
    """What the pattern becomes from each place; no two are alike."""
    size = (_SCALED // 2, _SCALED // 2)
    return {scaled_rows(_pattern(width, height), size, place.across, place.down): place for place in _PLACES}


def _pattern(width: int, height: int) -> list[bytes]:
    """Samples without any order."""
    return [bytes((x * x * 37 + y * 91 + x * y * 53) & 255 for x in range(width)) for y in range(height)]
