"""A bound on what a history may take: a machine that waits for what never comes would hold up a whole campaign."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["OutOfPatienceError", "within"]


class OutOfPatienceError(Exception):
    """Raised wherever the program is when the time is over; tells where."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Lets what is done here use so many seconds of the processor; unbounded in any thread but the first."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise OutOfPatienceError(f"not done after {seconds:g} s of processor time")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
