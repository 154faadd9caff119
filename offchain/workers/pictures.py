"""Who decodes a segment and scales its pictures: the one part of the work that a device may do in its own way.

Timing, encoding, muxing, the count of pixels and the sound are one code for all devices (offchain/workers/transcode.py
and rendition.py). Whatever the device, the scaled samples are those of the processor's scaler with the flags below;
it is a recipe in integers that a GPU can repeat sample for sample (facts: transcode 4.1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from offchain.media.limits import SegmentLimits
from offchain.media.probe import decode
from offchain.media.source import Source

__all__ = ["SCALER_FLAGS", "CpuPictures", "OpenPictures", "Pictures", "Scaler", "Size"]

Size = tuple[int, int]
"""Width and height in pixels."""

# Chroma lies where the frame says it does: left of the luma as is usual in H.264, in the middle where nothing is said.
SCALER_FLAGS = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.BITEXACT

_UNSPECIFIED = 2


class Scaler(Protocol):
    """Scales the pictures of a segment to one size; called from the thread of its rendition alone."""

    def scale(self, picture: Any) -> VideoFrame:
        """The picture in this scaler's size: `yuv420p` in memory, with the frame's time, duration and side data.

        Args:
            picture: what `Pictures.share` returned; other scalers may be reading it.

        Raises:
            DeviceError: the device failed.
        """


class Pictures(Protocol):
    """Decodes one segment and scales its pictures; one object for each segment.

    All but the scalers' `scale` is called from one thread, in this order: `frames`, at the first frame `scalers`, then
    `share` for each frame that is to be encoded, and `close` in the end, whatever happened.
    """

    @property
    def device(self) -> str:
        """What does it, as results name it: `cpu`, `cuda:0`."""

    def frames(self) -> Iterator[VideoFrame | None]:
        """The decoded frames in order of presentation, on the device or in memory; None for what was not decodable.

        Raises:
            DeviceError: the device cannot decode this, or failed.
        """

    def scalers(self, first: VideoFrame, sizes: Sequence[Size]) -> Sequence[Scaler]:
        """One scaler for each size of the ladder, in order; sizes may repeat.

        Args:
            first: the first decoded frame; later ones may be of another size.
            sizes: even numbers of pixels.
        """

    def share(self, frame: VideoFrame) -> Any:
        """Readies a frame for all scalers, which take what this returns; a device starts its work here.

        Args:
            frame: of `frames`, with pts and duration set in ticks of `CLOCK`.
        """

    def close(self) -> None:
        """Lets go of what the device holds; scalers are not used any more."""


OpenPictures = Callable[[Source, SegmentLimits], Pictures]
"""Opens the pictures of a segment on a device; raises DeviceError when that cannot be done."""


class CpuPictures:
    """Decodes and scales on the processor; `Pictures`."""

    device = "cpu"

    def __init__(self, source: Source, limits: SegmentLimits, threads: int = 1) -> None:
        """Opens nothing yet.

        Args:
            source: the segment.
            limits: what it may be.
            threads: of the decoder.
        """
        self._source, self._limits, self._threads = source, limits, threads

    def frames(self) -> Iterator[VideoFrame | None]:
        """The decoded frames in memory."""
        return decode(self._source, self._limits, self._threads)

    def scalers(self, _first: VideoFrame, sizes: Sequence[Size]) -> Sequence[Scaler]:
        """Scalers without anything in common."""
        return [_CpuScaler(*size) for size in sizes]

    def share(self, frame: VideoFrame) -> VideoFrame:
        """Takes the colour tags off: the scaler sets and resets them on a frame that other threads are reading."""
        frame.colorspace = frame.color_primaries = frame.color_trc = _UNSPECIFIED
        return frame

    def close(self) -> None:
        """Nothing is held."""


class _CpuScaler:
    def __init__(self, width: int, height: int) -> None:
        self._width, self._height = width, height
        self._reformatter = VideoReformatter()

    def scale(self, picture: VideoFrame) -> VideoFrame:
        return self._reformatter.reformat(
            picture, self._width, self._height, "yuv420p", interpolation=SCALER_FLAGS, threads=1
        )
