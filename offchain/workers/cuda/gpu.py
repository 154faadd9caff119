"""What the work on pictures asks of a device: memory, a decoder, one launch, and order. All of it is asynchronous and
happens in the order of the calls; `Mark.wait` waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from offchain.workers.scaling.plan import ScalePlan

__all__ = ["DeviceMemory", "Gpu", "HostMemory", "Mark", "SourcePlanes"]


@dataclass(frozen=True, slots=True)
class SourcePlanes:
    """A picture in the device's memory, as the kernel takes it (scaler.h).

    Attributes:
        luma: address.
        chroma: addresses of both planes, the same where their samples lie in turn.
        luma_pitch: bytes from row to row.
        chroma_pitch: likewise.
        chroma_step: bytes from sample to sample: 1, or 2 where they lie in turn.
    """

    luma: int
    chroma: tuple[int, int]
    luma_pitch: int
    chroma_pitch: int
    chroma_step: int


class DeviceMemory(Protocol):
    """Memory of the device; freed with the object."""

    @property
    def size(self) -> int:
        """Bytes."""

    @property
    def address(self) -> int:
        """Where it begins, for the device."""


class HostMemory(Protocol):
    """Memory of the processor that the device copies from and to by itself; freed with the object."""

    @property
    def view(self) -> memoryview:
        """All of it."""


class Mark(Protocol):
    """A place in the order of the device's work."""

    def wait(self) -> None:
        """Returns when everything before it is done; from any thread.

        Raises:
            DeviceError: something before it failed.
        """


class Gpu(Protocol):
    """A device that is open in this process; every method raises DeviceError when the device fails."""

    @property
    def name(self) -> str:
        """As operators name it, such as `cuda:0`."""

    @property
    def worn(self) -> bool:
        """Whether a call has failed: later ones would fail as well, until a fresh process opens the device."""

    @property
    def no_decoder(self) -> str:
        """Why pictures are decoded on the processor; empty when the device decodes."""

    def decoder(self, codec: str, configuration: bytes) -> VideoCodecContext:
        """A decoder whose frames stay on the device, where it knows the stream; asked when `no_decoder` is empty."""

    def planes_of(self, frame: VideoFrame) -> SourcePlanes | None:
        """Where a frame of the decoder lies on the device, 8 bits a sample; None for one in the processor's memory."""

    def host_memory(self, size: int) -> HostMemory:
        """New memory of `size` bytes."""

    def device_memory(self, size: int) -> DeviceMemory:
        """New memory of `size` bytes."""

    def prepared(self, plan: ScalePlan) -> Any:
        """The tables of a plan on the device; kept for the next time."""

    def upload(self, target: Any, source: Any) -> None:
        """Copies all of `source`, memory of the processor, to memory of the device of the same size."""

    def scale(self, work: Any, source: SourcePlanes, target: Any) -> None:
        """One launch: all planes of all renditions of a picture.

        Args:
            work: what `prepared` returned.
            source: the picture.
            target: memory of the device, of `ScalePlan.output_bytes`.
        """

    def download(self, target: Any, source: Any) -> None:
        """Copies all of `source`, memory of the device, to memory of the processor of the same size."""

    def mark(self) -> Mark:
        """The place after everything that has been called so far."""
