"""A device that is none: its memory is the processor's, its kernel the header as a plain C++ compiler makes it.

Everything of a CUDA worker runs on it but the driver: what is asked for, in what order, and what becomes of it.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import av

from offchain.errors import DeviceError
from offchain.workers.cuda.gpu import SourcePlanes
from offchain.workers.cuda.staging import IN_MEMORY
from offchain.workers.scaling.plan import ScalePlan
from tests.support.scaling import library

__all__ = ["HostGpu"]


class _Memory:
    def __init__(self, size: int) -> None:
        self._bytes = (ctypes.c_ubyte * (size + 64))()
        self.size = size
        self.address = -(-ctypes.addressof(self._bytes) // 64) * 64
        self.view = memoryview((ctypes.c_ubyte * size).from_address(self.address)).cast("B")


@dataclass
class _Mark:
    gpu: HostGpu

    def wait(self) -> None:
        self.gpu.did("wait")


class _Decoder:
    """The processor's decoder, whose pictures come out with chroma in turn, as a device's do, if it takes them."""

    thread_count = 0
    options: ClassVar[dict[str, str]] = {}

    def __init__(self, codec: str, configuration: bytes) -> None:
        self._context = av.CodecContext.create(codec, "r")
        self._context.extradata = configuration

    @property
    def sample_aspect_ratio(self) -> Fraction | None:
        return self._context.sample_aspect_ratio

    def decode(self, packet: av.Packet | None) -> list[av.VideoFrame]:
        if not self._context.is_open:
            self._context.options, self._context.thread_count = self.options, self.thread_count
        frames = self._context.decode(packet)
        return [frame.reformat(format="nv12") if frame.format.name in IN_MEMORY else frame for frame in frames]


class HostGpu:
    """`Gpu`; counts its calls, and fails at one of them if it is told to.

    Args:
        decodes: whether it has a decoder; without one pictures are uploaded.
        fails: name of the call that fails, such as `scale`.
        after: so many of these calls still work.
    """

    name = "cuda:0"

    def __init__(self, *, decodes: bool = True, fails: str = "", after: int = 0) -> None:
        self.no_decoder = "" if decodes else "libnvcuvid.so.1 is missing"
        self.calls: dict[str, int] = {}
        self.worn = False
        self._fails, self._after = fails, after

    def did(self, call: str) -> None:
        self.calls[call] = self.calls.get(call, 0) + 1
        if call == self._fails and self.calls[call] > self._after:
            self.worn = True
            raise DeviceError(self.name, call, "CUDA_ERROR_ILLEGAL_ADDRESS")

    def decoder(self, codec: str, configuration: bytes) -> Any:
        self.did("decoder")
        return _Decoder(codec, configuration)

    def planes_of(self, frame: av.VideoFrame) -> SourcePlanes | None:
        if frame.format.name != "nv12":
            return None
        luma, chroma = frame.planes
        return SourcePlanes(luma.buffer_ptr, (chroma.buffer_ptr,) * 2, luma.line_size, chroma.line_size, 2)

    def host_memory(self, size: int) -> _Memory:
        self.did("host_memory")
        return _Memory(size)

    def device_memory(self, size: int) -> _Memory:
        self.did("device_memory")
        return _Memory(size)

    def prepared(self, plan: ScalePlan) -> ScalePlan:
        self.did("prepared")
        return plan

    def upload(self, target: _Memory, source: _Memory) -> None:
        self.did("upload")
        target.view[:] = source.view

    def scale(self, work: ScalePlan, source: SourcePlanes, target: _Memory) -> None:
        self.did("scale")
        assert target.size == work.output_bytes
        counts = (ctypes.c_int(work.tile_count), ctypes.c_int(work.shared_bytes))
        pointers = [ctypes.c_void_p(address) for address in (source.luma, *source.chroma)]
        pitches = [ctypes.c_int(n) for n in (source.luma_pitch, source.chroma_pitch, source.chroma_step)]
        output = ctypes.c_void_p(target.address)
        library().scale(work.planes, work.tiles, *counts, work.tables, *pointers, *pitches, output)

    def download(self, target: _Memory, source: _Memory) -> None:
        self.did("download")
        target.view[:] = source.view

    def mark(self) -> _Mark:
        self.did("mark")
        return _Mark(self)
