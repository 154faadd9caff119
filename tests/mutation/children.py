"""A function in a child process, which cannot do more than end or run out of time."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import signal
import time
from collections.abc import Callable

__all__ = ["OutOfTimeError", "in_child"]

WALL = 8  # on a busy machine a second of work takes some


class OutOfTimeError(Exception):
    """The child has used all the time it was given."""


def in_child(work: Callable[[], object], cpu_s: float) -> object:
    """What `work` answers, as JSON has it, in a copy of this process.

    Args:
        cpu_s: processor time that it may use.

    Raises:
        OutOfTimeError: it has used that, or eight times as long has passed.
        RuntimeError: it died.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        _work(work, reading, writing, cpu_s)
    os.close(writing)
    try:
        answer = _read(reading, time.monotonic() + WALL * cpu_s)
    finally:
        os.close(reading)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    if answer:
        return json.loads(answer)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL):
        raise OutOfTimeError
    raise RuntimeError(f"a child process died (status {status})")


def _work(work: Callable[[], object], reading: int, writing: int, cpu_s: float) -> None:
    code = 1
    try:
        os.close(reading)
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime + cpu_s) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        with os.fdopen(writing, "w", encoding="utf-8") as answer:
            answer.write(json.dumps(work()))
        code = 0
    finally:
        os._exit(code)


def _read(pipe: int, deadline: float) -> bytes:
    """All that comes until the other end closes; nothing if that is not before the deadline."""
    got = b""
    while (left := deadline - time.monotonic()) > 0:
        ready, _, _ = select.select([pipe], [], [], left)
        if not ready:
            return b""
        piece = os.read(pipe, 65_536)
        if not piece:
            return got
        got += piece
    return b""
