"""Is what came back what was asked for, signed and billed? (facts: offchain 6.5; security T11)

Checked of a result, in order of cost: number and sequence of the renditions; a bill within what the source allows;
the orchestrator's signature over the renditions' hashes; and of each rendition container, size, frames, duration,
sound, and its pixels, counted again by decoding it in a child process. None of this detects pictures of another
stream in the same size and number; of a sample of the segments, therefore, one rendition is made again and compared.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import Protocol as Interface

import structlog

from offchain.errors import (
    CredentialsError,
    MediaError,
    VerificationError,
    WorkerCrashedError,
    WorkerError,
    WorkerTimeoutError,
)
from offchain.gateway import metrics
from offchain.gateway.fees import expected_frames
from offchain.gateway.outcome import SegmentJob, VerifiedRendition
from offchain.media.agreement import Agreement, Verdict
from offchain.media.geometry import rendition_size
from offchain.media.probe import MediaInfo, PixelCount
from offchain.types import Container, RenditionProfile
from offchain.wire import SegmentResult, segment_hash, verify_result

__all__ = ["Inspect", "Remake", "Sampling", "SourceFacts", "Verifier", "rendition_limit"]

log = structlog.get_logger()

MIN_RENDITION_BYTES = 25
"""Shorter ones are the network's "ZeroSegments" (facts: offchain 6.1)."""

SIZE_SLACK = 2
"""Pixels by which a side may differ: other encoders round the adapted side otherwise."""

FRAME_SLACK, FRAME_GRACE = 0.2, 3
"""Share of the frames, and frames, that may lack or be too many: as many of a source's may be damaged."""

OVERSHOOT = 8
"""How much an encoder may exceed the bit rate asked for, over a short segment."""

MUX_BYTES = 1 << 20

SourceFacts = MediaInfo


class Inspect(Interface):
    """Looks into a segment, in a child process."""

    async def probe(self, data: bytes, container: Container) -> MediaInfo:
        """What the segment is; MediaError when it is no good."""

    async def count_pixels(self, data: bytes, container: Container) -> PixelCount:
        """What it decodes to; MediaError when it is no good."""


