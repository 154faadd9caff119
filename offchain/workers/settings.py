"""Settings of the worker, for every command that runs one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from pydantic import Field

from offchain.media.child_process import ChildLimits
from offchain.settings import Settings
from offchain.workers.cpu import CpuWorker
from offchain.workers.cuda.worker import CudaWorker
from offchain.workers.devices import DEVICE_PATTERN, find_device
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
    worker_device: str = Field(
        "auto",
        pattern=DEVICE_PATTERN,
        description="What decodes and scales: cpu, cuda:N, or auto for the first CUDA device that works, else cpu.",
    )
    worker_device_files: bool = Field(
        False,
        description="Lets processes that hold a CUDA device open files all the time, where its driver cannot without.",
    )
    worker_jobs: int = Field(200, ge=1, le=100_000, description="Segments after which a worker process is replaced.")


def open_worker(settings: WorkerSettings, tell: Callable[[str], None] = lambda _: None) -> CpuWorker | CudaWorker:
    """The worker that the settings describe; its processes start when they are needed.

    A device is tried out first, in a process of its own. Where the one that was named does not work the processor does,
    and every result says why.

    Args:
        settings: what the operator has set.
        tell: takes a sentence on what the work will be done, and why.
    """
    limits = ChildLimits(memory_bytes=settings.worker_memory_mib << 20, jobs=settings.worker_jobs)
    processes, mode = settings.worker_processes or None, Mode(settings.worker_mode)
    report = find_device(settings.worker_device, files=settings.worker_device_files)
    if report is None:
        return CpuWorker(processes, mode=mode, child_limits=limits)
    tell(str(report))
    if report.usable:
        return CudaWorker(report, processes, mode=mode, child_limits=limits)
    fallback = "" if settings.worker_device == "auto" else report.reason
    return CpuWorker(processes, mode=mode, child_limits=limits, fallback=fallback)
