"""Whether a device gives what the processor gives: samples over random shapes, and bytes over clips of many kinds."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av

from offchain.media.limits import SegmentLimits
from offchain.media.profiles import BENCHMARK_LADDER
from offchain.types import Container, RenditionProfile
from offchain.workers.cuda.gpu import Gpu
from offchain.workers.cuda.pictures import opener
from offchain.workers.cuda.staging import fill, planes_at, staging_bytes
from offchain.workers.scaling.plan import MOST_SHRINKING, Layout, ScalePlan, Siting, plan
from offchain.workers.scaling.taps import CENTRE
from offchain.workers.transcode import Manner, transcode
from tests.support.clips import SINTEL, clip
from tests.support.scaling import Planes, Size, noise, rows_of, tagged, wanted, with_interleaved_chroma

__all__ = ["CAPTIONED", "CLIPS", "ClipOutcome", "scaled_on", "shapes_differ", "sitings_differ", "tried_clips"]

SITINGS = {0: (64, 128), 1: (128, 128), 2: (64, 64), 3: (128, 64), 4: (64, 192), 5: (128, 192)}
"""The six places of chroma as H.264 counts them, as phases across and down."""

_MIXED = (
    RenditionProfile("720p", 1280, 720, 3_000_000),
    RenditionProfile("faster", 426, 240, 400_000, fps=Fraction(60)),
    RenditionProfile("as MP4", 160, 90, 100_000, container=Container.MP4),
)

CLIPS: dict[str, dict[str, Any]] = {
    "1080p": {"width": 1920, "height": 1080, "frames": 60, "noise": 12},
    "1080p, all rungs": {"width": 1920, "height": 1080, "frames": 20, "ladder": BENCHMARK_LADDER},
    "odd size": {"width": 1278, "height": 718},
    "upright": {"width": 360, "height": 640},
    "MP4": {"format": "mp4", "start": 0},
    "full range": {"pixel_format": "yuvj420p"},
    "variable rate": {"frames": 60, "skip": 3},
    "key frames and open groups": {"frames": 60, "keyint": 15, "open_gop": True},
    "centred chroma": {"x264": "chromaloc=1"},
    "shaped pixels": {"x264": "sar=4/3"},
    "three frames": {"frames": 3},
    "HEVC": {"codec": "libx265"},
    "VP9 in MP4": {"codec": "libvpx-vp9", "format": "mp4", "start": 0},
    "interlaced": {"woven": True, "x264": "tff=1"},
    "10 bits": {"pixel_format": "yuv420p10le"},
    "4:2:2": {"pixel_format": "yuv422p"},
}
"""Fields of `ClipSpec`, and a ladder where it is another one."""

CAPTIONED = "captions and sound"
"""A film that npm brings; left out where it did not."""


@dataclass(frozen=True)
class ClipOutcome:
    """What became of a clip.

    Attributes:
        what: name of the clip.
        same: whether all renditions are those of the processor, byte for byte.
        device: what made them.
        fallback: why it was not the device; empty when it was.
    """

    what: str
    same: bool
    device: str
    fallback: str


def scaled_on(gpu: Gpu, work: ScalePlan, frame: av.VideoFrame) -> list[Planes]:
    """The renditions of a picture from the processor's memory, as a device makes them."""
    size = staging_bytes(frame)
    staging, source = gpu.host_memory(size), gpu.device_memory(size)
    output, result = gpu.device_memory(work.output_bytes), gpu.host_memory(work.output_bytes)
    fill(staging.view, frame)
    gpu.upload(source, staging)
    gpu.scale(gpu.prepared(work), planes_at(source.address, frame), output)
    gpu.download(result, output)
    gpu.mark().wait()
    data = bytes(result.view)
    return [[rows_of(data, shape) for shape in shapes] for shapes in work.outputs]


def shapes_differ(gpu: Gpu, count: int, seed: int = 1) -> Iterator[str]:
    """Random sizes, both layouts of chroma in and out, against libswscale; what differs, in words.

    Args:
        gpu: the device.
        count: pictures to try.
        seed: of their sizes and samples.
    """
    dice = random.Random(seed)
    for number in range(count):
        most = dice.choice([16, 64, 700, 2000])
        source, *sizes = [(dice.randint(2, most), dice.randint(2, most)) for _ in range(dice.randint(2, 5))]
        fitting = tuple(size for size in [*sizes, source] if _fits(source, size))
        frame, layout = noise(*source, seed * 1_000_003 + number), dice.choice(list(Layout))
        want = [wanted(frame, size) for size in fitting]
        work = plan(source, fitting, Siting(CENTRE, CENTRE), layout)
        for given in (frame, with_interleaved_chroma(frame)):
            if scaled_on(gpu, work, given) != want:
                yield f"{source} to {fitting}, {given.format.name} to {layout.value}"


def sitings_differ(gpu: Gpu) -> Iterator[str]:
    """All places of chroma, against libswscale; what differs, in words."""
    sizes = ((426, 240), (146, 82), (640, 360))
    for siting, phases in SITINGS.items():
        frame = tagged(320, 180, siting)
        if scaled_on(gpu, plan((320, 180), sizes, Siting(*phases)), frame) != [wanted(frame, size) for size in sizes]:
            yield f"chroma at place {siting}"


def tried_clips(
    gpu: Gpu, names: Sequence[str] = (*CLIPS, CAPTIONED), ladder: tuple[RenditionProfile, ...] = _MIXED
) -> Iterator[ClipOutcome]:
    """Each clip on the processor and on the device.

    Args:
        gpu: the device.
        names: of `CLIPS`, or `CAPTIONED`.
        ladder: for clips that bring none of their own.
    """
    pictures, limits = opener(gpu), SegmentLimits()
    for what, data, container, rungs in _sources(names, ladder):
        plain = transcode(data, container, 0, rungs, limits)
        done = transcode(data, container, 0, rungs, limits, Manner(pictures=pictures))
        yield ClipOutcome(what, done.renditions == plain.renditions, done.device, done.fallback)


def _sources(
    names: Sequence[str], usual: tuple[RenditionProfile, ...]
) -> Iterator[tuple[str, bytes, Container, tuple[RenditionProfile, ...]]]:
    for what in names:
        if what == CAPTIONED:
            if SINTEL.exists():
                yield what, SINTEL.read_bytes(), Container.MPEGTS, usual
            continue
        spec = {"frames": 30, "audio": False} | CLIPS[what]
        rungs = spec.pop("ladder", usual)
        yield what, clip(**spec), Container.MP4 if spec.get("format") == "mp4" else Container.MPEGTS, rungs


def _fits(source: Size, size: Size) -> bool:
    return all((a + 1) // 2 <= MOST_SHRINKING * (b // 2) for a, b in zip(source, size, strict=True))
