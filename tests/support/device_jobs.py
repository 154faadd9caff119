"""Jobs of a child process that holds a device: a driver reserves addresses, opens files first, and can wear out."""

from __future__ import annotations

import mmap
import os
from collections.abc import Sequence
from typing import Any

from offchain.media.child import DeviceHooks

Outcome = tuple[dict[str, Any], Sequence[bytes]]

_state: dict[str, Any] = {}
_held: list[bytearray] = []


def _prepare() -> None:
    """As drivers do: far more addresses than there is memory, and files that are only there before the seal."""
    _state["reserved"] = mmap.mmap(-1, 1 << 36, prot=0, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    with open("/proc/self/comm") as file:
        _state["file"] = file.read().strip()


def _tell(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Outcome:
    try:
        with open("/proc/self/comm") as file:
            now = file.read()
    except OSError as error:
        now = type(error).__name__
    return {"file": _state["file"], "now": now, "pid": os.getpid(), "device": os.environ.get("TEST_DEVICE")}, ()


def _wear(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Outcome:
    _state["worn"] = True
    return {"pid": os.getpid()}, ()


def _allocate(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Outcome:
    while True:
        _held.append(bytearray(64 << 20))


JOBS = {"tell": _tell, "wear": _wear, "allocate": _allocate}
DEVICE = DeviceHooks(_prepare, lambda: bool(_state.get("worn")))
