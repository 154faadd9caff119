"""A child process for work on a stranger's bytes: a job fails, hangs or crashes there, and the node goes on.

It is bounded in memory and processor time, sealed off by the kernel (offchain/media/seal.py), stopped with its
whole process group at the deadline (facts: security 5, T15 to T18, T34). It dies when its parent dies, and when the
pipe to it ends. The node itself never lets libav see such bytes.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from offchain.errors import OffchainError, WorkerCrashedError, WorkerTimeoutError
from offchain.media.faults import wire_to_error
from offchain.media.framing import Message, MessageFormatError, pack, read_async

__all__ = ["ChildLimits", "ChildProcess", "Reply"]

log = structlog.get_logger()

_ROOT = Path(__file__).resolve().parents[2]
_LOG_BYTES = 4096
_EXPECTED = "not on whitelist"
"""Said for each segment: its video is not to be decoded while it is only looked at."""
_PIPE_BYTES = 1 << 20
_ALLOCATION = {
    "MALLOC_ARENA_MAX": "1",
    # Pictures are freed and allocated anew all the time, by the megabyte: memory is kept rather than given back and
    # faulted in page by page, in large pages where the kernel has them. A tenth of a segment's processor time.
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"
    f":glibc.malloc.mmap_threshold={32 << 20}:glibc.malloc.trim_threshold={1 << 30}",
}
"""How the C library of a child allocates; other C libraries do not know the words."""


@dataclass(frozen=True, slots=True)
class ChildLimits:
    """What a child process may take.

    Attributes:
        memory_bytes: address space, code and stacks included.
        jobs: a child is replaced after so many.
        message_bytes: bodies of a request or a reply, together.
        start_s: seconds until a new child must be ready.
        cpu_factor: processor seconds for each second of a job's deadline.
        environment: variables of the child, besides those that every child gets; none of the node's own.
    """

    memory_bytes: int = 2 << 30
    jobs: int = 200
    message_bytes: int = 640 << 20
    start_s: float = 30.0
    cpu_factor: int = max(os.cpu_count() or 1, 1)
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a job returned, and what it took.

    Attributes:
        values: plain values.
        blobs: bodies.
        wall_seconds: from the request to the reply.
        cpu_seconds: processor time, as the child says.
    """

    values: dict[str, Any]
    blobs: tuple[bytes, ...]
    wall_seconds: float
    cpu_seconds: float


