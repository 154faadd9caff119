"""Sessions of gateways: how many, how busy, how long (facts: offchain 6.1)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog

from offchain.errors import CapacityError
from offchain.orchestrator import metrics

log = structlog.get_logger()

MAX_QUEUED = 4
CAPPED = "OrchestratorCapped"
BUSY = "OrchestratorBusy"
ENDED = "session ended"

T = TypeVar("T")
OnEnd = Callable[[str], Awaitable[None]]


class Session:
    """One gateway's line of segments, worked off in order by a task of its own."""

    def __init__(self, session_id: str, idle_s: float, on_end: OnEnd) -> None:
        self.id = session_id
        self._idle_s, self._on_end = idle_s, on_end
        self._line: asyncio.Queue[_Job] = asyncio.Queue()
        self._in_hand = 0  # those in the line, and the one that is worked on
        self._task = asyncio.create_task(self._run(), name=f"session {session_id}")

    def submit(self, work: Callable[[], Awaitable[T]]) -> asyncio.Future[T]:
        """Puts work at the end of the line; it is done even if nobody waits for it any more.

        Returns:
            The result to come; it ends with `CapacityError` if the session ends first.

        Raises:
            CapacityError: four segments are waiting already behind one that is worked on, or the session is over.
        """
        if self._task.done():
            raise CapacityError(CAPPED)
        # Not the length of the line: of several that come at once, the first has not left it yet.
        if self._in_hand > MAX_QUEUED:
            raise CapacityError(BUSY)
        self._in_hand += 1
        result: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._line.put_nowait(_Job(work, result))
        return result

    async def finish(self) -> None:
        """Waits until the line is empty, then ends the session."""
        await self._line.join()
        await self.end()

    async def end(self) -> None:
        """Ends the session; what is in its line is dropped."""
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _run(self) -> None:
        try:
            while True:
                async with asyncio.timeout(self._idle_s):
                    job = await self._line.get()
                try:
                    await job.run()
                finally:
                    self._in_hand -= 1
                    self._line.task_done()
        except TimeoutError:
            log.debug("session idle", session=self.id)
        finally:
            while not self._line.empty():
                self._line.get_nowait().drop()
                self._line.task_done()
            await self._on_end(self.id)


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[], Awaitable[Any]]
    result: asyncio.Future[Any]

    async def run(self) -> None:
        try:
            value = await self.work()
        except Exception as error:
            self._fail(error)
        except BaseException:
            self.drop()
            raise
        else:
            # Whoever waited may have gone and taken the future along.
            if not self.result.done():
                self.result.set_result(value)

    def drop(self) -> None:
        self._fail(CapacityError(ENDED))

    def _fail(self, error: Exception) -> None:
        if not self.result.done():
            self.result.set_exception(error)


class SessionTable:
    """All sessions, never more than the operator allows."""

    def __init__(self, max_sessions: int, idle_s: float, on_end: OnEnd) -> None:
        """
        Args:
            idle_s: seconds without a segment after which a session ends.
            on_end: awaited with the id of each session that has ended.
        """
        self._max, self._idle_s, self._on_end = max_sessions, idle_s, on_end
        self._sessions: dict[str, Session] = {}
        self._closed = False
        metrics.max_sessions.set(max_sessions)

    def __len__(self) -> int:
        return len(self._sessions)

    def check_room(self, session_id: str = "") -> None:
        """Refuses a session that there is no room for; without an id, a new one.

        Raises:
            CapacityError: "OrchestratorCapped".
        """
        if self._closed or (session_id not in self._sessions and len(self._sessions) >= self._max):
            raise CapacityError(CAPPED)

    def enter(self, session_id: str) -> Session:
        """The session of that id, opened if there is room.

        Raises:
            CapacityError: "OrchestratorCapped".
        """
        self.check_room(session_id)
        session = self._sessions.get(session_id)
        if session is None:
            session = self._sessions[session_id] = Session(session_id, self._idle_s, self._ended)
            metrics.current_sessions.set(len(self._sessions))
            log.info("session opened", session=session_id, sessions=len(self._sessions))
        return session

    async def end(self, session_id: str) -> None:
        """Ends a session; an unknown one is ignored."""
        session = self._sessions.get(session_id)
        if session is not None:
            await session.end()

    def refuse_new_work(self) -> None:
        """From now on every session and segment is refused; what is in line is still worked off."""
        self._closed = True

    async def drain(self, grace_s: float) -> None:
        """Finishes what is in line, for so many seconds at most, and ends all sessions."""
        self.refuse_new_work()
        sessions = list(self._sessions.values())
        if sessions:
            finishing = [asyncio.create_task(each.finish()) for each in sessions]
            _, late = await asyncio.wait(finishing, timeout=grace_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*(session.end() for session in sessions))

    async def _ended(self, session_id: str) -> None:
        self._sessions.pop(session_id, None)
        metrics.current_sessions.set(len(self._sessions))
        log.info("session ended", session=session_id, sessions=len(self._sessions))
        await self._on_end(session_id)
