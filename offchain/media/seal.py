"""What a child process gives up before it looks at a stranger's bytes (facts: security 5, T15 to T17, T34).

Everywhere: no descriptor beyond those it has, no byte of a file, no core dump, bounded memory. On Linux besides: it
dies with its parent, is the first to go when the machine runs out of memory, gains no privileges, and the kernel
refuses it files, sockets, programs, other processes, signals to them, and a process group of its own. Where the kernel
has no such filter the child goes on without and says so.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from contextlib import suppress

from offchain.media.syscalls import AARCH64, DENIED, SPECIAL, X86_64

__all__ = ["bind_to_parent", "limit_cpu", "limit_resources", "seal"]

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 1, 38, 22, 2
_ALLOW, _EACCES, _ENOSYS, _KILL = 0x7FFF0000, 0x0005000D, 0x00050026, 0x80000000
_LOAD, _JUMP_EQUAL, _JUMP_SET, _JUMP_ABOVE, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_CLONE_THREAD = 0x00010000
_X32 = 0x40000000
_OPENING = frozenset({"open", "openat", "openat2"})
_FIRST_TO_GO = "900"
"""Of 1000: when memory is short the kernel ends a child, not the node, whose winning tickets outweigh a segment."""

# The kernel's name of an architecture, and its column in the table of calls; others go without the filter.
_ARCHITECTURES = {"x86_64": (0xC000003E, X86_64), "aarch64": (0xC00000B7, AARCH64)}


class _Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("program", ctypes.c_void_p))


def bind_to_parent(parent: int) -> None:
    """Has the kernel end this process when the parent's thread that started it ends; exits if it is gone already."""
    if sys.platform == "linux":
        _libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def limit_resources(memory_bytes: int, *, driver: bool = False) -> None:
    """Bounds memory, and allows neither a new descriptor nor a byte of a file nor a core dump.

    Args:
        memory_bytes: address space; with a driver, data beyond what it has taken already.
        driver: a device's driver is loaded, which reserves far more addresses than it uses, and opens its devices.
    """
    _offer_to_the_kernel()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if driver:
        most = memory_bytes + _data_bytes()
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    else:
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _offer_to_the_kernel() -> None:
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write(_FIRST_TO_GO)


def _data_bytes() -> int:
    """Private memory of this process that can be written to, as RLIMIT_DATA counts it; 0 where nobody tells."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[5]) * resource.getpagesize()
    except OSError:
        return 0


def limit_cpu(seconds: int) -> None:
    """Lets this process use so many more seconds of processor time; the kernel ends it then."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, hard))


def seal(*, files: bool = False) -> bool:
    """Gives up files, network, programs and other processes for good; whether the kernel took the filter.

    Args:
        files: may still be opened, as the driver of a device may have to; nothing else is given more.
    """
    machine = platform.machine()
    if sys.platform != "linux" or machine not in _ARCHITECTURES:
        return False
    program = _program(*_ARCHITECTURES[machine], _OPENING if files else frozenset())
    buffer = ctypes.create_string_buffer(program, len(program))
    head = _Filter(len(program) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    libc = _libc()
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(head), 0, 0) == 0)


def _program(architecture: int, column: int, allowed: frozenset[str]) -> bytes:
    """The filter: a list with jumps, read by the kernel at each call.

    Threads may be made, processes not; a signal may go to this process, as when it aborts, not to others. `clone3`
    hides its flags from a filter, so it does not exist, and the C library falls back to `clone`.
    """
    clone, clone3, tgkill = (SPECIAL[name][column] or 0 for name in ("clone", "clone3", "tgkill"))
    denied = [numbers[column] for name, numbers in DENIED.items() if name not in allowed]
    steps = [
        _step(_LOAD, _ARCHITECTURE),
        _step(_JUMP_EQUAL, architecture, 1, 0),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER),
        _step(_JUMP_ABOVE, _X32, 0, 1),
        _step(_RETURN, _EACCES),
        _step(_JUMP_EQUAL, clone3, 0, 1),
        _step(_RETURN, _ENOSYS),
        _step(_JUMP_EQUAL, clone, 0, 4),
        _step(_LOAD, _FIRST_ARGUMENT),
        _step(_JUMP_SET, _CLONE_THREAD, 0, 1),
        _step(_RETURN, _ALLOW),
        _step(_RETURN, _EACCES),
        _step(_JUMP_EQUAL, tgkill, 0, 4),
        _step(_LOAD, _FIRST_ARGUMENT),
        _step(_JUMP_EQUAL, os.getpid(), 0, 1),
        _step(_RETURN, _ALLOW),
        _step(_RETURN, _EACCES),
    ]
    for number in denied:
        if number is not None:
            steps += [_step(_JUMP_EQUAL, number, 0, 1), _step(_RETURN, _EACCES)]
    return b"".join([*steps, _step(_RETURN, _ALLOW)])


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
