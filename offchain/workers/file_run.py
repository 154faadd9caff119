"""A whole file through a worker: cut, transcoded segment by segment, written as HLS."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from offchain.errors import MediaError
from offchain.media.hls import HlsWriter, SegmentEntry
from offchain.media.inspector import Inspector
from offchain.media.segmenter import SourceSegment, cut_file
from offchain.types import RenditionProfile
from offchain.workers.protocol import TranscodeJob, TranscodeResult, Worker

__all__ = ["FileSummary", "SegmentFaultError", "VariantSummary", "transcode_file"]


class SegmentFaultError(MediaError):
    """A segment of a file cannot be worked on; says which, where and why."""

    def __init__(self, segment: SourceSegment, cause: MediaError) -> None:
        super().__init__(f"segment {segment.seq}, at {segment.start_ms / 1000:.3f} s: {cause}")
        self.seq, self.cause = segment.seq, cause


@dataclass(slots=True)
class VariantSummary:
    """What was made of one profile, over all segments; bytes and pixels are sums."""

    name: str
    width: int = 0
    height: int = 0
    frames: int = 0
    pixels: int = 0
    size: int = 0
    duration_ms: int = 0


@dataclass(slots=True)
class FileSummary:
    """What became of a file.

    Attributes:
        variants: one for each profile, in the order of the ladder.
        segments: so many were cut.
        source_ms: duration of the source.
        decoded_frames: over all segments.
        decoded_pixels: over all segments.
        dropped_frames: source frames that nothing could decode.
        seconds: wall time from the first cut to the last file.
        worker_seconds: wall time of the work itself, summed over segments that may have run beside each other.
        cpu_seconds: processor time of the work.
        devices: how many segments each device has made.
        fallbacks: why segments were not made by the device that was asked for, and how many.
        master: the master playlist.
    """

    variants: list[VariantSummary]
    segments: int = 0
    source_ms: int = 0
    decoded_frames: int = 0
    decoded_pixels: int = 0
    dropped_frames: int = 0
    seconds: float = 0.0
    worker_seconds: float = 0.0
    cpu_seconds: float = 0.0
    devices: dict[str, int] = field(default_factory=dict)
    fallbacks: dict[str, int] = field(default_factory=dict)
    master: Path = field(default_factory=Path)

    @property
    def times_real(self) -> float:
        """Seconds of video for each second of wall time."""
        return self.source_ms / 1000 / self.seconds if self.seconds else 0.0


async def transcode_file(
    path: Path,
    worker: Worker,
    ladder: tuple[RenditionProfile, ...],
    writer: HlsWriter,
    *,
    target_ms: int = 2000,
    inspector: Inspector | None = None,
    on_segment: Callable[[FileSummary], None] = lambda _: None,
) -> FileSummary:
    """Cuts a file, has each segment transcoded, writes what comes back.

    As many segments are in memory as the worker takes at a time, and one that waits.

    Args:
        path: the file.
        worker: does the work; stays open.
        ladder: what to make.
        writer: takes the renditions.
        target_ms: duration of segments, as for `cut_file`.
        inspector: when given, the source is written as a variant too, described by it.
        on_segment: called with the sums so far after each segment.

    Raises:
        SegmentFaultError: a segment cannot be worked on.
        MediaError: the file cannot be cut.
        WorkerError: the worker failed.
        SettingsError: the directory cannot be written to.
    """
    run = _Run(worker, ladder, writer, inspector, on_segment)
    begun = time.monotonic()
    segments = cut_file(path, target_ms)
    async with asyncio.TaskGroup() as group:
        while (segment := await asyncio.to_thread(next, segments, None)) is not None:
            await run.room.acquire()
            group.create_task(run.one(segment))
    run.summary.master = writer.finish()
    run.summary.seconds = time.monotonic() - begun
    return run.summary


class _Run:
    """What the tasks of one file share."""

    def __init__(
        self,
        worker: Worker,
        ladder: tuple[RenditionProfile, ...],
        writer: HlsWriter,
        inspector: Inspector | None,
        on_segment: Callable[[FileSummary], None],
    ) -> None:
        self._worker, self._ladder, self._writer = worker, ladder, writer
        self._inspector, self._on_segment = inspector, on_segment
        self._begun = time.monotonic()
        self._writing = asyncio.Lock()
        self.room = asyncio.Semaphore(worker.capacity)
        self.summary = FileSummary([VariantSummary(profile.name) for profile in ladder])

    async def one(self, segment: SourceSegment) -> None:
        try:
            job = TranscodeJob(segment.data, segment.container, segment.duration_ms, self._ladder)
            result = await self._worker.transcode(job)
            async with self._writing:  # a writer takes one segment at a time
                await self._write_source(segment)
                await asyncio.to_thread(self._write, segment, result)
        except MediaError as error:
            raise SegmentFaultError(segment, error) from error
        finally:
            self.room.release()
        self._add(segment, result)
        self._on_segment(self.summary)

    async def _write_source(self, segment: SourceSegment) -> None:
        if self._inspector is None:
            return
        info = await self._inspector.probe(segment.data, segment.container)
        shape = (info.width, info.height, info.fps, info.codecs)
        entry = SegmentEntry(segment.seq, segment.container, segment.duration_ms, *shape, segment.discontinuity)
        self._writer.add("source", entry, segment.data)

    def _write(self, segment: SourceSegment, result: TranscodeResult) -> None:
        for rendition in result.renditions:
            profile = rendition.profile
            shape = (rendition.width, rendition.height, Fraction(rendition.fps), rendition.codecs)
            entry = SegmentEntry(segment.seq, profile.container, rendition.duration_ms, *shape, segment.discontinuity)
            self._writer.add(profile.name, entry, rendition.data)

    def _add(self, segment: SourceSegment, result: TranscodeResult) -> None:
        total = self.summary
        total.segments += 1
        total.source_ms += segment.duration_ms
        total.dropped_frames += segment.dropped_frames
        total.decoded_frames += result.decoded_frames
        total.decoded_pixels += result.decoded_pixels
        total.worker_seconds += result.seconds
        total.cpu_seconds += result.cpu_seconds
        total.devices[result.device] = total.devices.get(result.device, 0) + 1
        if result.fallback:
            total.fallbacks[result.fallback] = total.fallbacks.get(result.fallback, 0) + 1
        total.seconds = time.monotonic() - self._begun
        for variant, rendition in zip(total.variants, result.renditions, strict=True):
            variant.width, variant.height = rendition.width, rendition.height
            variant.frames += rendition.frames
            variant.pixels += rendition.pixels
            variant.size += len(rendition.data)
            variant.duration_ms += rendition.duration_ms
