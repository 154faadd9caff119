"""A whole file through the market: cut, sent segment by segment, verified, written as HLS, resumable."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from offchain.errors import OffchainError, SettingsError
from offchain.gateway.journal import Journal
from offchain.gateway.node import Gateway, Stream
from offchain.gateway.opening import open_gateway
from offchain.gateway.outcome import SegmentJob, SegmentOutcome, VerifiedRendition
from offchain.gateway.settings import GatewaySettings
from offchain.gateway.summary import RunSummary
from offchain.gateway.verify import Remake
from offchain.media.hls import HlsWriter, SegmentEntry
from offchain.media.profiles import parse_ladder
from offchain.media.segmenter import SourceSegment, cut_file, file_duration_ms
from offchain.settings import ChainSettings
from offchain.types import RenditionProfile

__all__ = ["Progress", "run_file", "transcode_file"]

SUMMARY_FILE = "summary.json"
MANIFEST_BYTES = 8


@dataclass(frozen=True, slots=True)
class Progress:
    """Told after each segment.

    Attributes:
        seq: the segment that was finished; they may finish out of order.
        outcome: how; None for one taken over from an earlier run.
        summary: the sums so far; they go on changing.
        total_ms: duration of the file, if its container tells.
    """

    seq: int
    outcome: SegmentOutcome | None
    summary: RunSummary
    total_ms: int | None


Listener = Callable[[Progress], None]


async def run_file(
    settings: GatewaySettings,
    chain: ChainSettings,
    path: Path,
    output: Path,
    on_progress: Listener = lambda _: None,
    remake: Remake | None = None,
) -> RunSummary:
    """Opens a gateway on its chain and sends a file through it; errors as `open_gateway` and `transcode_file`."""
    async with open_gateway(settings, chain, remake) as gateway:
        return await transcode_file(gateway, path, output, on_progress)


async def transcode_file(
    gateway: Gateway, path: Path, output: Path, on_progress: Listener = lambda _: None
) -> RunSummary:
    """Gets a file transcoded into the gateway's ladder.

    Segments that an earlier run into the same directory has finished are taken over. When a segment fails, those
    under way are still finished and kept before the error is raised.

    Args:
        gateway: pays; its settings say ladder, length of segments, and how many are under way at a time.
        path: the file.
        output: directory for renditions, playlists, `segments.jsonl` and `summary.json`.
        on_progress: called after each segment.

    Raises:
        MediaError: file or ladder cannot be worked on.
        GatewayError, ChainError, WorkerError: as `Dispatcher.send`.
        SettingsError: the directory cannot be used.
    """
    settings = gateway.settings
    ladder = parse_ladder(settings.ladder)
    total_ms = await asyncio.to_thread(file_duration_ms, path)
    writer, journal = HlsWriter(output), Journal(output, ladder)
    summary = RunSummary.of(ladder)

    def told(seq: int, outcome: SegmentOutcome | None) -> None:
        on_progress(Progress(seq, outcome, summary, total_ms))

    stream = gateway.open_stream(ladder)
    run = _Run(stream, ladder, writer, journal, summary, told)
    begun = time.monotonic()
    try:
        await run.all(path, settings)
    finally:
        await stream.close()
        summary.seconds = time.monotonic() - begun
        summary.credit_lost = gateway.payer.credit.lost
        summary.orchestrators = gateway.tally.orchestrators
    summary.master = writer.finish()
    _write_summary(output / SUMMARY_FILE, summary)
    return summary


class _Run:
    """What the tasks of one file share."""

    def __init__(
        self,
        stream: Stream,
        ladder: tuple[RenditionProfile, ...],
        writer: HlsWriter,
        journal: Journal,
        summary: RunSummary,
        told: Callable[[int, SegmentOutcome | None], None],
    ) -> None:
        self._stream, self._ladder, self._told = stream, ladder, told
        self._writer, self._journal = writer, journal
        self._manifest_id = secrets.token_hex(MANIFEST_BYTES)
        self._writing = asyncio.Lock()
        self._error: OffchainError | None = None
        self.summary = summary

    async def all(self, path: Path, settings: GatewaySettings) -> None:
        """Cuts the file and sends its segments; raises the first error when all that began has ended."""
        room = asyncio.Semaphore(settings.in_flight)
        segments = cut_file(path, settings.segment_ms, max_bytes=settings.max_segment_bytes)
        tasks: set[asyncio.Task[None]] = set()
        try:
            while (segment := await self._next(segments, room)) is not None:
                task = asyncio.create_task(self._one(segment, room))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
            await asyncio.gather(*tasks)
        except BaseException:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            raise
        if self._error is not None:
            raise self._error

    async def _next(self, segments: Iterator[SourceSegment], room: asyncio.Semaphore) -> SourceSegment | None:
        """The next segment, once there is room for it; None at the end of the file or after an error."""
        await room.acquire()
        if self._error is not None:
            return None
        try:
            # Cutting reads a file; the loop must go on meanwhile.
            return await asyncio.to_thread(next, segments, None)
        except OffchainError as error:
            self._error = error
            return None

    async def _one(self, segment: SourceSegment, room: asyncio.Semaphore) -> None:
        try:
            await self._finish(segment)
        except OffchainError as error:
            self._error = self._error or error
        finally:
            room.release()

    async def _finish(self, segment: SourceSegment) -> None:
        outcome = None
        renditions = await asyncio.to_thread(self._journal.renditions, segment.seq, segment.data)
        if renditions is None:
            outcome = await self._stream.send(self._job(segment))
            renditions = outcome.renditions
        async with self._writing:
            await asyncio.to_thread(self._write, segment, renditions, outcome)
        self.summary.add(segment.duration_ms, renditions, outcome)
        self._told(segment.seq, outcome)

    def _job(self, segment: SourceSegment) -> SegmentJob:
        return SegmentJob(
            self._manifest_id, segment.seq, segment.data, segment.container, segment.duration_ms, self._ladder
        )

    def _write(
        self, segment: SourceSegment, renditions: Sequence[VerifiedRendition], outcome: SegmentOutcome | None
    ) -> None:
        files = []
        for r in renditions:
            shape = (r.width, r.height, r.fps, r.codecs)
            entry = SegmentEntry(segment.seq, r.profile.container, r.duration_ms, *shape, segment.discontinuity)
            files.append(self._writer.add(r.profile.name, entry, r.data))
        if outcome is not None:
            self._journal.add(segment.seq, segment.data, renditions, files, outcome.orchestrator)


def _write_summary(path: Path, summary: RunSummary) -> None:
    try:
        path.write_text(json.dumps(summary.as_json(), indent=2) + "\n", "utf-8")
    except OSError as error:
        raise SettingsError(f"cannot write {path}: {error.strerror}") from error
