"""The kernel as machine code of a device: made by NVRTC, which needs no driver, and kept on disk for the next one."""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from offchain.workers import scaling

__all__ = ["KERNEL", "cache_folder", "compiled", "cubin", "source"]

KERNEL = "scale"
"""Its name in the machine code."""

_DIGEST = hashlib.sha256().digest_size


def source() -> str:
    """The header that holds the kernel."""
    return Path(str(scaling.__file__)).with_name("scaler.h").read_text("utf-8")


def compiled(architecture: str) -> bytes:
    """Machine code for an architecture such as `sm_90`.

    Raises:
        ImportError: the extra `cuda` is not installed.
        Exception: NVRTC is missing, or refuses; the packages have many names for it.
    """
    from cuda.core import Program, ProgramOptions

    options = ProgramOptions(arch=architecture, std="c++17", name="scaler.h")
    code = Program(source(), "c++", options).compile("cubin").code
    return code if isinstance(code, bytes) else str(code).encode()


def cubin(architecture: str, folder: Path | None) -> bytes:
    """As `compiled`, from the folder if it is there; what is there is checked, and a folder that fails is done without.

    Args:
        architecture: such as `sm_90`.
        folder: of our own; None keeps nothing.
    """
    if folder is None:
        return compiled(architecture)
    kept = folder / f"{KERNEL}-{architecture}-{_key()}.cubin"
    with suppress(OSError):
        data = kept.read_bytes()
        if hashlib.sha256(data[_DIGEST:]).digest() == data[:_DIGEST]:
            return data[_DIGEST:]
    code = compiled(architecture)
    with suppress(OSError):
        _keep(kept, hashlib.sha256(code).digest() + code)
    return code


def cache_folder() -> Path | None:
    """Where machine code is kept: a folder that nobody else can write to, made if need be; None where there is none."""
    try:
        base = os.environ.get("XDG_CACHE_HOME")
        folder = (Path(base) if base else Path.home() / ".cache") / "offchain" / "kernels"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
    except (OSError, RuntimeError):
        return None
    others = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return folder if status.st_uid == os.getuid() and not others else None


def _key() -> str:
    """Changes with the source and with the compiler."""
    from cuda.bindings import nvrtc

    version = ".".join(map(str, nvrtc.nvrtcVersion()[1:]))
    return hashlib.sha256(f"{version}\n{source()}".encode()).hexdigest()[:16]


def _keep(path: Path, data: bytes) -> None:
    """Writes a file in one step: a process beside this one reads all of it or nothing."""
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(data)
    os.replace(file.name, path)
