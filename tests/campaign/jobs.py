"""Where histories are played: processes on this machine, each with a world of its own."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any, Protocol, TypeVar

__all__ = ["Jobs", "LocalJobs", "cores", "local_jobs"]

T = TypeVar("T")


class Jobs(Protocol):
    """Takes work and answers with futures.

    Attributes:
        slots: how much is worked at at once.
    """

    slots: int

    def submit(self, work: Callable[..., T], *arguments: Any) -> Future[T]: ...

    def close(self, *, now: bool = False) -> None:
        """Waits for what has begun, or ends it `now`."""
        ...


def cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class LocalJobs:
    """So many processes. Ctrl-C is for their parent alone: they finish what they have begun."""

    def __init__(self, slots: int) -> None:
        self.slots = slots
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(slots, mp_context=context, initializer=_end_with_parent)
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # a process inherits this when it is started
        try:
            for _ in range(slots):
                self._pool.submit(os.getpid)
        finally:
            signal.signal(signal.SIGINT, before)

    def submit(self, work: Callable[..., T], *arguments: Any) -> Future[T]:
        return self._pool.submit(work, *arguments)

    def close(self, *, now: bool = False) -> None:
        processes = list((self._pool._processes or {}).values())
        if now:
            for process in processes:
                process.kill()
        self._pool.shutdown(cancel_futures=True)


def _end_with_parent() -> None:
    """A process whose parent was killed would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()


def local_jobs(slots: int | None) -> LocalJobs:
    """As many processes as there are cores, or as asked for."""
    return LocalJobs(slots or cores())
