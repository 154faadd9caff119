"""One segment into its whole ladder in one pass: decoded once, each rendition made in a thread of its own.

Runs in a child process (offchain/workers/jobs.py): the bytes are a stranger's.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from av.video.frame import VideoFrame

from offchain.errors import DeviceError, NoKeyFrameError, NoVideoError, SegmentLimitError, TruncatedSegmentError
from offchain.media.geometry import rendition_size
from offchain.media.limits import SegmentLimits
from offchain.media.perceptual import perceptual_hash
from offchain.media.profiles import check_ladder
from offchain.media.source import CLOCK, Source, check_declared, open_source
from offchain.types import Container, RenditionProfile
from offchain.workers.deinterlace import progressive
from offchain.workers.encoding import LIVE_THREADS, Encoder, EncoderChoice, encoder_for
from offchain.workers.pictures import CpuPictures, OpenPictures, Pictures, Scaler
from offchain.workers.protocol import Mode, Rendition
from offchain.workers.rendition import Look, RenditionMaker
from offchain.workers.sound import sound_renditions

__all__ = ["PLAIN", "Manner", "Transcoded", "transcode"]

_TICK = Fraction(1, CLOCK)
_ON_DEVICE = frozenset({"cuda"})
_QUEUE = 4
"""Decoded frames that may wait for a rendition: enough to keep threads busy, little enough to bound memory."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a segment is transcoded.

    Attributes:
        mode: how renditions are encoded.
        pictures: opens what decodes and scales; None does both on the processor.
        perceptual_hashes: whether renditions come with them.
        encoder_of: chooses the encoder of a rendition.
        maker: makes a rendition.
    """

    mode: Mode = Mode.VERIFIABLE
    pictures: OpenPictures | None = None
    perceptual_hashes: bool = False
    encoder_of: EncoderChoice = encoder_for
    maker: type[RenditionMaker] = RenditionMaker

    def open_pictures(self, source: Source, limits: SegmentLimits) -> Pictures:
        """What decodes and scales this segment; DeviceError when the device cannot."""
        if self.pictures is not None:
            return self.pictures(source, limits)
        return CpuPictures(source, limits, LIVE_THREADS if self.mode is Mode.LIVE else 1)


PLAIN = Manner()
"""Verifiable, on the processor."""


@dataclass(frozen=True, slots=True)
class Transcoded:
    """Renditions in the order of the ladder, what the decoder saw, and what did it.

    Attributes:
        renditions: one for each profile.
        decoded_frames: frames that came out of the decoder.
        decoded_pixels: sum of width * height over them.
        corrupt_frames: frames that the decoder calls damaged, and packets that it could not decode.
        device: what decoded and scaled, such as `cpu`.
        fallback: why it was not the device that was asked for; empty when it was.
    """

    renditions: tuple[Rendition, ...]
    decoded_frames: int
    decoded_pixels: int
    corrupt_frames: int
    device: str = "cpu"
    fallback: str = ""


def transcode(
    data: bytes,
    container: Container,
    duration_ms: int,
    profiles: tuple[RenditionProfile, ...],
    limits: SegmentLimits,
    manner: Manner = PLAIN,
) -> Transcoded:
    """Makes all renditions of a segment, or none; where the device fails, once more on the processor.

    Args:
        data: the segment.
        container: what it is declared to be.
        duration_ms: declared duration; 0 declares none.
        profiles: 1 to 10 of them.
        limits: what the segment may be.
        manner: how, and on what.

    Raises:
        MediaError: the segment or a profile cannot be worked on.
    """
    ladder = check_ladder(profiles)
    try:
        return _transcode(data, container, duration_ms, ladder, limits, manner)
    except NoVideoError:
        # Sound may begin before the pictures do, or go on without them.
        return Transcoded(sound_renditions(data, container, ladder, limits), 0, 0, 0)
    except DeviceError as error:
        done = _transcode(
            data, container, duration_ms, ladder, limits, replace(manner, pictures=None, encoder_of=encoder_for)
        )
        return replace(done, fallback=str(error))


def _transcode(
    data: bytes,
    container: Container,
    duration_ms: int,
    ladder: tuple[RenditionProfile, ...],
    limits: SegmentLimits,
    manner: Manner,
) -> Transcoded:
    with open_source(data, container, limits) as source:
        check_declared(source, duration_ms, limits)
        with closing(manner.open_pictures(source, limits)) as pictures:
            pass_ = _Pass(source, pictures, ladder, limits, manner)
            try:
                pass_.run()
                return pass_.result()
            finally:
                pass_.stop()


class _Pass:
    """The way of the frames from the decoder to the renditions."""

    def __init__(
        self,
        source: Source,
        pictures: Pictures,
        ladder: tuple[RenditionProfile, ...],
        limits: SegmentLimits,
        manner: Manner,
    ) -> None:
        self._source, self._pictures, self._ladder = source, pictures, ladder
        self._limits, self._manner = limits, manner
        self._rungs: list[_Rung] = []
        self._frames = self._pixels = self._corrupt = 0

    def run(self) -> None:
        for frame in progressive(self._timed(self._in_memory(self._counted()))):
            if not self._rungs:
                self._start(frame)
            picture = self._pictures.share(frame)
            for rung in self._rungs:
                rung.put(picture)
        if not self._rungs:
            raise NoKeyFrameError("no frame of the segment can be decoded")
        damaged = Fraction(self._corrupt, len(self._source.video_packets))
        if damaged > self._limits.max_corrupt:
            raise TruncatedSegmentError(
                f"{self._corrupt} of {len(self._source.video_packets)} frames are damaged or missing"
            )

    def result(self) -> Transcoded:
        renditions = tuple(rung.rendition() for rung in self._rungs)
        device = self._pictures.device + (
            ", encoded there" if any(encoder.device for encoder in self._encoders()) else ""
        )
        return Transcoded(renditions, self._frames, self._pixels, self._corrupt, device)

    def stop(self) -> None:
        for rung in self._rungs:
            rung.stop()

    def _start(self, frame: VideoFrame) -> None:
        look = Look.of(frame)
        sizes = [rendition_size(profile, frame.width, frame.height) for profile in self._ladder]
        makers = [
            self._manner.maker(profile, self._source, size, look, self._limits, encoder)
            for profile, size, encoder in zip(self._ladder, sizes, self._encoders(), strict=True)
        ]
        scalers = self._pictures.scalers(frame, sizes)
        self._rungs = [
            _Rung(scaler, maker, self._limits if self._manner.perceptual_hashes else None)
            for scaler, maker in zip(scalers, makers, strict=True)
        ]

    def _encoders(self) -> list[Encoder]:
        return [self._manner.encoder_of(profile, self._manner.mode) for profile in self._ladder]

    def _counted(self) -> Iterator[VideoFrame]:
        """Frames of the decoder, their pixels added up and each held against the limits."""
        for frame in self._pictures.frames():
            if frame is None:
                self._corrupt += 1
                continue
            pixels = frame.width * frame.height
            if pixels > self._limits.max_pixels or max(frame.width, frame.height) > self._limits.max_side:
                raise SegmentLimitError("pixels of a picture", pixels, self._limits.max_pixels)
            self._frames += 1
            self._pixels += pixels
            self._corrupt += frame.is_corrupt
            yield frame

    def _in_memory(self, frames: Iterator[VideoFrame]) -> Iterator[VideoFrame]:
        """The frames; a device that keeps them to itself is left when one is interlaced."""
        for frame in frames:
            if frame.interlaced_frame and frame.format.name in _ON_DEVICE:
                raise DeviceError(self._pictures.device, "decode", "interlaced pictures are worked on in memory")
            yield frame

    def _timed(self, frames: Iterator[VideoFrame]) -> Iterator[VideoFrame]:
        """Frames with rising times and the duration up to the next; one that goes back in time is dropped."""
        times = self._source.times
        unit = self._source.video_packets[0].time_base * CLOCK
        durations = {now: following - now for now, following in pairwise(times) if following > now}
        durations[times[-1]] = times[0] + self._source.duration - times[-1]
        last = times[0] - 1
        for frame in frames:
            # Frames that the decoder gives out at the end carry no time base of their own.
            ticks = last if frame.pts is None else round(frame.pts * unit)
            if ticks <= last:
                self._corrupt += 1
                continue
            frame.pts, frame.time_base, frame.duration = ticks, _TICK, durations.get(ticks, 0)
            last = ticks
            yield frame


class _Rung:
    """A scaler and a rendition maker in a thread of their own, fed through a short queue."""

    def __init__(self, scaler: Scaler, maker: RenditionMaker, hashed: SegmentLimits | None) -> None:
        """Starts the thread.

        Args:
            scaler: of its size.
            maker: of its rendition.
            hashed: gives the rendition a perceptual hash, under these limits.
        """
        self._scaler, self._maker, self._hashed = scaler, maker, hashed
        self._queue: queue.Queue[Any] = queue.Queue(_QUEUE)
        self._abandoned = threading.Event()
        self._rendition: Rendition | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name=maker.profile.name, daemon=True)
        self._thread.start()

    def put(self, picture: Any) -> None:
        """Hands a shared picture over, waiting for room; raises what the maker raised."""
        if self._error is not None:
            raise self._error
        self._queue.put(picture)

    def rendition(self) -> Rendition:
        """Ends the input, waits, and returns the rendition; raises what the maker raised."""
        self._queue.put(None)
        self._thread.join()
        if self._error is not None:
            raise self._error
        if self._rendition is None:
            raise RuntimeError("a rendition was asked for twice")
        return self._rendition

    def stop(self) -> None:
        """Ends the thread whatever its state; harmless when it has ended."""
        if self._thread.is_alive():
            self._abandoned.set()
            self._queue.put(None)
            self._thread.join()

    def _work(self) -> None:
        ended = False
        try:
            while not ended:
                picture = self._queue.get()
                ended = picture is None
                if not ended:
                    self._maker.submit(self._scaler.scale(picture))
            if not self._abandoned.is_set():
                self._rendition = self._finish()
        except BaseException as error:
            self._error = error
            while not ended:  # whoever feeds must not wait for ever
                ended = self._queue.get() is None

    def _finish(self) -> Rendition:
        made = self._maker.finish()
        if self._hashed is None:
            return made
        return replace(made, perceptual_hash=perceptual_hash(made.data, made.profile.container, self._hashed))