class ChildProcess:
    """One child; runs one job at a time."""

    def __init__(self, module: str, limits: ChildLimits) -> None:
        self._module, self._limits = module, limits
        self._process: asyncio.subprocess.Process | None = None
        self._log = bytearray()
        self._log_task: asyncio.Task[None] | None = None
        self._sealed = self._killed = False
        self.jobs_done = 0

    @property
    def pid(self) -> int | None:
        """Process id; None before the start."""
        return self._process.pid if self._process else None

    @property
    def sealed(self) -> bool:
        """Whether the kernel keeps files, network and other processes from it."""
        return self._sealed

    @property
    def alive(self) -> bool:
        """Whether it can take a job."""
        process = self._process
        return process is not None and process.returncode is None and not self._killed and not _has_ended(process.pid)

    async def start(self) -> None:
        """Starts the process and waits until it has sealed itself.

        Raises:
            WorkerCrashedError: it did not come up.
        """
        limits = self._limits
        arguments = (self._module, os.getpid(), limits.memory_bytes, limits.message_bytes)
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "offchain.media.child", *map(str, arguments)),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            limit=_PIPE_BYTES,
            start_new_session=True,
            cwd="/",
            # Nothing of the node's environment, which may hold keys and addresses.
            env={"PYTHONPATH": str(_ROOT), "LC_ALL": "C.UTF-8", **_ALLOCATION, **limits.environment},
        )
        self._log_task = asyncio.create_task(self._read_log(self._process))
        try:
            async with asyncio.timeout(limits.start_s):
                hello = await read_async(_pipe(self._process.stdout), 0)
        except (asyncio.IncompleteReadError, MessageFormatError, TimeoutError) as error:
            raise await self._crashed("did not start") from error
        except BaseException:
            self.kill()
            raise
        self._sealed = bool(hello.head.get("sealed"))
        if not self._sealed:
            log.warning("worker process without seal", pid=self.pid, reason="this kernel offers no filter of its calls")

    async def run(self, job: str, arguments: dict[str, Any], blobs: Sequence[bytes], deadline_s: float) -> Reply:
        """Runs a job; whatever goes wrong but an error of the job itself ends the process.

        Raises:
            OffchainError: what the job raised, with libav's messages as a note.
            WorkerTimeoutError: the deadline, or the processor time, is over.
            WorkerCrashedError: the process died, or does not speak the protocol.
        """
        self.jobs_done += 1
        self._log.clear()
        begun = time.monotonic()
        number = self.jobs_done
        head = {
            "id": number,
            "job": job,
            "arguments": arguments,
            "cpu_s": int(deadline_s * self._limits.cpu_factor) + 1,
        }
        try:
            async with asyncio.timeout(deadline_s):
                reply = await self._exchange(head, blobs)
        except TimeoutError as error:
            self.kill()
            raise WorkerTimeoutError(f"{job} was stopped after {deadline_s:g} s") from error
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise await self._crashed(f"died during {job}") from error
        except MessageFormatError as error:
            self.kill()
            raise await self._crashed(f"does not speak the protocol: {error}") from error
        except BaseException:
            self.kill()
            raise
        if reply.head.get("id") != number:
            self.kill()
            raise await self._crashed("answered another job")
        if reply.head.get("last"):
            self.kill()
        if "fault" in reply.head:
            raise self._annotated(wire_to_error(reply.head["fault"]))
        values, seconds = reply.head.get("result"), reply.head.get("cpu_seconds")
        if not isinstance(values, dict) or not isinstance(seconds, int | float):
            self.kill()
            raise await self._crashed("sent a reply without a form")
        return Reply(values, reply.blobs, time.monotonic() - begun, float(seconds))

    def kill(self) -> None:
        """Ends the whole process group at once; harmless when it has ended."""
        self._killed = True
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    async def close(self) -> None:
        """Ends the process and waits until nothing of it is left."""
        self.kill()
        if self._process is not None:
            await self._process.wait()
        if self._log_task is not None:
            await self._log_task

    async def _exchange(self, head: dict[str, Any], blobs: Sequence[bytes]) -> Message:
        if self._process is None or self._process.stdin is None:
            raise ConnectionError("not started")
        for piece in pack(head, blobs):
            self._process.stdin.write(piece)
        await self._process.stdin.drain()
        return await read_async(_pipe(self._process.stdout), self._limits.message_bytes)

    async def _crashed(self, what: str) -> OffchainError:
        """Ends what is left of the process and says how it ended."""
        if self._process is None:
            return WorkerCrashedError(f"worker process {what}: it was never started")
        # A process that closed its pipe is about to end by itself, and only its own end tells the reason.
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await self._process.wait()
        await self.close()
        code = self._process.returncode or 0
        if code == -signal.SIGXCPU:
            return WorkerTimeoutError(f"worker process {what}: its processor time was used up")
        reason = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return self._annotated(WorkerCrashedError(f"worker process {what}: {reason}"))

    def _annotated(self, error: OffchainError) -> OffchainError:
        """The error with the last of libav's messages as a note, for logs; they may quote a stranger's bytes."""
        lines = self._log.decode("utf-8", "replace").splitlines()
        told = [line for line in lines if line.strip() and _EXPECTED not in line]
        if told:
            error.add_note("worker process: " + "\n".join(told))
        return error

    async def _read_log(self, process: asyncio.subprocess.Process) -> None:
        """Keeps the end of what the child prints, and keeps the pipe from filling up."""
        stream = _pipe(process.stderr)
        while text := await stream.read(_PIPE_BYTES):
            self._log += text
            del self._log[:-_LOG_BYTES]


def _has_ended(pid: int) -> bool:
    """Whether a child has ended; asked of the kernel, since the event loop hears of it later. Collects nothing."""
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def _pipe(stream: asyncio.StreamReader | None) -> asyncio.StreamReader:
    if stream is None:
        raise ConnectionError("the process has no pipe")
    return stream
