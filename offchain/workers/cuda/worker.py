"""The worker on a CUDA device: child processes that hold it, and the processor for what they die of."""

from __future__ import annotations

import os
import time
from dataclasses import replace

import structlog

from offchain.errors import WorkerCrashedError, WorkerTimeoutError
from offchain.media.limits import SegmentLimits
from offchain.media.sandbox import ChildLimits
from offchain.workers.cpu import CpuWorker
from offchain.workers.devices import DeviceReport
from offchain.workers.protocol import Mode, TranscodeJob, TranscodeResult

__all__ = ["CudaWorker"]

log = structlog.get_logger()

_CHILD_BYTES = 768 << 20
"""Device memory that a child takes with its context, decoder and pictures."""
_MOST_CRASHES, _REST_S = 3, 60.0


class CudaWorker:
    """Transcodes on a device; a `Worker` (offchain/workers/protocol.py).

    What a device refuses its child makes on the processor; a segment that a child dies of is made once more by one that
    holds no device. After a few deaths in a row the device rests for a while.
    """

    def __init__(
        self,
        report: DeviceReport,
        processes: int | None = None,
        *,
        mode: Mode = Mode.VERIFIABLE,
        limits: SegmentLimits | None = None,
        child_limits: ChildLimits | None = None,
        jobs: str = "offchain.workers.cuda.jobs",
    ) -> None:
        """Children start when they are needed.

        Args:
            report: of the device, as it was tried out.
            processes: segments at the same time; None takes one for each processor. No more than the device has
                memory for.
            mode: how renditions are encoded.
            limits: what a segment may be.
            child_limits: what a child process may take.
            jobs: module that holds the jobs of the children.
        """
        wanted = processes or os.cpu_count() or 1
        count = max(min(wanted, report.memory_bytes // _CHILD_BYTES), 1)
        usual = child_limits or ChildLimits()
        own = replace(usual, environment=report.environment or {})
        self._report = report
        self._device = CpuWorker(count, mode=mode, limits=limits, child_limits=own, jobs=jobs)
        self._processor = CpuWorker(count, mode=mode, limits=limits, child_limits=usual)
        self._crashes, self._rests_until = 0, 0.0

    @property
    def name(self) -> str:
        """Such as `cuda:0`."""
        return self._report.device

    @property
    def capacity(self) -> int:
        """Jobs that run at the same time; further ones wait in order."""
        return self._device.capacity

    @property
    def load(self) -> int:
        """Jobs running and waiting."""
        return self._device.load + self._processor.load

    @property
    def pids(self) -> tuple[int, ...]:
        """Process ids of the children."""
        return (*self._device.pids, *self._processor.pids)

    @property
    def pids_on_device(self) -> tuple[int, ...]:
        """Process ids of the children that hold the device."""
        return self._device.pids

    def capabilities(self) -> frozenset[str]:
        """What it can do, in the network's words: as much as the processor, which stands behind it."""
        return self._processor.capabilities()

    async def transcode(self, job: TranscodeJob) -> TranscodeResult:
        """Makes all renditions of a segment, or none; `fallback` of the result says why the device did not.

        Raises:
            MediaError: the segment or a profile cannot be worked on; trying again will not help.
            WorkerTimeoutError: the deadline is over.
            WorkerCrashedError: two children died of it.
            WorkerError: the worker is closed, or failed for another reason.
        """
        begun = time.monotonic()
        if begun < self._rests_until:
            return await self._on_processor(job, f"{self.name} rests after {_MOST_CRASHES} crashes in a row")
        try:
            result = await self._device.transcode(job)
        except WorkerCrashedError as error:
            self._count_crash(str(error))
            if job.deadline_s is not None:
                left = job.deadline_s - (time.monotonic() - begun)
                if left <= 0:
                    raise WorkerTimeoutError(f"no time is left after {error}") from error
                job = replace(job, deadline_s=left)
            return await self._on_processor(job, f"{self.name}: {error}")
        self._crashes = 0
        return result

    async def end_session(self, session_id: str) -> None:
        """Nothing is kept for a session here."""

    async def close(self) -> None:
        """Ends the children, busy ones too."""
        await self._device.close()
        await self._processor.close()

    async def _on_processor(self, job: TranscodeJob, reason: str) -> TranscodeResult:
        return replace(await self._processor.transcode(job), fallback=reason)

    def _count_crash(self, reason: str) -> None:
        self._crashes += 1
        log.warning("a process that holds a device died", device=self.name, reason=reason, in_a_row=self._crashes)
        if self._crashes >= _MOST_CRASHES:
            self._crashes, self._rests_until = 0, time.monotonic() + _REST_S
