"""The machine that is measured: what it is, and how busy others keep it."""

from __future__ import annotations

import os
import platform
import time
from pathlib import Path

import av

__all__ = ["Bystanders", "describe"]


def describe() -> dict[str, str]:
    """Processor, cores, system and versions."""
    return {
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "pyav": av.__version__,
        "ffmpeg": str(getattr(av, "ffmpeg_version_info", "unknown")),
    }


class Bystanders:
    """Processors that others keep busy between two looks: all busy time less the time that is known to be ours."""

    def __init__(self) -> None:
        self._busy, self._begun = _busy(), time.monotonic()

    def mean(self, ours_s: float) -> float | None:
        """Mean number of processors since the start; None where the system does not tell.

        Args:
            ours_s: processor seconds of our own meanwhile.
        """
        busy = _busy()
        if busy is None or self._busy is None:
            return None
        return max((busy - self._busy - ours_s) / max(time.monotonic() - self._begun, 1e-9), 0.0)


def _busy() -> float | None:
    """Processor seconds that were spent since the machine started, by anybody."""
    try:
        user, nice, system, _, _, interrupts, soft, stolen = map(
            int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
        )
    except (OSError, ValueError):
        return None
    return (user + nice + system + interrupts + soft + stolen) / os.sysconf("SC_CLK_TCK")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
