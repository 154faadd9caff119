"""Settings of the worker, for every command that runs one."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from offchain.media.child_process import ChildLimits
from offchain.settings import Settings
from offchain.workers.cpu import CpuWorker
from offchain.workers.protocol import Mode

__all__ = ["WorkerSettings", "open_worker"]


class WorkerSettings(Settings):
    """What an operator can set; frozen, every value in its range."""

    worker_processes: int = Field(
        0, ge=0, le=1024, description="Segments transcoded at the same time; 0 takes one for each processor."
    )
    worker_memory_mib: int = Field(
        2048, ge=512, le=65536, description="Address space of each worker process in MiB; beyond it a segment fails."
    )
    worker_mode: Literal["verifiable", "live"] = Field(
        "verifiable",
        description="verifiable: the same bytes on every machine; live: threads and no delay, compared by likeness.",
    )
    worker_jobs: int = Field(200, ge=1, le=100_000, description="Segments after which a worker process is replaced.")


def open_worker(settings: WorkerSettings) -> CpuWorker:
    """The worker that the settings describe; its processes start when they are needed."""
    limits = ChildLimits(memory_bytes=settings.worker_memory_mib << 20, jobs=settings.worker_jobs)
    return CpuWorker(settings.worker_processes or None, mode=Mode(settings.worker_mode), child_limits=limits)
