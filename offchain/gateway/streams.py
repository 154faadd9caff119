"""The streams that are pushed to a gateway: begun by their first segment, ended when none came for a while."""

from __future__ import annotations

import asyncio
import time

import structlog

from offchain.errors import RequestError
from offchain.gateway.live import LiveWindow
from offchain.gateway.node import Gateway, Stream
from offchain.gateway.outcome import SegmentJob, SegmentOutcome
from offchain.types import RenditionProfile

__all__ = ["LiveStream", "StreamTable"]

log = structlog.get_logger()

CONFLICT, UNAVAILABLE = 409, 503
QUEUE_FACTOR = 2
"""Segments of a stream that may wait, for each that may be under way."""
SWEEP_S = 1.0


class LiveStream:
    """One stream: where its segments go, and what can be played of it."""

    def __init__(self, name: str, stream: Stream, window: LiveWindow, in_flight: int) -> None:
        self.name, self.window = name, window
        self._stream, self._in_flight = stream, in_flight
        self._room = asyncio.Semaphore(in_flight)
        self._touched = time.monotonic()

    async def push(self, job: SegmentJob) -> SegmentOutcome:
        """Gets a segment transcoded and lists it.

        Raises:
            RequestError: 409 if it is under way already, 503 if too many are.
            OffchainError: as `Dispatcher.send`.
        """
        if self.window.busy >= self._in_flight * (1 + QUEUE_FACTOR):
            raise RequestError(UNAVAILABLE, "too many segments of this stream at once, try again later")
        if not self.window.begin(job.seq):
            raise RequestError(CONFLICT, f"segment {job.seq} is under way already")
        outcome = None
        try:
            async with self._room:
                outcome = await self._stream.send(job)
            return outcome
        finally:
            self.window.end(job.seq, outcome)
            self._touched = time.monotonic()

    def idle_s(self) -> float:
        """Seconds since the last segment ended; 0 while one is under way."""
        return 0.0 if self.window.busy else time.monotonic() - self._touched

    async def close(self) -> None:
        """Ends its sessions at the orchestrators."""
        await self._stream.close()


class StreamTable:
    """Live streams by name."""

    def __init__(self, gateway: Gateway, ladder: tuple[RenditionProfile, ...]) -> None:
        self._gateway, self.ladder = gateway, ladder
        self._streams: dict[str, LiveStream] = {}

    def get(self, name: str) -> LiveStream | None:
        """A stream that is going on, or was until lately."""
        return self._streams.get(name)

    def open(self, name: str) -> LiveStream:
        """The stream of that name, begun if need be.

        Raises:
            RequestError: 503, there are too many.
        """
        known = self._streams.get(name)
        if known is not None:
            return known
        settings = self._gateway.settings
        if len(self._streams) >= settings.max_streams:
            raise RequestError(UNAVAILABLE, f"{settings.max_streams} streams are going on, no more are taken")
        window = LiveWindow(self.ladder, settings.playlist_window)
        made = LiveStream(name, self._gateway.open_stream(self.ladder), window, settings.in_flight)
        self._streams[name] = made
        log.info("stream begun", stream=name)
        return made

    async def sweep(self) -> None:
        """Ends idle streams, again and again, until cancelled."""
        while True:
            await asyncio.sleep(SWEEP_S)
            limit = self._gateway.settings.stream_idle_s
            idle = [stream for stream in self._streams.values() if stream.idle_s() > limit]
            for stream in idle:
                del self._streams[stream.name]
                log.info("stream ended", stream=stream.name)
            await asyncio.gather(*(stream.close() for stream in idle))

    async def close(self) -> None:
        """Ends all streams."""
        streams, self._streams = list(self._streams.values()), {}
        await asyncio.gather(*(stream.close() for stream in streams))
