"""How fast a device is beside its own limits: the kernel, copies, the decoder, and a segment as a whole."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from offchain.media.limits import SegmentLimits
from offchain.media.profiles import BENCHMARK_LADDER
from offchain.media.source import open_source
from offchain.types import Container
from offchain.workers.cuda.driver import CudaGpu
from offchain.workers.cuda.gpu import SourcePlanes
from offchain.workers.cuda.pictures import opener
from offchain.workers.scaling.plan import Layout, end_of, plan, plane_shapes
from offchain.workers.transcode import PLAIN, Manner, transcode

__all__ = ["Copies", "KernelRate", "SegmentCost", "copies", "decoded_per_second", "kernel_rates", "segment_cost"]

SOURCE = (1920, 1080)
LADDER = tuple((profile.width, profile.height) for profile in BENCHMARK_LADDER)
ACROSS_A_CLOCK, DOWN_A_CLOCK = 128, 64
"""Multiply-adds of a multiprocessor in a clock: two 16-bit by 8-bit products a lane, one of 32 bits a lane."""
_RUNS = 20
_COPIED = 256 << 20


@dataclass(frozen=True)
class Copies:
    """GB a second: within the device (read and written bytes together), to it and from it (pinned memory)."""

    within: float
    up: float
    down: float


@dataclass(frozen=True)
class KernelRate:
    """The kernel on 1080p into the benchmark ladder.

    Attributes:
        pictures: in one launch.
        microseconds: for each picture.
        memory_limit: microseconds that reading and writing every sample once takes at the measured bandwidth.
        arithmetic_limit: microseconds that the multiply-adds take, with no row scaled across twice.
    """

    pictures: int
    microseconds: float
    memory_limit: float
    arithmetic_limit: float

    @property
    def share(self) -> float:
        """Of what the nearer limit allows, 1 being all."""
        return max(self.memory_limit, self.arithmetic_limit) / self.microseconds


@dataclass(frozen=True)
class SegmentCost:
    """Medians for one segment: seconds on the wall, seconds of processor time of the whole process."""

    device: str
    wall: float
    cpu: float


def copies(gpu: CudaGpu) -> Copies:
    """Bandwidth as it is measured here."""
    here, there, other = gpu.host_memory(_COPIED), gpu.device_memory(_COPIED), gpu.device_memory(_COPIED)
    up = _seconds(gpu, lambda: gpu.upload(there, here))
    down = _seconds(gpu, lambda: gpu.download(here, there))
    within = _seconds(gpu, lambda: gpu.download(other, there))  # a copy knows both ends by their addresses
    return Copies(*(round(amount / 1e9, 1) for amount in (2 * _COPIED / within, _COPIED / up, _COPIED / down)))


def kernel_rates(gpu: CudaGpu, bandwidth: float, counts: tuple[int, ...] = (1, 8, 32, 64)) -> list[KernelRate]:
    """The kernel by pictures a launch.

    Args:
        gpu: the device.
        bandwidth: GB a second within the device.
        counts: pictures a launch.
    """
    work = plan(SOURCE, LADDER)
    shapes = plane_shapes(*SOURCE, Layout.NV12)
    size = end_of(shapes)
    samples = os.urandom(size)
    clocks = gpu.multiprocessors * gpu.clock_hz
    arithmetic = (work.across_work / ACROSS_A_CLOCK + work.down_work / DOWN_A_CLOCK) / clocks * 1e6
    touched = sum(shape.width * shape.height for planes in (shapes, *work.outputs) for shape in planes)
    rates = []
    for count in counts:
        staging, source = gpu.host_memory(size * count), gpu.device_memory(size * count)
        output = gpu.device_memory(work.output_bytes * count)
        staging.view[:] = samples * count
        gpu.upload(source, staging)
        luma, chroma = (source.address + shape.offset for shape in shapes[:2])
        planes = SourcePlanes(luma, (chroma, chroma), shapes[0].pitch, shapes[1].pitch, 2)
        arguments = (gpu.prepared(work), planes, output.address, count, size, work.output_bytes)
        seconds = _seconds(gpu, partial(gpu.scale_many, *arguments))
        rates.append(KernelRate(count, seconds / count * 1e6, touched / bandwidth / 1e3, arithmetic))
    return rates


def decoded_per_second(gpu: CudaGpu, data: bytes, streams: int) -> float:
    """Pictures a second of the device's decoder, with so many streams beside each other.

    Args:
        gpu: the device.
        data: an MPEG-TS segment.
        streams: one cannot use two decoder engines.
    """

    def decode(_: int) -> int:
        with open_source(data, Container.MPEGTS, SegmentLimits()) as source:
            video, count = source.video.codec_context, 0
            decoder = gpu.decoder(video.name, video.extradata or b"")
            for packet in (*source.video_packets, None):
                frames = decoder.decode(packet)
                assert all(gpu.planes_of(frame) for frame in frames), "decoded on the processor"
                count += len(frames)
            return count

    with ThreadPoolExecutor(streams) as pool:
        sum(pool.map(decode, range(streams)))  # libraries and clocks awake
        begun = time.perf_counter()
        decoded = sum(pool.map(decode, range(streams)))
        return decoded / (time.perf_counter() - begun)


def segment_cost(gpu: CudaGpu | None, data: bytes, runs: int = 5) -> SegmentCost:
    """A segment into the benchmark ladder, verifiable, in this process; None for the processor alone."""
    manner = PLAIN if gpu is None else Manner(pictures=opener(gpu))
    walls, cpus, device = [], [], ""
    for _ in range(runs + 1):
        wall, cpu = time.perf_counter(), time.process_time()
        done = transcode(data, Container.MPEGTS, 0, BENCHMARK_LADDER, SegmentLimits(), manner)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
        device = done.device + (f" ({done.fallback})" if done.fallback else "")
    return SegmentCost(device, statistics.median(walls[1:]), statistics.median(cpus[1:]))


def _seconds(gpu: CudaGpu, once: Callable[[], None]) -> float:
    """Seconds on the device for one call, over `_RUNS` of them after three to warm up."""
    for _ in range(3):
        once()
    begun = gpu.event(timing=True)
    for _ in range(_RUNS):
        once()
    ended = gpu.event(timing=True)
    ended.sync()
    return float(ended - begun) / 1000 / _RUNS
