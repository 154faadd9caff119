"""A device is believed when a clip comes out of it as it comes out of the processor, byte for byte."""

from __future__ import annotations

import io
from fractions import Fraction
from functools import lru_cache

import av
from av.video.frame import VideoFrame

from offchain.errors import DeviceError
from offchain.media.limits import SegmentLimits
from offchain.types import Container, RenditionProfile
from offchain.workers.pictures import OpenPictures
from offchain.workers.protocol import Rendition
from offchain.workers.transcode import Manner, transcode

__all__ = ["CLIP_FRAMES", "made_clip", "try_device"]

CLIP_FRAMES = 12
_WIDTH, _HEIGHT = 322, 182
_LADDER = (RenditionProfile("larger", 426, 240, 400_000), RenditionProfile("smaller", 160, 90, 100_000))


@lru_cache(maxsize=1)
def made_clip() -> bytes:
    """A short segment of moving stripes, H.264 with B-frames in MPEG-TS; always the same."""
    buffer = io.BytesIO()
    options = {"preset": "veryfast", "bf": "2", "x264-params": "cpu-independent=1"}
    with av.open(buffer, "w", format="mpegts") as output:
        stream = output.add_stream("libx264", rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = _WIDTH, _HEIGHT, "yuv420p"
        stream.codec_context.thread_count = 1
        for number in range(CLIP_FRAMES):
            output.mux(stream.encode(_picture(number)))
        output.mux(stream.encode(None))
    return buffer.getvalue()


def _picture(number: int) -> VideoFrame:
    frame = VideoFrame(_WIDTH, _HEIGHT, "yuv420p")
    frame.pts, frame.time_base = number, Fraction(1, 25)
    for kind, plane in enumerate(frame.planes):
        row = bytes((x * (3 + kind) + number * 5) & 255 for x in range(plane.line_size + plane.height))
        rows = (row[y : y + plane.line_size] for y in range(plane.height))
        plane.update(b"".join(rows))
    return frame


def try_device(name: str, pictures: OpenPictures) -> str:
    """Transcodes the clip on a device and on the processor; returns what the device says of itself.

    Raises:
        DeviceError: the device did not do it, or did it otherwise.
    """
    done = transcode(made_clip(), Container.MPEGTS, 0, _LADDER, SegmentLimits(), Manner(pictures=pictures))
    if done.fallback:
        raise DeviceError(name, "start", done.fallback.removeprefix(f"{name}, "))
    if [rendition.data for rendition in done.renditions] != [rendition.data for rendition in _expected()]:
        raise DeviceError(name, "scale", "other samples than the processor's")
    return done.device


@lru_cache(maxsize=1)
def _expected() -> tuple[Rendition, ...]:
    return transcode(made_clip(), Container.MPEGTS, 0, _LADDER, SegmentLimits()).renditions
