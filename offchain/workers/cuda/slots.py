"""Memory for pictures on their way through a device; kept between pictures and segments, since pinning is slow."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from offchain.workers.cuda.gpu import DeviceMemory, Gpu, HostMemory

__all__ = ["Slot", "Slots"]

_MOST_KEPT = 256 << 20
"""Bytes of free slots that are kept, on the device and on the processor each."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Memory of one picture: its renditions on both sides; its source as well where the processor decodes.

    Attributes:
        output: renditions on the device.
        result: renditions on the processor.
        source: the picture on the device, or None.
        staging: the picture on the processor, or None.
    """

    output: DeviceMemory
    result: HostMemory
    source: DeviceMemory | None
    staging: HostMemory | None

    @property
    def sizes(self) -> tuple[int, int]:
        """Bytes of the renditions, and of the source."""
        return self.output.size, self.source.size if self.source else 0


class Slots:
    """The slots of a device. As many are out as pictures wait in the queues of a pass: memory is bounded by those."""

    def __init__(self, gpu: Gpu) -> None:
        self._gpu = gpu
        self._free: defaultdict[tuple[int, int], list[Slot]] = defaultdict(list)

    def take(self, output_bytes: int, source_bytes: int) -> Slot:
        """A slot that nobody uses; with a source when `source_bytes` is not 0."""
        free = self._free[output_bytes, source_bytes]
        try:
            return free.pop()
        except IndexError:
            self._make_room(output_bytes + source_bytes)
        gpu = self._gpu
        source = (gpu.device_memory(source_bytes), gpu.host_memory(source_bytes)) if source_bytes else (None, None)
        return Slot(gpu.device_memory(output_bytes), gpu.host_memory(output_bytes), *source)

    def give_back(self, slot: Slot) -> None:
        """Returns a slot whose work is done, or comes before that of whoever takes it next; from any thread."""
        self._free[slot.sizes].append(slot)

    def _make_room(self, wanted: int) -> None:
        kept = sum(sum(sizes) * len(slots) for sizes, slots in self._free.items())
        if kept + wanted > _MOST_KEPT:
            self._free.clear()
