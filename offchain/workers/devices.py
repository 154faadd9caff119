"""Which device a worker gets: named by the operator, tried out in a process of its own, refused with its reason.

Nothing of CUDA is imported here.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

__all__ = ["DEVICE_PATTERN", "DeviceReport", "device_environment", "examine", "find_device"]

DEVICE_PATTERN = r"^(auto|cpu|cuda:\d{1,3})$"
"""What an operator may write."""

_CHECK = "offchain.workers.cuda.check"
_FIRST = "cuda:0"
_PATIENCE_S = 120.0
_ROOT = Path(__file__).resolve().parents[2]
_DEVICE_FILES = ("/dev/nvidiactl", "/dev/dxg", "/dev/nvhost-ctrl", "/dev/nvmap")
"""One of them is there where a driver is: on a server, under Windows, on Tegra."""
_KEPT = ("LD_LIBRARY_PATH", "HOME", "XDG_CACHE_HOME")
"""What a driver's libraries, and our machine code, are found by."""
_MAX_TEXT = 500


@dataclass(frozen=True, slots=True)
class DeviceReport:
    """What a device can do, seen by having it done.

    Attributes:
        device: such as `cuda:0`.
        reason: why it cannot be used; empty when it can.
        description: name and architecture.
        no_decoder: why pictures are decoded on the processor; empty when the device decodes.
        no_encoder: why the device does not encode; empty when it could.
        memory_bytes: free on the device.
        environment: variables of a process that uses it.
    """

    device: str
    reason: str
    description: str = ""
    no_decoder: str = ""
    no_encoder: str = ""
    memory_bytes: int = 0
    environment: Mapping[str, str] | None = None

    @property
    def usable(self) -> bool:
        """Whether a segment came out of it as it comes out of the processor, byte for byte."""
        return not self.reason

    def __str__(self) -> str:
        """For an operator to read."""
        if self.reason:
            return f"work is done on the processor: {self.reason}"
        decoding = f"decoding on the processor ({self.no_decoder})" if self.no_decoder else "decoding there"
        return f"pictures are scaled on {self.device} ({self.description}), {decoding}"


def find_device(wanted: str, *, files: bool = False) -> DeviceReport | None:
    """The device to work on, tried out; None where the processor is wanted.

    Args:
        wanted: as `DEVICE_PATTERN` allows.
        files: whether its processes may go on opening files.
    """
    if wanted == "cpu":
        return None
    if wanted == "auto":
        # Trying takes seconds, and most machines have no such device.
        return DeviceReport(_FIRST, missing) if (missing := _missing()) else examine(_FIRST, files=files)
    return examine(wanted, files=files)


def examine(device: str, *, files: bool = False, patience_s: float = _PATIENCE_S) -> DeviceReport:
    """Has a process decode, scale and encode a clip on a device; what it does wrong ends up in the report.

    Args:
        device: such as `cuda:0`.
        files: as for `find_device`.
        patience_s: seconds until it is given up.
    """
    environment = device_environment(device, os.environ, files=files)
    variables = {"PYTHONPATH": str(_ROOT), "LC_ALL": "C.UTF-8", **environment}
    command = [sys.executable, "-P", "-m", _CHECK]
    try:
        done = subprocess.run(command, env=variables, cwd="/", capture_output=True, timeout=patience_s, check=False)
    except subprocess.TimeoutExpired:
        return DeviceReport(device, f"{device}, start: no answer within {patience_s:g} s")
    try:
        told = json.loads(done.stdout)
        texts = {key: str(told[key])[:_MAX_TEXT] for key in ("reason", "description", "no_decoder", "no_encoder")}
        environment["OFFCHAIN_DEVICE_ENCODES"] = "" if texts["no_encoder"] else "1"
        return DeviceReport(device, memory_bytes=int(told["memory_bytes"]), environment=environment, **texts)
    except (KeyError, TypeError, ValueError):
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        words = f": {last[0][:_MAX_TEXT]}" if last else ""
        return DeviceReport(device, f"{device}, start: the process that tried it ended with {done.returncode}{words}")


def device_environment(device: str, environ: Mapping[str, str], *, files: bool = False) -> dict[str, str]:
    """Variables of a process that sees one device alone, as its first.

    Args:
        device: `cuda:N`; N counts the devices that the node itself may see.
        environ: the node's own variables.
        files: as for `find_device`.
    """
    number = re.sub(r"\D", "", device)
    visible = [entry.strip() for entry in environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if entry.strip()]
    if visible:
        number = visible[int(number)] if int(number) < len(visible) else "-1"
    kept = {name: environ[name] for name in _KEPT if name in environ}
    return kept | {
        "OFFCHAIN_DEVICE": device,
        "OFFCHAIN_DEVICE_FILES": "1" if files else "",
        "CUDA_VISIBLE_DEVICES": number,
        "CUDA_DEVICE_ORDER": environ.get("CUDA_DEVICE_ORDER", "PCI_BUS_ID"),
        "CUDA_CACHE_DISABLE": "1",
    }


def _missing() -> str:
    """What speaks against even trying: no packages, no driver."""
    try:
        metadata.version("cuda-core")
    except metadata.PackageNotFoundError:
        return "the extra 'cuda' is not installed"
    return "" if any(map(os.path.exists, _DEVICE_FILES)) else "no CUDA driver on this machine"