class Remake(Interface):
    """Makes renditions again, in a child process."""

    async def verify(self, data: bytes, container: Container, profile: RenditionProfile, rendition: bytes) -> Verdict:
        """How far a rendition agrees with ours; MediaError or WorkerError when ours cannot be made."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """Which renditions are made again.

    Attributes:
        remake: makes them.
        share: of the segments, 0 to 1; one rendition of each.
        least: how far it must agree.
    """

    remake: Remake
    share: float
    least: Agreement


class Verifier:
    """Judges results."""

    def __init__(self, inspector: Inspect, *, recount: bool = True, sampling: Sampling | None = None) -> None:
        """Starts nothing.

        Args:
            inspector: looks into segments.
            recount: whether renditions are decoded.
            sampling: which are made again; None makes none.
        """
        self._inspector, self._recount, self._sampling = inspector, recount, sampling
        # Nobody who works for us shall know which segments are looked at.
        self._chance = random.SystemRandom()

    async def inspect(self, job: SegmentJob) -> SourceFacts:
        """What the source is, before anything is paid for it.

        Raises:
            MediaError: it is no segment that an orchestrator could work on.
        """
        return await self._inspector.probe(job.data, job.container)

    def check_bill(self, result: SegmentResult, job: SegmentJob, source: SourceFacts) -> None:
        """What can be told before any rendition is there: how many there are, and what each may cost.

        Raises:
            VerificationError: says which figure is off.
        """
        if result.seq != job.seq:
            raise VerificationError(f"a result for segment {result.seq}, not {job.seq}")
        if len(result.renditions) != len(job.profiles):
            raise VerificationError(f"{len(result.renditions)} renditions, {len(job.profiles)} were asked for")
        for profile, row in zip(job.profiles, result.renditions, strict=True):
            width, height = rendition_size(profile, source.width, source.height)
            most = (width + SIZE_SLACK) * (height + SIZE_SLACK) * _frame_range(profile, source)[1]
            if not 0 < row.pixels <= most:
                raise VerificationError(f"{profile.name}: {row.pixels} pixels billed, at most {most} are possible")

    async def check(
        self, result: SegmentResult, data: list[bytes], job: SegmentJob, source: SourceFacts, signer: str
    ) -> tuple[VerifiedRendition, ...]:
        """The renditions, once everything holds.

        Args:
            result: has passed `check_bill`.
            data: the renditions' bytes, in order.
            job: what was asked for.
            source: what it was asked of.
            signer: address that must have signed.

        Raises:
            VerificationError: says what is wrong with which rendition.
        """
        for profile, rendition in zip(job.profiles, data, strict=True):
            if len(rendition) < MIN_RENDITION_BYTES:
                raise VerificationError(f"{profile.name}: a rendition of {len(rendition)} bytes")
        try:
            verify_result(signer, [segment_hash(rendition) for rendition in data], result.signature)
        except CredentialsError as error:
            raise VerificationError(str(error)) from error
        rows = zip(job.profiles, data, result.renditions, strict=True)
        tasks = [asyncio.ensure_future(self._rendition(profile, raw, row.pixels, source)) for profile, raw, row in rows]
        try:
            renditions = tuple(await asyncio.gather(*tasks))
        finally:
            for task in tasks:
                task.cancel()
        await self._make_again(renditions, job)
        return renditions

    async def _make_again(self, renditions: tuple[VerifiedRendition, ...], job: SegmentJob) -> None:
        """Holds one rendition of a sampled segment against our own; that ours cannot be made is nobody's fault."""
        sampling = self._sampling
        if sampling is None or self._chance.random() >= sampling.share:
            return
        picked = self._chance.choice(renditions)
        try:
            verdict = await sampling.remake.verify(job.data, job.container, picked.profile, picked.data)
        except (MediaError, WorkerError) as error:
            metrics.REMADE.labels(agreement="unknown").inc()
            log.warning("rendition not made again", manifest=job.manifest_id, seq=job.seq, reason=str(error))
            return
        metrics.REMADE.labels(agreement=verdict.agreement.word).inc()
        log.info(
            "rendition made again",
            manifest=job.manifest_id,
            seq=job.seq,
            rendition=picked.profile.name,
            agreement=verdict.agreement.word,
        )
        if verdict.agreement < sampling.least:
            raise VerificationError(
                f"{picked.profile.name}: made again, it agrees in {verdict.agreement.word} where "
                f"{sampling.least.word} is asked for: {verdict.reason}"
            )

    async def _rendition(
        self, profile: RenditionProfile, data: bytes, billed: int, source: SourceFacts
    ) -> VerifiedRendition:
        name = profile.name
        try:
            info = await self._inspector.probe(data, profile.container)
            count = await self._inspector.count_pixels(data, profile.container) if self._recount else None
        except (MediaError, WorkerCrashedError, WorkerTimeoutError) as error:
            raise VerificationError(f"{name}: {error}") from error
        _check_content(profile, info, source)
        if count is not None:
            if count.corrupt:
                raise VerificationError(f"{name}: {count.corrupt} of its frames are damaged")
            if count.pixels != billed:
                raise VerificationError(f"{name}: {billed} pixels billed, {count.pixels} are there")
        return VerifiedRendition(
            profile=profile,
            data=data,
            width=info.width,
            height=info.height,
            frames=count.frames if count is not None else info.frames,
            pixels=billed,
            duration_ms=info.duration_ms,
            fps=info.fps,
            codecs=info.codecs,
        )


def rendition_limit(profile: RenditionProfile, source: SourceFacts, source_bytes: int) -> int:
    """Bytes that a rendition may have: sound as in the source, picture by its bit rate with room to overshoot."""
    return source_bytes + OVERSHOOT * profile.bitrate * source.duration_ms // 8_000 + MUX_BYTES


def _frame_range(profile: RenditionProfile, source: SourceFacts) -> tuple[int, int]:
    """Fewest and most frames that a rendition of the source may have."""
    expected = float(expected_frames(profile, source))
    low, high = expected * (1 - FRAME_SLACK) - FRAME_GRACE, expected * (1 + FRAME_SLACK) + FRAME_GRACE
    return max(1, int(low)), int(high)


def _check_content(profile: RenditionProfile, info: MediaInfo, source: SourceFacts) -> None:
    width, height = rendition_size(profile, source.width, source.height)
    if abs(info.width - width) > SIZE_SLACK or abs(info.height - height) > SIZE_SLACK:
        raise VerificationError(f"{profile.name}: {info.width}x{info.height}, it should be {width}x{height}")
    fewest, most = _frame_range(profile, source)
    if not fewest <= info.frames <= most:
        raise VerificationError(f"{profile.name}: {info.frames} frames, between {fewest} and {most} are possible")
    slack = max(500, int(FRAME_SLACK * source.duration_ms))
    if abs(info.duration_ms - source.duration_ms) > slack:
        raise VerificationError(f"{profile.name}: {info.duration_ms} ms long, the source {source.duration_ms} ms")
    if info.audio_packets < source.audio_packets * (1 - FRAME_SLACK):
        raise VerificationError(f"{profile.name}: {info.audio_packets} of {source.audio_packets} packets of sound")
