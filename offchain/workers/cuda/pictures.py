"""A segment's pictures on a device: decoded there where it can, scaled there, handed to the encoders in host memory.

The samples are the processor's own (offchain/workers/scaling), and so is everything that frames carry besides. What
only the processor does alike (interlaced, damaged, more than 8 bits, chroma other than 4:2:0) is refused with its
reason, and the segment is made there.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
from av.sidedata.sidedata import SideData, Type
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from offchain.errors import DeviceError, FieldRangeError
from offchain.media.limits import SegmentLimits
from offchain.media.probe import decode
from offchain.media.source import Source
from offchain.workers.cuda.gpu import Gpu, Mark, SourcePlanes
from offchain.workers.cuda.slots import Slot, Slots
from offchain.workers.cuda.staging import IN_MEMORY, fill, planes_at, staging_bytes
from offchain.workers.pictures import OpenPictures, Scaler, Size
from offchain.workers.scaling.plan import PlaneShape, ScalePlan, Siting, plan
from offchain.workers.scaling.siting import siting_of

__all__ = ["CudaPictures", "opener"]

_UNSPECIFIED = 2
_MOST_OUTPUT = 64 << 20
"""Bytes of all renditions of one picture; several pictures are in memory at a time."""
# Side data that means nothing to an encoder; x264 writes down its own settings as the first.
_IDLE = {
    *(Type.SEI_UNREGISTERED, Type.S12M_TIMECODE, Type.GOP_TIMECODE),
    *(Type.MASTERING_DISPLAY_METADATA, Type.CONTENT_LIGHT_LEVEL),
}


def opener(gpu: Gpu) -> OpenPictures:
    """Opens the pictures of segments on a device, one segment at a time; memory is kept from one to the next."""
    slots = Slots(gpu)

    def open_pictures(source: Source, limits: SegmentLimits) -> CudaPictures:
        return CudaPictures(gpu, slots, source, limits)

    return open_pictures


class CudaPictures:
    """Decodes and scales one segment; `Pictures` (offchain/workers/pictures.py)."""

    def __init__(self, gpu: Gpu, slots: Slots, source: Source, limits: SegmentLimits) -> None:
        self._gpu, self._slots, self._source, self._limits = gpu, slots, source, limits
        self._picture: Size = (0, 0)
        self._siting: Siting | None = None
        self._plan: ScalePlan | None = None
        self._work: Any = None
        self._before: tuple[Mark, VideoFrame] | None = None
        self._on_processor = gpu.no_decoder

    @property
    def device(self) -> str:
        """The device, and why it did not decode if it did not."""
        return self._gpu.name + (f", decoded on cpu: {self._on_processor}" if self._on_processor else "")

    def frames(self) -> Iterator[VideoFrame | None]:
        """The decoded frames, on the device or in memory.

        Raises:
            DeviceError: a frame is for the processor, or the device failed.
        """
        frames = decode(self._source, self._limits) if self._on_processor else self._decoded()
        for frame in frames:
            if frame is not None:
                self._check(frame)
            yield frame

    def scalers(self, first: VideoFrame, sizes: Sequence[Size]) -> Sequence[Scaler]:
        """One for each size; they take their pictures from the same launch."""
        self._picture = (first.width, first.height)
        self._siting = siting_of(first)
        if self._siting is None:
            raise self._refusal("scale", "chroma lies where only the processor's scaler looks for it")
        try:
            self._plan = plan(self._picture, tuple(sizes), self._siting)
        except FieldRangeError as error:
            raise self._refusal("scale", error) from error
        if self._plan.output_bytes > _MOST_OUTPUT:
            raise self._refusal("scale", f"{self._plan.output_bytes >> 20} MiB of renditions for each picture")
        self._work = self._gpu.prepared(self._plan)
        return [_CudaScaler(*size, shapes) for size, shapes in zip(sizes, self._plan.outputs, strict=True)]

    def share(self, frame: VideoFrame) -> _Shared:
        """Starts the launch and the copy back; waits only for those of the frame before, whose surface is let go."""
        if self._plan is None:
            raise RuntimeError("scalers come first")
        frame.colorspace = frame.color_primaries = frame.color_trc = _UNSPECIFIED
        if (frame.width, frame.height) != self._picture:
            raise self._refusal("scale", "the size of the pictures changes within the segment")
        if frame.key_frame and siting_of(frame) != self._siting:
            raise self._refusal("scale", "the place of chroma changes within the segment")
        self._let_go()
        on_device = self._gpu.planes_of(frame)
        slot = self._slots.take(self._plan.output_bytes, 0 if on_device else staging_bytes(frame))
        planes = on_device or self._uploaded(frame, slot)
        self._gpu.scale(self._work, planes, slot.output)
        self._gpu.download(slot.result, slot.output)
        shared = _Shared(frame, slot, self._gpu.mark(), self._slots.give_back)
        self._before = (shared.mark, frame)
        return shared

    def close(self) -> None:
        """Waits until the device has let go of the last frame."""
        try:
            self._let_go()
        except DeviceError:
            self._before = None  # the pass has its error, or needed the frame no more

    def _let_go(self) -> None:
        if self._before is not None:
            self._before[0].wait()
            self._before = None

    def _decoded(self) -> Iterator[VideoFrame]:
        """Frames of the device's decoder: all or none. Which damaged ones are kept is the processor's to say."""
        video, count = self._source.video.codec_context, 0
        decoder = self._gpu.decoder(video.name, video.extradata or b"")
        decoder.thread_count = 1
        decoder.options = {"strict": "1", "max_pixels": str(self._limits.max_pixels)}
        for packet in (*self._source.video_packets, None):
            try:
                frames = decoder.decode(packet)
            except av.error.FFmpegError as error:
                raise self._refusal("decode", error) from error
            for frame in frames:
                if frame.is_corrupt:
                    raise self._refusal("decode", "a damaged picture")
                if not count and decoder.sample_aspect_ratio:
                    video.sample_aspect_ratio = decoder.sample_aspect_ratio  # renditions look it up in the source
                count += 1
                yield frame
        if count != len(self._source.video_packets):
            raise self._refusal("decode", f"{count} pictures of {len(self._source.video_packets)} packets")

    def _check(self, frame: VideoFrame) -> None:
        if frame.interlaced_frame:
            raise self._refusal("decode", "interlaced pictures")
        if self._gpu.planes_of(frame) is None:
            if frame.format.name not in IN_MEMORY:
                raise self._refusal("scale", f"{frame.format.name} pictures")
            self._on_processor = self._on_processor or "the device's decoder does not know the stream"
        elif frame.width != self._source.video.codec_context.width or Type.FILM_GRAIN_PARAMS in _side_data(frame):
            # Its decoder cuts at the right and the bottom alone, and adds no grain.
            raise self._refusal("decode", "pictures that are cut at the left, or come with film grain")

    def _uploaded(self, frame: VideoFrame, slot: Slot) -> SourcePlanes:
        if slot.source is None or slot.staging is None:
            raise RuntimeError("a slot without room for the source")
        fill(slot.staging.view, frame)
        self._gpu.upload(slot.source, slot.staging)
        return planes_at(slot.source.address, frame)

    def _refusal(self, stage: str, cause: object) -> DeviceError:
        return DeviceError(self._gpu.name, stage, cause)


def _side_data(frame: VideoFrame) -> set[Type | None]:
    """Kinds of side data; None for one that the library has no name for."""
    try:
        kinds: Sequence[SideData] = [*frame.side_data]
        return {data.type for data in kinds}
    except ValueError:
        return {None}


@dataclass(frozen=True, slots=True)
class _Times:
    pts: int | None
    duration: int
    time_base: Fraction | None
    color_range: int


class _Shared:
    """A picture in the sizes of all scalers, or soon to be; its slot goes back when no scaler holds it any more."""

    def __init__(self, frame: VideoFrame, slot: Slot, mark: Mark, give_back: Callable[[Slot], None]) -> None:
        self.slot, self.mark = slot, mark
        self._times = _Times(frame.pts, frame.duration, frame.time_base, frame.color_range)
        # Captions, for one, get into the stream from here.
        self._carrier = frame if _side_data(frame) - _IDLE else None
        weakref.finalize(self, give_back, slot).atexit = False

    def blank(self, width: int, height: int) -> VideoFrame:
        """A frame of another size with everything of this one but the picture; the very frame if it has that size."""
        if self._carrier is not None:
            return VideoReformatter().reformat(
                self._carrier, width, height, "yuv420p", interpolation=Interpolation.POINT, threads=1
            )
        frame = VideoFrame(width, height, "yuv420p")
        times = self._times
        frame.pts, frame.duration, frame.color_range = times.pts, times.duration, times.color_range
        if times.time_base is not None:
            frame.time_base = times.time_base
        return frame

    def is_carrier(self, frame: VideoFrame) -> bool:
        """Whether `blank` returned the frame itself, with its picture."""
        return frame is self._carrier


class _CudaScaler:
    """Takes one size out of what the launches made; `Scaler`."""

    def __init__(self, width: int, height: int, shapes: Sequence[PlaneShape]) -> None:
        self._width, self._height, self._shapes = width, height, shapes

    def scale(self, picture: _Shared) -> VideoFrame:
        """The picture in this size, in memory of its own."""
        picture.mark.wait()
        frame = picture.blank(self._width, self._height)
        if picture.is_carrier(frame):
            return frame
        for plane, shape in zip(frame.planes, self._shapes, strict=True):
            rows = picture.slot.result.view[shape.offset : shape.offset + shape.pitch * shape.height]
            fitting: Any = rows if plane.line_size == shape.pitch else _repitched(rows, shape, plane.line_size)
            plane.update(fitting)  # any buffer will do
        return frame


def _repitched(rows: memoryview, shape: PlaneShape, line_size: int) -> bytes:
    """The rows of a plane at another distance from each other."""
    starts = range(0, len(rows), shape.pitch)
    return b"".join(bytes(rows[start : start + shape.width]).ljust(line_size, b"\0") for start in starts)
