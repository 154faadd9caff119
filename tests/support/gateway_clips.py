"""Small real segments for tests of the gateway: encoded here, transcoded by the real worker's code."""

from __future__ import annotations

import io
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import av
import numpy as np

from offchain.media.limits import SegmentLimits
from offchain.media.probe import probe
from offchain.types import Container, RenditionProfile
from offchain.workers.protocol import Rendition
from offchain.workers.transcode import transcode

FPS = 30
WIDTH, HEIGHT = 320, 180

LADDER = (
    RenditionProfile("low", 160, 90, 100_000, Fraction(FPS)),
    RenditionProfile("high", 240, 134, 200_000, Fraction(0)),
)


@dataclass(frozen=True)
class Clip:
    """A segment and its renditions in the order of `LADDER`."""

    data: bytes
    duration_ms: int
    renditions: tuple[Rendition, ...]


@cache
def clip(frames: int = FPS, start: int = 1, width: int = WIDTH, height: int = HEIGHT) -> Clip:
    """A segment of so many frames at 30 a second, its first one `start` seconds into the stream."""
    return clip_of(encode(frames, start, width, height))


def clip_of(data: bytes, ladder: tuple[RenditionProfile, ...] = LADDER) -> Clip:
    """A segment with its renditions, made by the worker."""
    info = probe(data, Container.MPEGTS, SegmentLimits())
    made = transcode(data, Container.MPEGTS, info.duration_ms, ladder, SegmentLimits())
    return Clip(data, info.duration_ms, made.renditions)


def encode(frames: int, start: int = 1, width: int = WIDTH, height: int = HEIGHT, speed: int = 5) -> bytes:
    """H.264 in MPEG-TS: a gradient that moves, by so many columns a frame."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mpegts") as output:
        stream = output.add_stream("libx264", rate=FPS, options={"preset": "ultrafast", "bf": "0", "g": "30"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(1)
        stream.time_base = stream.codec_context.time_base = Fraction(1, 90_000)
        columns, rows = np.meshgrid(np.arange(width), np.arange(height))
        for number in range(frames):
            image = ((columns + rows + speed * number) % 256).astype(np.uint8)
            frame = av.VideoFrame.from_ndarray(np.stack([image] * 3, axis=-1), format="rgb24").reformat(
                format="yuv420p"
            )
            frame.pts = start * 90_000 + number * 90_000 // FPS
            frame.time_base = Fraction(1, 90_000)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return buffer.getvalue()
