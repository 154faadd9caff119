"""A pool of child processes that work on strangers' bytes; a crashed or worn one is replaced by a fresh one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from offchain.errors import WorkerCrashedError, WorkerError
from offchain.media.child_process import ChildLimits, ChildProcess, Reply

__all__ = ["ChildLimits", "ChildPool", "Reply"]


class ChildPool:
    """Some children of one kind and the jobs that wait for them, first come first served."""

    def __init__(self, module: str, size: int, limits: ChildLimits | None = None) -> None:
        """A pool that starts children when it needs them.

        Args:
            module: where the jobs are, as for `offchain.media.child`.
            size: children at the same time, at least 1.
            limits: what each may take.
        """
        self.size = size
        self._module, self._limits = module, limits or ChildLimits()
        self._places = asyncio.Semaphore(size)
        self._idle: list[ChildProcess] = []
        self._busy: set[ChildProcess] = set()
        self._load = 0
        self._closed = False

    @property
    def load(self) -> int:
        """Jobs running and waiting."""
        return self._load

    @property
    def pids(self) -> tuple[int, ...]:
        """Process ids of the children that are there, busy ones first."""
        children = (*self._busy, *self._idle)
        return tuple(child.pid for child in children if child.pid is not None and child.alive)

    async def run(self, job: str, arguments: dict[str, Any], blobs: Sequence[bytes], deadline_s: float) -> Reply:
        """Runs a job as soon as a child is free; the deadline counts from then.

        Raises:
            OffchainError: as `ChildProcess.run`; WorkerError when the pool is closed.
        """
        self._load += 1
        try:
            async with self._places:
                return await self._run(job, arguments, blobs, deadline_s)
        except WorkerCrashedError as error:
            if self._closed:
                raise WorkerError("the worker was closed") from error
            raise
        finally:
            self._load -= 1

    async def close(self) -> None:
        """Ends all children, busy ones too, and waits for their end."""
        self._closed = True
        children = (*self._busy, *self._idle)
        self._idle.clear()
        await asyncio.gather(*(child.close() for child in children))

    async def _run(self, job: str, arguments: dict[str, Any], blobs: Sequence[bytes], deadline_s: float) -> Reply:
        child = await self._take()
        try:
            return await child.run(job, arguments, blobs, deadline_s)
        finally:
            await self._give_back(child)

    async def _take(self) -> ChildProcess:
        if self._closed:
            raise WorkerError("the worker is closed")
        while self._idle:
            child = self._idle.pop()
            if child.alive:
                self._busy.add(child)
                return child
            await child.close()
        child = ChildProcess(self._module, self._limits)
        self._busy.add(child)
        try:
            await child.start()
        except BaseException:
            self._busy.discard(child)
            child.kill()
            raise
        return child

    async def _give_back(self, child: ChildProcess) -> None:
        self._busy.discard(child)
        if child.alive and child.jobs_done < self._limits.jobs and not self._closed:
            self._idle.append(child)
        else:
            await child.close()
