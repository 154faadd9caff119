"""The measurement itself: sessions, then stages, then the process boundary, then FFmpeg's command line by turns."""

from __future__ import annotations

import asyncio
import datetime
import hashlib
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import fmean, median

from offchain.errors import NotVideoError
from offchain.media.inspector import Inspector
from offchain.media.jobs import limits_to
from offchain.media.limits import SegmentLimits
from offchain.media.profiles import profile_to
from offchain.media.sandbox import ChildPool
from offchain.media.segmenter import SourceSegment, cut_file
from offchain.types import RenditionProfile
from offchain.workers.bench.clip import make_clip
from offchain.workers.bench.command_line import CommandLine, find_ffmpeg
from offchain.workers.bench.figures import Boundary, Comparison, Figures, Sessions, Timing
from offchain.workers.bench.jobs import STAGES
from offchain.workers.bench.machine import Bystanders, describe
from offchain.workers.protocol import Mode, TranscodeJob, TranscodeResult, Worker
from offchain.workers.settings import WorkerSettings, open_worker

__all__ = ["BenchOptions", "measure"]

_JOBS = "offchain.workers.bench.jobs"
_PATIENCE_S = 600.0
_ECHOES = 12


@dataclass(frozen=True, slots=True)
class BenchOptions:
    """What is measured.

    Attributes:
        file: source; None makes a clip.
        ladder: what to make of it.
        sessions: numbers of sessions, one after the other.
        segments: of the source; each session sends all of them.
        segment_ms: least duration of a segment.
        rounds: how often each segment is made for the comparison and the stages; 0 leaves both out.
        worker: device, mode, processes.
    """

    file: Path | None
    ladder: tuple[RenditionProfile, ...]
    sessions: tuple[int, ...]
    segments: int
    segment_ms: int
    rounds: int
    worker: WorkerSettings


