"""Jobs of the child process of a measurement: a segment by stages, and a reply of a given size for nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from av.packet import Packet
from av.video.frame import VideoFrame

from offchain.media.child import Job
from offchain.media.jobs import limits_from
from offchain.media.limits import SegmentLimits
from offchain.media.profiles import profile_from
from offchain.media.source import Source
from offchain.types import Container
from offchain.workers.encoding import LIVE_THREADS
from offchain.workers.pictures import CpuPictures, Scaler, Size
from offchain.workers.protocol import Mode, Rendition
from offchain.workers.rendition import RenditionMaker
from offchain.workers.transcode import Manner, transcode

__all__ = ["JOBS", "STAGES"]

STAGES = ("decode", "scale", "encode", "mux")
"""Stages whose processor time is told apart; what is left is demuxing, and handing frames over."""


class _Clock:
    """Processor seconds of the threads that call, by stage."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.seconds = dict.fromkeys(STAGES, 0.0)

    @contextmanager
    def running(self, stage: str) -> Iterator[None]:
        begun = time.thread_time()
        try:
            yield
        finally:
            self.add(stage, time.thread_time() - begun)

    def add(self, stage: str, seconds: float) -> None:
        with self._lock:
            self.seconds[stage] += seconds


class _TimedScaler:
    def __init__(self, scaler: Scaler, clock: _Clock) -> None:
        self._scaler, self._clock = scaler, clock

    def scale(self, picture: Any) -> VideoFrame:
        with self._clock.running("scale"):
            return self._scaler.scale(picture)


class _TimedPictures(CpuPictures):
    def __init__(self, source: Source, limits: SegmentLimits, threads: int, clock: _Clock) -> None:
        super().__init__(source, limits, threads)
        self._clock = clock

    def frames(self) -> Iterator[VideoFrame | None]:
        frames = super().frames()
        while True:
            with self._clock.running("decode"):
                try:
                    frame = next(frames)
                except StopIteration:
                    return
            yield frame

    def scalers(self, first: VideoFrame, sizes: Sequence[Size]) -> Sequence[Scaler]:
        return [_TimedScaler(scaler, self._clock) for scaler in super().scalers(first, sizes)]


def _timed_maker(clock: _Clock) -> type[RenditionMaker]:
    class TimedMaker(RenditionMaker):
        """Packets are written while pictures are encoded: the one time is taken off the other."""

        def submit(self, frame: VideoFrame) -> None:
            with clock.running("encode"):
                super().submit(frame)

        def finish(self) -> Rendition:
            with clock.running("encode"):
                return super().finish()

        def _write(self, packets: list[Packet[Any]]) -> None:
            begun = time.thread_time()
            super()._write(packets)
            spent = time.thread_time() - begun
            clock.add("mux", spent)
            clock.add("encode", -spent)

    return TimedMaker


def _stages(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> tuple[dict[str, Any], Sequence[bytes]]:
    """Processor seconds of each stage of a segment, made on the processor."""
    mode, clock = Mode(arguments["mode"]), _Clock()
    threads = LIVE_THREADS if mode is Mode.LIVE else 1
    manner = Manner(
        mode,
        lambda source, limits: _TimedPictures(source, limits, threads, clock),
        maker=_timed_maker(clock),
    )
    begun = time.process_time()
    transcode(
        blobs[0],
        Container[arguments["container"]],
        arguments["duration_ms"],
        tuple(profile_from(values) for values in arguments["profiles"]),
        limits_from(arguments["limits"]),
        manner,
    )
    return clock.seconds | {"whole": time.process_time() - begun}, ()


def _echo(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> tuple[dict[str, Any], Sequence[bytes]]:
    """As many bytes as a segment's renditions have, and the processor time of this process so far."""
    spent = time.process_time()
    pattern = blobs[0] or b"\x00"
    return {"spent": spent}, [(pattern * (size // len(pattern) + 1))[:size] for size in arguments["sizes"]]


JOBS: dict[str, Job] = {"stages": _stages, "echo": _echo}
