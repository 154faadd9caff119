"""Pictures of the processor's decoder on their way to a device: planes one after the other in one piece of memory."""

from __future__ import annotations

from av.video.frame import VideoFrame

from offchain.workers.cuda.gpu import SourcePlanes

__all__ = ["IN_MEMORY", "fill", "planes_at", "staging_bytes"]

IN_MEMORY = {"yuv420p": 1, "yuvj420p": 1, "nv12": 2}
"""Pictures that the kernel reads after a copy, and bytes between two chroma samples."""

_ALIGNMENT = 64


def staging_bytes(frame: VideoFrame) -> int:
    """Memory that a frame needs."""
    return sum(_aligned(plane.buffer_size) for plane in frame.planes)


def fill(staging: memoryview, frame: VideoFrame) -> None:
    """Copies the planes of a frame."""
    end = 0
    for plane in frame.planes:
        staging[end : end + plane.buffer_size] = memoryview(plane)
        end += _aligned(plane.buffer_size)


def planes_at(address: int, frame: VideoFrame) -> SourcePlanes:
    """Where the planes of a frame lie when what `fill` has written has been copied to an address."""
    addresses, pitches = [], []
    for plane in frame.planes:
        addresses.append(address)
        pitches.append(plane.line_size)
        address += _aligned(plane.buffer_size)
    chroma = (addresses[1], addresses[-1])
    return SourcePlanes(addresses[0], chroma, pitches[0], pitches[1], IN_MEMORY[frame.format.name])


def _aligned(size: int) -> int:
    return -(-size // _ALIGNMENT) * _ALIGNMENT
