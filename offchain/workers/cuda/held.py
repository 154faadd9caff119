"""The device that a child process holds: opened before the seal, tried out, and used for every segment after that.

Where it cannot be opened the process works all the same, on the processor, and each result says why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from offchain.errors import DeviceError
from offchain.media.child import DeviceHooks, Job
from offchain.media.limits import SegmentLimits
from offchain.media.source import Source
from offchain.workers.cuda.gpu import Gpu
from offchain.workers.cuda.pictures import opener
from offchain.workers.cuda.trial import try_device
from offchain.workers.encoding import encoder_for, nvenc_on
from offchain.workers.jobs import JOBS, run_transcode
from offchain.workers.pictures import OpenPictures, Pictures

__all__ = ["HeldDevice"]


class HeldDevice:
    """The device of this process, or why there is none."""

    def __init__(self, name: str, open_gpu: Callable[[], Gpu], *, encodes: bool = False) -> None:
        """Opens nothing yet.

        Args:
            name: as operators name it.
            open_gpu: opens it; DeviceError when it cannot be.
            encodes: whether live renditions are encoded by it, too.
        """
        self._encoder_of = nvenc_on(name) if encodes else encoder_for
        self._name, self._open_gpu = name, open_gpu
        self._gpu: Gpu | None = None
        self._pictures: OpenPictures | None = None
        self._fault = DeviceError(name, "start", "not opened")

    def hooks(self, *, files: bool = False) -> DeviceHooks:
        """What a child process asks of it; `files` as there."""
        return DeviceHooks(self._prepare, self._worn, files=files)

    def jobs(self) -> dict[str, Job]:
        """The jobs of every worker, with segments transcoded here."""
        return {**JOBS, "transcode": self._transcode}

    def _prepare(self) -> None:
        """Has the device do a whole segment, so that all that drivers load late is loaded now."""
        try:
            gpu = self._open_gpu()
            pictures = opener(gpu)
            try_device(self._name, pictures)
        except DeviceError as error:
            self._fault = error
        except Exception as error:  # a process without a device is of use, one that does not start is not
            self._fault = DeviceError(self._name, "start", f"{type(error).__name__}: {error}")
        else:
            self._gpu, self._pictures = gpu, pictures

    def _worn(self) -> bool:
        return self._gpu is not None and self._gpu.worn

    def _open(self, source: Source, limits: SegmentLimits) -> Pictures:
        if self._pictures is None:
            raise self._fault
        return self._pictures(source, limits)

    def _transcode(self, arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> tuple[dict[str, Any], Sequence[bytes]]:
        return run_transcode(arguments, blobs, self._open, self._encoder_of)
