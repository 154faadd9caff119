"""Jobs of a child process that holds a device which is none; the environment says at what call it fails."""

from __future__ import annotations

import os

from offchain.workers.cuda.held import HeldDevice
from tests.support.host_gpu import HostGpu


def _open() -> HostGpu:
    fails, _, after = os.environ.get("TEST_FAILS", "").partition(":")
    return HostGpu(fails=fails, after=int(after or 0))


_held = HeldDevice("cuda:0", _open)
JOBS = _held.jobs()
DEVICE = _held.hooks()
