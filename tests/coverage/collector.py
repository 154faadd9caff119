"""Between an anvil and whoever reads its output: writes down each probe that it prints once, and lets the rest pass.

A program of its own: `anvil … > >(python collector.py NAME)`. What is new is written to `NAME.txt` at once; at the end,
however the anvil came to it, `NAME.open` goes.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

DIGITS = 16  # of every probe's number, see points.py


def collect(name: str) -> None:
    for interruption in (signal.SIGINT, signal.SIGTERM):
        signal.signal(interruption, signal.SIG_IGN)  # the end of the output is the end
    seen: set[bytes] = set()
    with Path(name + ".txt").open("wb", buffering=0) as found:
        for line in sys.stdin.buffer:
            if line in seen:
                continue
            if len(line) == DIGITS + 1 and line[:1] == b"1" and line[:-1].isdigit():
                seen.add(line)
                found.write(line)
            else:
                _pass_on(line)
    Path(name + ".open").unlink(missing_ok=True)


def _pass_on(line: bytes) -> None:
    with suppress(OSError):  # nobody reads it any more; probes count all the same
        os.write(1, line)


if __name__ == "__main__":
    collect(sys.argv[1])
