"""Tries a device out and says what it can do, as one line of JSON.

    OFFCHAIN_DEVICE=cuda:0 python -m offchain.workers.cuda.check

Everything is done twice, before and after the process is bounded and sealed, since children of a worker are. Started by
offchain/workers/devices.py.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import av
from av.video.frame import VideoFrame

from offchain.errors import DeviceError
from offchain.media.child_process import ChildLimits
from offchain.media.seal import limit_resources, seal
from offchain.workers.cuda.driver import CudaGpu
from offchain.workers.cuda.kernel import cache_folder
from offchain.workers.cuda.pictures import opener
from offchain.workers.cuda.trial import try_device

__all__ = ["check", "main"]

_HINT = "it works only while its process may open files: set worker_device_files if you accept that"


def check(device: str, *, files: bool) -> dict[str, Any]:
    """What `DeviceReport` holds, as plain values; seals this process for good on the way."""
    told: dict[str, Any] = dict.fromkeys(("reason", "description", "no_decoder", "no_encoder"), "")
    told["memory_bytes"] = 0
    try:
        gpu = CudaGpu(device, cache_folder())
        told |= {"description": gpu.description, "no_decoder": gpu.no_decoder, "memory_bytes": gpu.free_memory()}
        pictures = opener(gpu)
        try_device(device, pictures)
        told["no_encoder"] = _no_encoder()
    except DeviceError as error:
        return told | {"reason": str(error)}
    limit_resources(ChildLimits().memory_bytes, driver=True)
    seal(files=files)
    try:
        try_device(device, pictures)
    except DeviceError as error:
        return told | {"reason": f"{error}; {_HINT}" if not files else str(error)}
    return told


def _no_encoder() -> str:
    """Why NVENC does not encode a picture; empty when it does."""
    try:
        encoder: Any = av.CodecContext.create("h264_nvenc", "w")
        encoder.width, encoder.height, encoder.pix_fmt = 640, 360, "yuv420p"
        encoder.framerate = 25
        encoder.encode(VideoFrame(640, 360, "yuv420p"))
        encoder.encode(None)
    except (av.error.FFmpegError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return ""


def main() -> None:
    """Prints the report."""
    told = check(os.environ.get("OFFCHAIN_DEVICE", "cuda:0"), files=bool(os.environ.get("OFFCHAIN_DEVICE_FILES")))
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
    os._exit(0)  # a driver's clean-up is not worth waiting for in a sealed process


if __name__ == "__main__":
    main()
