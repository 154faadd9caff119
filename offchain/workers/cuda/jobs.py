"""Jobs of a child process that holds the CUDA device which its environment names (offchain/workers/devices.py)."""

from __future__ import annotations

import os

from offchain.workers.cuda.driver import CudaGpu
from offchain.workers.cuda.held import HeldDevice
from offchain.workers.cuda.kernel import cache_folder

__all__ = ["DEVICE", "JOBS"]

_NAME = os.environ.get("OFFCHAIN_DEVICE", "cuda:0")
_ENCODES = bool(os.environ.get("OFFCHAIN_DEVICE_ENCODES"))
_held = HeldDevice(_NAME, lambda: CudaGpu(_NAME, cache_folder()), encodes=_ENCODES)

JOBS = _held.jobs()
DEVICE = _held.hooks(files=bool(os.environ.get("OFFCHAIN_DEVICE_FILES")))
