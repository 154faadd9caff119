"""The scaler beside libswscale: pictures, what libswscale makes of them, the header in plain C++."""

from __future__ import annotations

import ctypes
import io
import os
import random
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

import av
from av.bitstream import BitStreamFilterContext
from av.video.reformatter import VideoReformatter

from offchain.workers.pictures import SCALER_FLAGS
from offchain.workers.scaling.plan import Layout, PlaneShape, ScalePlan

__all__ = [
    "Planes",
    "Size",
    "compiler",
    "host_scaled",
    "library",
    "noise",
    "planes_of",
    "rows_of",
    "tagged",
    "wanted",
    "with_interleaved_chroma",
]

Size = tuple[int, int]
Planes = list[list[bytes]]
"""Rows of samples of each plane."""

_HEADER = Path(__file__).parents[2] / "offchain" / "workers" / "scaling"


def noise(width: int, height: int, seed: int, pixels: str = "yuv420p") -> av.VideoFrame:
    """A picture of random samples, padding included; it says nothing of where its chroma lies."""
    dice, frame = random.Random(seed), av.VideoFrame(width, height, pixels)
    for plane in frame.planes:
        plane.update(dice.randbytes(plane.buffer_size))
    return frame


def tagged(width: int, height: int, siting: int, parameters: str = "") -> av.VideoFrame:
    """A decoded picture whose stream says where chroma lies, as H.264 counts the six places (0 is left)."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mpegts") as output:
        stream = output.add_stream(
            "libx264", rate=25, options={"preset": "ultrafast", "qp": "10", "x264-params": parameters}
        )
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        output.mux([*stream.encode(noise(width, height, siting)), *stream.encode(None)])
    with av.open(io.BytesIO(buffer.getvalue())) as source:
        stream = source.streams.video[0]
        tagger = BitStreamFilterContext(f"h264_metadata=chroma_sample_loc_type={siting}", stream)
        decoder = av.CodecContext.create("h264", "r")
        packets = [tagged for packet in source.demux(stream) for tagged in tagger.filter(packet)]
        return next(frame for packet in [*packets, None] for frame in decoder.decode(packet))


def planes_of(frame: av.VideoFrame) -> Planes:
    """The samples of a frame with planes of their own."""
    return [
        rows_of(bytes(plane), PlaneShape(0, plane.line_size, plane.width, plane.height, 1)) for plane in frame.planes
    ]


def with_interleaved_chroma(frame: av.VideoFrame) -> av.VideoFrame:
    """The picture as NV12, written sample by sample: no scaler has touched it."""
    luma, first, second = planes_of(frame)
    made = av.VideoFrame(frame.width, frame.height, "nv12")
    pairs = [
        bytes(sample for both in zip(a, b, strict=True) for sample in both) for a, b in zip(first, second, strict=True)
    ]
    for plane, rows in zip(made.planes, (luma, pairs), strict=True):
        plane.update(b"".join(row.ljust(plane.line_size, b"\x55") for row in rows).ljust(plane.buffer_size, b"\x55"))
    return made


def wanted(frame: av.VideoFrame, size: Size) -> Planes:
    """What libswscale makes of it, with the flags of every worker."""
    return planes_of(VideoReformatter().reformat(frame, *size, "yuv420p", interpolation=SCALER_FLAGS, threads=1))


def compiler() -> str | None:
    """A C++ compiler of this machine."""
    return next((found for name in ("g++", "clang++", "c++") if (found := shutil.which(name))), None)


@lru_cache(maxsize=1)
def library() -> ctypes.CDLL:
    """The header as a library of this machine."""
    made = Path(mkdtemp(prefix="scaler-")) / "scaler.so"
    source = Path(__file__).with_name("scaler_host.cpp")
    options = ["-O2", "-std=c++17", "-Wall", "-Wextra", "-Werror", "-Wno-unknown-pragmas", "-fno-strict-aliasing"]
    command = [str(compiler()), *options, "-shared", "-fPIC", f"-I{_HEADER}", str(source), "-o", str(made)]
    # A child process has no PATH; compilers look for their linker there.
    subprocess.run(command, check=True, timeout=120, env={"PATH": os.defpath} | os.environ)
    library = ctypes.CDLL(str(made))
    shutil.rmtree(made.parent)
    return library


def host_scaled(plan: ScalePlan, frame: av.VideoFrame) -> list[Planes]:
    """The renditions that the header makes, compiled for this machine."""
    planes = [(plane.buffer_ptr, plane.line_size) for plane in frame.planes]
    step = 2 if frame.format.name == Layout.NV12.value else 1
    pointers = [ctypes.c_void_p(pointer) for pointer, _ in (planes if step == 1 else [*planes, planes[1]])]
    output = ctypes.create_string_buffer(plan.output_bytes)
    counts = (ctypes.c_int(plan.tile_count), ctypes.c_int(plan.shared_bytes))
    pitches = (ctypes.c_int(planes[0][1]), ctypes.c_int(planes[1][1]), ctypes.c_int(step))
    library().scale(plan.planes, plan.tiles, *counts, plan.tables, *pointers, *pitches, output)
    return [[rows_of(output.raw, shape) for shape in shapes] for shapes in plan.outputs]


def rows_of(data: bytes, shape: PlaneShape) -> list[bytes]:
    """The samples of a plane, row by row."""
    starts = range(shape.offset, shape.offset + shape.pitch * shape.height, shape.pitch)
    return [data[start : start + shape.width * shape.step : shape.step] for start in starts]
