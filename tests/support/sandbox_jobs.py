"""Jobs of a child process that misbehaves on purpose: each tries what a taken-over decoder would try."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from offchain.errors import NotVideoError

Outcome = tuple[dict[str, Any], Sequence[bytes]]

_held: list[bytearray] = []


def _attempt(what: Callable[[], object]) -> str:
    try:
        return f"worked: {what()!r}"
    except OSError as error:
        return type(error).__name__


def _escape(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Outcome:
    """Everything that a sealed process must not be able to do; says what became of each."""
    path, address, victim = arguments["path"], ("127.0.0.1", arguments["port"]), arguments["victim"]
    tries: dict[str, Callable[[], object]] = {
        "read": lambda: os.open(path, os.O_RDONLY),
        "write": lambda: os.open(path + ".out", os.O_WRONLY | os.O_CREAT),
        "remove": lambda: os.unlink(path),
        "rename": lambda: os.rename(path, path + ".moved"),
        "connect": lambda: socket.create_connection(address),
        "datagram": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
        "fork": os.fork,
        "program": lambda: os.execv("/bin/true", ["true"]),
        "signal": lambda: os.kill(victim, signal.SIGTERM),
        "session": os.setsid,
        "group": lambda: os.setpgid(0, 0),
        "descriptor": lambda: os.dup(0),
        "environment": lambda: os.environ.get("OFFCHAIN_TEST_SECRET"),
    }
    return {name: _attempt(what) for name, what in tries.items()}, ()


def _threads(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Outcome:
    seen: list[int] = []
    threads = [threading.Thread(target=lambda n=n: seen.append(n)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"ran": sorted(seen)}, ()


def _allocate(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Outcome:
    while True:
        _held.append(bytearray(64 << 20))


def _sleep(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Outcome:
    time.sleep(arguments["seconds"])
    return {}, ()


def _spin(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Outcome:
    while True:
        pass


def _abort(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Outcome:
    os.abort()


def _segfault(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Outcome:
    ctypes.string_at(1)
    return {}, ()


def _print(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Outcome:
    """Writes where messages used to go, from Python and from below it, as libraries do."""
    print("\x00\x00\x00\x02{}", flush=True)  # noqa: T201
    os.write(1, b"not a message")
    sys.stderr.write("noise " * arguments["times"])
    sys.stderr.flush()
    return {"printed": True}, ()


def _lie(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Outcome:
    """Finds the pipe and sends bytes of its own."""
    answer = bytes.fromhex(arguments["answer"])
    for descriptor in range(3, 10):
        _attempt(lambda descriptor=descriptor: os.write(descriptor, answer))
    time.sleep(5)
    return {}, ()


def _refuse(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Outcome:
    sys.stderr.write("[h264 @ 0x1] the decoder's own words\n")
    sys.stderr.flush()
    raise NotVideoError("no video, says the job")


def _echo(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Outcome:
    return {"arguments": arguments, "pid": os.getpid()}, blobs


JOBS = {
    "escape": _escape,
    "threads": _threads,
    "allocate": _allocate,
    "sleep": _sleep,
    "spin": _spin,
    "abort": _abort,
    "segfault": _segfault,
    "print": _print,
    "lie": _lie,
    "refuse": _refuse,
    "echo": _echo,
}