async def measure(options: BenchOptions, tell: Callable[[str], None] = lambda _: None) -> Figures:
    """Measures; takes about (sum of sessions + 4 * rounds) * segments times what a segment takes.

    Args:
        options: what.
        tell: takes a sentence on what is going on.

    Raises:
        MediaError: the source cannot be worked on.
        WorkerError: the worker failed, or FFmpeg's command did.
    """
    with tempfile.TemporaryDirectory(prefix="offchain-bench-") as name:
        folder = Path(name)
        source = options.file or folder / "made.ts"
        if options.file is None:
            tell("making a clip")
            await asyncio.to_thread(
                make_clip, source, -(-options.segments * options.segment_ms // 1000), options.segment_ms
            )
        segments = await asyncio.to_thread(lambda: list(islice(cut_file(source, options.segment_ms), options.segments)))
        if not segments:
            raise NotVideoError(f"{source} has no segment")
        figures = await _figures(options, segments)
        worker = await asyncio.to_thread(open_worker, options.worker, tell)
        try:
            run = _Run(options, segments, worker, figures, tell, folder)
            await run.all()
        finally:
            await worker.close()
    return figures


async def _figures(options: BenchOptions, segments: Sequence[SourceSegment]) -> Figures:
    inspector = Inspector()
    try:
        info = await inspector.probe(segments[0].data, segments[0].container)
    finally:
        await inspector.close()
    source = {
        "name": options.file.name if options.file else "made: testsrc2 with grain",
        "width": info.width,
        "height": info.height,
        "fps": str(info.fps),
        "codecs": info.codecs,
        "segments": len(segments),
        "segment_ms": round(fmean(segment.duration_ms for segment in segments)),
        "segment_bytes": round(fmean(len(segment.data) for segment in segments)),
    }
    ladder = [f"{p.name} {p.width}x{p.height} {p.bitrate // 1000}k" for p in options.ladder]
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    return Figures(describe(), today, source, ladder, options.worker.worker_mode)


class _Run:
    """What the parts of one measurement share."""

    def __init__(
        self,
        options: BenchOptions,
        segments: Sequence[SourceSegment],
        worker: Worker,
        figures: Figures,
        tell: Callable[[str], None],
        folder: Path,
    ) -> None:
        self._options, self._segments, self._worker = options, segments, worker
        self._figures, self._tell, self._folder = figures, tell, folder

    async def all(self) -> None:
        self._tell("warming up")
        first, *_ = await asyncio.gather(*(self._one(self._segments[0]) for _ in range(self._worker.capacity)))
        self._figures.device, self._figures.fallback = first.device, first.fallback
        for sessions in self._options.sessions:
            self._tell(f"{sessions} sessions")
            self._figures.sessions.append(await self._beside(sessions))
        if not self._options.rounds:
            return
        self._tell("the process boundary")
        boundary = await self._boundary(first)
        if first.device == "cpu":
            self._tell("the stages")
            self._figures.stages = await self._stages()
        ours = [await self._timed(segment, boundary) for segment in self._segments]
        self._figures.boundary = _shares(boundary, _timing(ours))
        if (binary := find_ffmpeg()) is None:
            self._tell("there is no FFmpeg to compare with")
            return
        self._tell("FFmpeg's command line, by turns")
        self._figures.comparison = await self._compare(binary, first, boundary)

    async def _one(self, segment: SourceSegment) -> TranscodeResult:
        job = TranscodeJob(segment.data, segment.container, 0, self._options.ladder, deadline_s=_PATIENCE_S)
        return await self._worker.transcode(job)

    async def _beside(self, sessions: int) -> Sessions:
        video_s = sum(segment.duration_ms for segment in self._segments) / 1000
        results: list[TranscodeResult] = []

        async def session() -> float:
            begun = time.monotonic()
            for segment in self._segments:
                results.append(await self._one(segment))
            return (time.monotonic() - begun) / video_s

        bystanders = Bystanders()
        ratios = await asyncio.gather(*(session() for _ in range(sessions)))
        spent = sum(result.cpu_seconds for result in results)
        others = bystanders.mean(spent)
        return Sessions(sessions, fmean(ratios), max(ratios), spent / len(results), len(results), others)

    async def _boundary(self, made: TranscodeResult) -> Boundary:
        """Bytes of a segment to a child and bytes of renditions back, with no work between."""
        pool = ChildPool(_JOBS, 1)
        sizes = [len(rendition.data) for rendition in made.renditions]
        try:
            walls, spent = [], []
            begun = 0.0
            for number in range(_ECHOES):
                begun = time.process_time() if number == 1 else begun
                reply = await pool.run("echo", {"sizes": sizes}, (self._segments[0].data,), _PATIENCE_S)
                walls.append(reply.wall_seconds)
                spent.append(float(reply.values["spent"]))
            ours = (time.process_time() - begun) / (_ECHOES - 1)
        finally:
            await pool.close()
        theirs = (spent[-1] - spent[0]) / (_ECHOES - 1)
        begun = time.thread_time()
        for rendition in made.renditions:
            hashlib.sha256(rendition.data).digest()
        return Boundary(median(walls), ours + theirs, time.thread_time() - begun, 0.0, 0.0)

    async def _stages(self) -> dict[str, float]:
        pool = ChildPool(_JOBS, 1)
        arguments = {
            "duration_ms": 0,
            "profiles": [profile_to(profile) for profile in self._options.ladder],
            "limits": limits_to(SegmentLimits()),
            "mode": Mode(self._options.worker.worker_mode).value,
        }
        found: list[dict[str, float]] = []
        try:
            for round_ in range(self._options.rounds + 1):
                for segment in self._segments:
                    head = arguments | {"container": segment.container.name}
                    reply = await pool.run("stages", head, (segment.data,), _PATIENCE_S)
                    if round_:  # the first is for warming up
                        found.append(reply.values)
        finally:
            await pool.close()
        stages = {name: median(values[name] for values in found) for name in (*STAGES, "whole")}
        whole = stages.pop("whole")
        return stages | {"other": max(whole - sum(stages.values()), 0.0)}

    async def _timed(self, segment: SourceSegment, boundary: Boundary) -> tuple[float, float]:
        begun = time.monotonic()
        result = await self._one(segment)
        return time.monotonic() - begun, result.cpu_seconds + boundary.cpu + boundary.hashing

    async def _compare(self, binary: Path, made: TranscodeResult, boundary: Boundary) -> Comparison:
        sizes = [(rendition.width, rendition.height) for rendition in made.renditions]
        mode = Mode(self._options.worker.worker_mode)
        lines = [CommandLine(binary, self._options.ladder, sizes, mode, own) for own in (False, True)]
        found: tuple[list[tuple[float, float]], ...] = ([], [], [])
        bystanders = Bystanders()
        for _ in range(self._options.rounds):
            for segment in self._segments:
                path = self._folder / "segment.ts"
                await asyncio.to_thread(path.write_bytes, segment.data)
                found[0].append(await self._timed(segment, boundary))
                for timings, line in zip(found[1:], lines, strict=True):
                    timings.append(await asyncio.to_thread(line.run, path, self._folder))
        others = bystanders.mean(sum(cpu for timings in found for _, cpu in timings))
        ours, same, own = map(_timing, found)
        version = await asyncio.to_thread(lambda: lines[0].version)
        return Comparison(
            ours=ours,
            same=same,
            own=own,
            version=version,
            cpu_ratio=ours.cpu / same.cpu,
            wall_ratio=ours.wall / same.wall,
            others=others,
            runs=len(found[0]),
        )


def _timing(found: Sequence[tuple[float, float]]) -> Timing:
    walls, cpus = zip(*found, strict=True)
    return Timing(median(walls), median(cpus), min(walls), min(cpus))


def _shares(boundary: Boundary, ours: Timing) -> Boundary:
    hashing = boundary.hashing
    return Boundary(
        wall=boundary.wall,
        cpu=boundary.cpu,
        hashing=hashing,
        share_wall=(boundary.wall + hashing) / ours.wall,
        share_cpu=(boundary.cpu + hashing) / ours.cpu,
    )
