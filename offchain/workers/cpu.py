"""The worker on processors: PyAV and x264 in child processes, one segment to a process at a time."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from offchain.errors import WorkerCrashedError
from offchain.media.jobs import limits_to
from offchain.media.limits import SegmentLimits
from offchain.media.profiles import check_ladder, profile_to
from offchain.media.sandbox import ChildLimits, ChildPool, Reply
from offchain.types import RenditionProfile
from offchain.workers.protocol import Mode, Rendition, TranscodeJob, TranscodeResult

__all__ = ["CAPABILITIES", "CpuWorker"]

CAPABILITIES = frozenset(
    {
        "H264",
        "MPEGTS",
        "MP4",
        "FractionalFramerates",
        "ProfileH264Baseline",
        "ProfileH264Main",
        "ProfileH264High",
        "ProfileH264ConstrainedHigh",
        "GOP",
        "HEVCDecode",
        "VP9Decode",
        "H264Decode4448bit",
        "H264Decode4228bit",
        "H264Decode44410bit",
        "H264Decode42210bit",
        "H264Decode42010bit",
    }
)
"""In the network's words (facts: offchain 4.1); what sessions, storage and tokens add is the orchestrator's."""

_MIN_DEADLINE_S = 8.0
_DEADLINE_FACTOR = 4
_MAX_TEXT = 500


class CpuWorker:
    """Transcodes in child processes; a `Worker` (offchain/workers/protocol.py).

    Without state between segments: sessions are nothing but names here.
    """

    def __init__(
        self,
        processes: int | None = None,
        *,
        mode: Mode = Mode.VERIFIABLE,
        limits: SegmentLimits | None = None,
        child_limits: ChildLimits | None = None,
        jobs: str = "offchain.workers.jobs",
        fallback: str = "",
    ) -> None:
        """Children start when they are needed.

        Args:
            processes: segments at the same time; None takes one for each processor.
            mode: how renditions are encoded.
            limits: what a segment may be.
            child_limits: what a child process may take.
            jobs: module that holds the jobs of the children.
            fallback: why no other device works in its place; results carry it.
        """
        self._mode, self._limits, self._fallback = mode, limits or SegmentLimits(), fallback
        self._pool = ChildPool(jobs, processes or os.cpu_count() or 1, child_limits)

    @property
    def name(self) -> str:
        """`cpu`."""
        return "cpu"

    @property
    def capacity(self) -> int:
        """Jobs that run at the same time; further ones wait in order."""
        return self._pool.size

    @property
    def load(self) -> int:
        """Jobs running and waiting."""
        return self._pool.load

    @property
    def pids(self) -> tuple[int, ...]:
        """Process ids of the children, for operators and for tests that kill them."""
        return self._pool.pids

    def capabilities(self) -> frozenset[str]:
        """What it can do, in the network's words."""
        return CAPABILITIES

    async def transcode(self, job: TranscodeJob) -> TranscodeResult:
        """Makes all renditions of a segment, or none.

        Raises:
            MediaError: the segment or a profile cannot be worked on; trying again will not help.
            WorkerTimeoutError: the deadline is over: by default 4 times the declared duration, at least 8 s.
            WorkerCrashedError: the child died; the next job gets a fresh one.
            WorkerError: the worker is closed, or failed for another reason.
        """
        ladder = check_ladder(job.profiles)
        arguments = {
            "container": job.container.name,
            "duration_ms": job.duration_ms,
            "profiles": [profile_to(profile) for profile in ladder],
            "limits": limits_to(self._limits),
            "mode": self._mode.value,
            "perceptual_hashes": job.perceptual_hashes,
        }
        deadline = job.deadline_s or max(_MIN_DEADLINE_S, _DEADLINE_FACTOR * job.duration_ms / 1000)
        reply = await self._pool.run("transcode", arguments, (job.data,), deadline)
        # In a thread: renditions are hashed.
        result = await asyncio.to_thread(_result, ladder, self._mode, reply)
        return replace(result, fallback=result.fallback or self._fallback)

    async def end_session(self, session_id: str) -> None:
        """Nothing is kept for a session here."""

    async def close(self) -> None:
        """Ends the children, busy ones too."""
        await self._pool.close()


def _result(ladder: tuple[RenditionProfile, ...], mode: Mode, reply: Reply) -> TranscodeResult:
    """The child's reply as a result, if it has the form of one: the child is not trusted."""
    values, blobs = reply.values, reply.blobs
    try:
        entries = values["renditions"]
        if not len(entries) == len(blobs) == len(ladder):
            raise ValueError("another number of renditions than profiles")
        return TranscodeResult(
            renditions=tuple(_rendition(*parts) for parts in zip(ladder, entries, blobs, strict=True)),
            decoded_frames=int(values["decoded_frames"]),
            decoded_pixels=int(values["decoded_pixels"]),
            corrupt_frames=int(values["corrupt_frames"]),
            seconds=reply.wall_seconds,
            cpu_seconds=reply.cpu_seconds,
            device=str(values["device"])[:_MAX_TEXT],
            fallback=str(values["fallback"])[:_MAX_TEXT],
            mode=mode,
        )
    except (ArithmeticError, KeyError, TypeError, ValueError) as error:
        raise WorkerCrashedError(f"worker process sent values of another form: {error}") from error


def _rendition(profile: RenditionProfile, entry: Mapping[str, Any], data: bytes) -> Rendition:
    hashed = entry["perceptual_hash"]
    width, height, frames = int(entry["width"]), int(entry["height"]), int(entry["frames"])
    return Rendition(
        profile=profile,
        data=data,
        width=width,
        height=height,
        frames=frames,
        pixels=frames * width * height,
        duration_ms=int(entry["duration_ms"]),
        codecs=str(entry["codecs"]),
        fps=Fraction(str(entry["fps"])),
        perceptual_hash=None if hashed is None else bytes.fromhex(str(hashed)),
    )
