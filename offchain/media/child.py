"""The child process: takes jobs from a pipe, one at a time, after giving up what it does not need.

    python -m offchain.media.child MODULE PARENT_PID MEMORY_BYTES MESSAGE_BYTES

MODULE holds the jobs, as `JOBS: dict[str, Job]`. One that works with a device holds `DEVICE: DeviceHooks` besides.
Started by offchain/media/sandbox.py, of no use by hand.
"""

from __future__ import annotations

import os
import pkgutil
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, BinaryIO

import av

from offchain.media.faults import error_to_wire, error_to_wire_memory
from offchain.media.framing import Message, pack, read_blocking
from offchain.media.seal import bind_to_parent, limit_cpu, limit_resources, seal

__all__ = ["DeviceHooks", "Job", "main"]

Job = Callable[[dict[str, Any], tuple[bytes, ...]], tuple[dict[str, Any], Sequence[bytes]]]
"""Plain values and bodies in, the same out; errors of the package are carried over by name."""


@dataclass(frozen=True, slots=True)
class DeviceHooks:
    """What a module of jobs has to say when its jobs run on a device.

    Attributes:
        prepare: opens the device, before files can no longer be opened; raises nothing.
        worn: whether the device is in a state that only a fresh process gets out of; asked after each job.
        files: whether the driver may go on opening files; the operator's to say.
    """

    prepare: Callable[[], None]
    worn: Callable[[], bool]
    files: bool = False


_NO_DEVICE = DeviceHooks(lambda: None, lambda: False)


def main(arguments: list[str]) -> None:
    """Runs jobs until the pipe ends, until an allocation failed, or until the device is worn."""
    module, parent, memory, message_bytes = arguments[0], *map(int, arguments[1:4])
    bind_to_parent(parent)
    requests, replies = _private_pipes()
    holder = import_module(module)
    jobs: dict[str, Job] = holder.JOBS
    device: DeviceHooks = getattr(holder, "DEVICE", _NO_DEVICE)
    _import_library()
    av.logging.restore_default_callback()
    av.logging.set_libav_level(av.logging.ERROR)
    device.prepare()
    limit_resources(memory, driver=device is not _NO_DEVICE)
    _send(replies, {"ready": True, "sealed": seal(files=device.files)})
    while (request := read_blocking(requests, message_bytes)) is not None:
        if not _serve(jobs, request, replies, memory, device):
            return


def _import_library() -> None:
    """Loads the modules that the video library would load when first needed: a sealed process opens no file."""
    for module in pkgutil.walk_packages(av.__path__, "av."):
        if not module.name.endswith("__main__"):
            import_module(module.name)


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The pipes of the parent under other numbers: what a library prints must not end up between messages."""
    requests, replies = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return os.fdopen(requests, "rb"), os.fdopen(replies, "wb")


def _serve(jobs: dict[str, Job], request: Message, replies: BinaryIO, memory: int, device: DeviceHooks) -> bool:
    """Does one job and answers; False when this process should not do another."""
    head: dict[str, Any] = {"id": request.head["id"]}
    blobs: Sequence[bytes] = ()
    limit_cpu(int(request.head["cpu_s"]))
    before = time.process_time()
    fit = True
    try:
        head["result"], blobs = jobs[request.head["job"]](request.head["arguments"], request.blobs)
    except MemoryError:  # libav's own is a subclass
        head["fault"], fit = error_to_wire_memory(memory), False
    except Exception as error:
        head["fault"] = error_to_wire(error)
    fit = fit and not device.worn()
    head |= {"cpu_seconds": time.process_time() - before, "last": not fit}
    _send(replies, head, blobs)
    return fit


def _send(replies: BinaryIO, head: dict[str, Any], blobs: Sequence[bytes] = ()) -> None:
    for piece in pack(head, blobs):
        replies.write(piece)
    replies.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
