"""Segments that are the same bytes on every machine, and a ladder that asks for everything that changes an output.

Pictures are drawn in integers and encoded by x264 with one thread and no arithmetic of a processor's own; one segment
is a file of the npm packages, with sound and captions.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import av
import numpy as np

from offchain.media.profiles import BENCHMARK_LADDER, PRESETS
from offchain.types import Container, H264Profile, RenditionProfile
from tests.support.clips import CLOCK, SINTEL

__all__ = ["LADDER", "Drawn", "drawn", "segments"]

LADDER = (
    *BENCHMARK_LADDER[:2],
    PRESETS["P144p30fps16x9"],
    RenditionProfile("main60", 426, 240, 500_000, Fraction(60), Container.MP4, H264Profile.MAIN, 500),
    RenditionProfile("intra25", 208, 118, 900_000, Fraction(25), gop_ms=-1),
    RenditionProfile("baseline", 146, 82, 90_000, h264_profile=H264Profile.BASELINE),
)


@dataclass(frozen=True)
class Drawn:
    """A segment of moving shapes and grain; 30 frames a second, or every third of them in the second half."""

    width: int = 320
    height: int = 180
    frames: int = 36
    pixel_format: str = "yuv420p"
    format: str = "mpegts"
    x264: str = ""
    uneven: bool = False
    start: int = 10 * CLOCK


def drawn(shape: Drawn) -> bytes:
    """The bytes of the segment."""
    buffer = io.BytesIO()
    options = {"mpegts_copyts": "1", "avoid_negative_ts": "disabled"} if shape.format == "mpegts" else {}
    with av.open(buffer, "w", format=shape.format, options={"fflags": "+bitexact"} | options) as output:
        parameters = f"cpu-independent=1:keyint=15:scenecut=0{shape.x264}"
        settings = {"preset": "veryfast", "crf": "24", "bf": "2", "x264-params": parameters}
        video = output.add_stream("libx264", rate=30, options=settings)
        video.width, video.height, video.pix_fmt = shape.width, shape.height, shape.pixel_format
        video.codec_context.time_base = video.time_base = Fraction(1, CLOCK)
        video.codec_context.thread_count = 1
        for number in range(shape.frames):
            if shape.uneven and number > shape.frames // 2 and number % 3:
                continue
            frame = _picture(shape, number)
            frame.pts, frame.time_base = shape.start + number * CLOCK // 30, Fraction(1, CLOCK)
            output.mux(video.encode(frame))
        output.mux(video.encode(None))
    return buffer.getvalue()


def _picture(shape: Drawn, number: int) -> av.VideoFrame:
    frame = av.VideoFrame(shape.width, shape.height, shape.pixel_format)
    for index, plane in enumerate(frame.planes):
        deep = shape.pixel_format.endswith("10le")
        columns, rows = np.meshgrid(np.arange(plane.width), np.arange(plane.height))
        noise = (columns * 7919 + rows * 104_729 + number * 1_299_709 + index * 15_485_863) % 10_007 % 23
        if index:
            values = 128 + (columns // 3 - rows // 5 + number * (3 - index)) % 64 - 32
        else:
            disc = (columns - 40 - 6 * number) ** 2 + (rows - 60 - 2 * number) ** 2 < 1600
            values = 30 + (columns + 2 * rows + 5 * number) % 160 + noise + 20 * disc
        data = (values * 4 + noise % 4 if deep else values).astype("<u2" if deep else np.uint8)
        lines = np.zeros((plane.height, plane.line_size), np.uint8)
        lines[:, : data.shape[1] * data.itemsize] = data.view(np.uint8).reshape(plane.height, -1)
        plane.update(lines.tobytes())
    return frame


@cache
def segments() -> dict[str, tuple[Container, bytes]]:
    """Containers and bytes, by name."""
    shapes = {
        "plain": Drawn(),
        "uneven": Drawn(uneven=True),
        "mp4": Drawn(format="mp4", width=426, height=240),
        "ten bit, 4:2:2": Drawn(pixel_format="yuv422p10le", width=322, height=242),
        "odd, 4:4:4": Drawn(pixel_format="yuv444p", width=321, height=241),
        "fields": Drawn(height=192, x264=":tff=1"),
        "upright": Drawn(width=180, height=320),
        "open groups": Drawn(x264=":open-gop=1"),
    }
    made = {name: (Container[shape.format.upper()], drawn(shape)) for name, shape in shapes.items()}
    return made | {"sound and captions": (Container.MPEGTS, SINTEL.read_bytes())}
