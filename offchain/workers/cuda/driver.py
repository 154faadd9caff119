"""A CUDA device through cuda-core and the video library: the one file that speaks to a driver.

One stream that waits for the legacy default stream and makes it wait (no `nonblocking`): the decoder copies its
surfaces out on that one, so a launch comes after the copy, and the next use of a surface after the launch.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import av
from av.codec.hwaccel import HWAccel
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane

from offchain.errors import DeviceError
from offchain.workers.cuda.gpu import SourcePlanes
from offchain.workers.cuda.kernel import KERNEL, cubin
from offchain.workers.scaling.plan import THREADS, ScalePlan

if TYPE_CHECKING:
    from cuda.core import Buffer, Event, Kernel, Stream

__all__ = ["CudaGpu"]

_INDEX = 0
"""The process sees one device (offchain/workers/devices.py)."""
_MOST_PLANS = 16
_DECODER_LIBRARY, _ENCODER_LIBRARY = "libnvcuvid.so.1", "libnvidia-encode.so.1"
"""Parts of the driver that containers often lack; the video library loads and unloads them with each segment."""


class _Memory:
    """Memory of the device."""

    def __init__(self, buffer: Buffer) -> None:
        self.buffer, self.size, self.address = buffer, buffer.size, int(buffer.handle)


class _Pinned(_Memory):
    """Memory of the processor that the device copies from and to by itself."""

    def __init__(self, buffer: Buffer) -> None:
        super().__init__(buffer)
        self.view = memoryview((ctypes.c_ubyte * self.size).from_address(self.address)).cast("B")


class _Work(NamedTuple):
    plan: ScalePlan
    planes: _Memory
    tiles: _Memory
    tables: _Memory


class _Mark:
    def __init__(self, gpu: CudaGpu, event: Event) -> None:
        self._gpu, self._event = gpu, event

    def wait(self) -> None:
        with self._gpu.stage("scale"):
            self._gpu.make_current()
            self._event.sync()


class CudaGpu:
    """The device of this process; `Gpu` (offchain/workers/cuda/gpu.py)."""

    def __init__(self, name: str, folder: Path | None) -> None:
        """Opens the device and loads the kernel.

        Args:
            name: as operators name it.
            folder: where machine code is kept; None keeps none.

        Raises:
            DeviceError: no packages, no driver, no device, or no kernel for it.
        """
        self._name, self._worn = name, False
        self._plans: dict[ScalePlan, _Work] = {}
        with self.stage("start"):
            try:
                from cuda import core
            except ImportError as error:
                raise DeviceError(name, "start", f"the extra 'cuda' is not installed: {error}") from error
            self._core = core
            self.make_current()
            device = core.Device(_INDEX)
            self.description = f"{device.name}, sm_{device.arch}"
            self._device = device
            self._stream: Stream = device.create_stream(options=core.StreamOptions(nonblocking=False))
            self._pinned = core.LegacyPinnedMemoryResource()
            code = cubin(f"sm_{device.arch}", folder)
            self._kernel: Kernel = core.ObjectCode.from_cubin(code).get_kernel(KERNEL)
        self._no_decoder, self._held = self._try_decoder()

    @property
    def name(self) -> str:
        """As operators name it."""
        return self._name

    @property
    def worn(self) -> bool:
        """Whether a call to the driver has failed."""
        return self._worn

    @property
    def no_decoder(self) -> str:
        """Why pictures are decoded on the processor; empty when the device decodes."""
        return self._no_decoder

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Turns whatever goes wrong in it into a DeviceError, after which this process is to be replaced."""
        try:
            yield
        except DeviceError:
            raise
        except Exception as error:
            self._worn = True
            raise DeviceError(self._name, name, f"{type(error).__name__}: {error}") from error

    def free_memory(self) -> int:
        """Bytes of the device's memory that nobody uses."""
        from cuda.bindings import driver

        with self.stage("start"):
            status, free, _ = driver.cuMemGetInfo()
            if int(status):
                raise RuntimeError(f"cuMemGetInfo: {status.name}")
            return int(free)

    @property
    def multiprocessors(self) -> int:
        """How many the device has."""
        return int(self._device.properties.multiprocessor_count)

    @property
    def clock_hz(self) -> int:
        """The highest clock of its multiprocessors."""
        return int(self._device.properties.clock_rate) * 1000

    def make_current(self) -> None:
        """Makes the device that of the calling thread."""
        self._core.Device(_INDEX).set_current()

    def decoder(self, codec: str, configuration: bytes) -> VideoCodecContext:
        """A decoder on the device's primary context; the processor's where the device does not know the stream."""
        try:
            context: Any = av.CodecContext.create(codec, "r", HWAccel("cuda", device=str(_INDEX), is_hw_owned=True))
        except (av.error.FFmpegError, NotImplementedError, ValueError) as error:
            raise DeviceError(self._name, "decode", error) from error
        context.extradata = configuration or None
        decoder: VideoCodecContext = context
        return decoder

    def planes_of(self, frame: VideoFrame) -> SourcePlanes | None:
        """The planes of a frame that the device has decoded."""
        if frame.format.name != "cuda":
            return None
        with self.stage("decode"):
            luma, chroma = (self._view(plane) for plane in frame.planes)
            return SourcePlanes(luma[0], (chroma[0], chroma[0]), luma[1], chroma[1], 2)

    def host_memory(self, size: int) -> _Pinned:
        """Pinned memory."""
        with self.stage("memory"):
            return _Pinned(self._pinned.allocate(size))

    def device_memory(self, size: int) -> _Memory:
        """Memory of the device's pool."""
        with self.stage("memory"):
            return _Memory(self._device.allocate(size, stream=self._stream))

    def prepared(self, plan: ScalePlan) -> _Work:
        """The tables of a plan; those of the last few plans are kept."""
        if plan not in self._plans:
            if len(self._plans) >= _MOST_PLANS:
                del self._plans[next(iter(self._plans))]
            self._plans[plan] = _Work(plan, *map(self._table, (plan.planes, plan.tiles, plan.tables)))
        return self._plans[plan]

    def upload(self, target: _Memory, source: _Memory) -> None:
        """Host to device."""
        self._copy(target, source)

    def download(self, target: _Memory, source: _Memory) -> None:
        """Device to host."""
        self._copy(target, source)

    def scale(self, work: _Work, source: SourcePlanes, target: _Memory) -> None:
        """One launch for one picture."""
        self.scale_many(work, source, target.address, 1, 0, 0)

    def scale_many(
        self, work: _Work, source: SourcePlanes, target: int, pictures: int, source_stride: int, output_stride: int
    ) -> None:
        """One launch for pictures that follow each other at fixed distances in bytes."""
        with self.stage("scale"):
            grid = (work.plan.tile_count, pictures)
            config = self._core.LaunchConfig(grid=grid, block=THREADS, shmem_size=work.plan.shared_bytes)
            pitches = (source.luma_pitch, source.chroma_pitch, source.chroma_step)
            self._core.launch(
                self._stream,
                config,
                self._kernel,
                *(work.planes.address, work.tiles.address, work.tables.address),
                *(source.luma, *source.chroma),
                *(ctypes.c_int32(number) for number in pitches),
                target,
                *(ctypes.c_int64(stride) for stride in (source_stride, output_stride)),
            )

    def mark(self) -> _Mark:
        """An event; a thread that waits for it sleeps, since processor time is what a device is to save."""
        return _Mark(self, self.event(timing=False))

    def event(self, *, timing: bool) -> Event:
        """An event in the stream."""
        with self.stage("scale"):
            options = self._core.EventOptions(timing_enabled=timing, blocking_sync=True)
            return self._stream.record(options=options)

    def _copy(self, target: _Memory, source: _Memory) -> None:
        with self.stage("copy"):
            source.buffer.copy_to(target.buffer, stream=self._stream)

    def _table(self, data: bytes) -> _Memory:
        """Data on the device, when this returns."""
        staging, table = self.host_memory(len(data)), self.device_memory(len(data))
        staging.view[:] = data
        self.upload(table, staging)
        self.mark().wait()
        return table

    def _view(self, plane: VideoPlane) -> tuple[int, int]:
        """Address and pitch in bytes of a plane of 8-bit samples."""
        from cuda.core.utils import StridedMemoryView

        try:
            view = StridedMemoryView.from_dlpack(_Exported(plane), stream_ptr=-1)
        except NotImplementedError as error:  # chroma other than 4:2:0
            raise DeviceError(self._name, "decode", error) from error
        if view.dtype is None or view.dtype.itemsize != 1 or not view.strides:
            raise DeviceError(self._name, "decode", "samples of more than 8 bits")
        return int(view.ptr), int(view.strides[0])

    def _try_decoder(self) -> tuple[str, list[Any]]:
        """Why there is no decoder; and what keeps the libraries of decoder and encoder loaded, since a sealed process
        could not load them again."""
        held: list[Any] = []
        with suppress(OSError):
            held.append(ctypes.CDLL(_ENCODER_LIBRARY))
        try:
            held.append(ctypes.CDLL(_DECODER_LIBRARY))
            held.append(HWAccel("cuda", device=str(_INDEX), is_hw_owned=True).create(av.Codec("h264", "r")))
        except (OSError, av.error.FFmpegError, NotImplementedError, ValueError) as error:
            return str(error), held
        return "", held


class _Exported:
    """A plane as cuda-core asks for it; the library exports planes of a device only without a stream."""

    def __init__(self, plane: VideoPlane) -> None:
        self._plane = plane

    def __dlpack__(self, **_: object) -> object:
        return self._plane.__dlpack__()

    def __dlpack_device__(self) -> object:
        return self._plane.__dlpack_device__()
