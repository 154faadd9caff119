"""One rendition in the making: change the frame rate, encode, put beside the copied audio."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

import av
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType, VideoFrame
from av.video.stream import VideoStream

from offchain.errors import DeviceError, ProfileError, SegmentLimitError
from offchain.media.h264 import h264_parameters
from offchain.media.limits import SegmentLimits
from offchain.media.orientation import Orientation
from offchain.media.probe import codecs_of
from offchain.media.source import CLOCK, CONTAINER_FORMATS, Source
from offchain.types import Container, RenditionProfile
from offchain.workers.encoding import Encoder, key_frame_ticks, muxer_options
from offchain.workers.pictures import Size
from offchain.workers.protocol import Rendition
from offchain.workers.sound import SoundTrack

__all__ = ["Look", "RenditionMaker"]

_TICK = Fraction(1, CLOCK)


@dataclass(frozen=True, slots=True)
class Look:
    """How the pictures of the source are to be understood and shown; carried on unchanged, never applied."""

    matrix: int
    span: int
    primaries: int
    transfer: int
    orientation: Orientation | None

    @classmethod
    def of(cls, frame: VideoFrame) -> Look:
        """The tags of a decoded frame."""
        colours = (frame.colorspace, frame.color_range, frame.color_primaries, frame.color_trc)
        return cls(*colours, Orientation.of(frame))


class RenditionMaker:
    """Makes one rendition of a source; scaled frames go in by `submit`, the rendition comes out of `finish`.

    Not safe for several threads at once.
    """

    def __init__(
        self,
        profile: RenditionProfile,
        source: Source,
        size: Size,
        look: Look,
        limits: SegmentLimits,
        encoder: Encoder,
    ) -> None:
        """Opens encoder and container.

        Args:
            profile: what is asked for.
            source: the segment; gives timing, shape of pixels and audio.
            size: of the encoded pictures.
            look: of the decoded pictures.
            limits: bounds the frames that a change of frame rate may make.
            encoder: makes the packets.

        Raises:
            ProfileError: the encoder refuses size, rate or profile.
            DeviceError: it is that of a device, and refuses anything.
            UnsupportedCodecError: the container cannot carry the audio.
        """
        self.profile = profile
        self._source, self._limits = source, limits
        self.width, self.height = size
        self._timing = _timing_graph(self.width, self.height, profile.fps)
        self._key_every, self._next_key = key_frame_ticks(profile, CLOCK), -(2**63)
        self._submitted = self._frames = 0
        self._span = [0, 0]
        self._buffer = io.BytesIO()
        self._configuration = b""
        self._orientation = look.orientation
        self._open(look, encoder)

    def submit(self, frame: VideoFrame) -> None:
        """Takes the next frame, in the size of the rendition: pts and duration in `CLOCK` ticks, pts rising.

        Raises:
            SegmentLimitError: a gap in time would be filled with too many frames.
            TruncatedSegmentError: the audio is too damaged for the container.
        """
        self._submitted += 1
        self._timing.push(frame)
        self._encode_ready()

    def finish(self) -> Rendition:
        """Encodes what is left, closes the container and returns the rendition."""
        self._timing.push(None)
        self._encode_ready()
        self._write(self._encoded(None))
        if self._sound is not None:
            self._sound.write_until(None)
        self._output.close()
        duration = self._span[1] - self._span[0]
        parameters = h264_parameters(self._configuration)
        return Rendition(
            profile=self.profile,
            data=self._buffer.getvalue(),
            width=self.width,
            height=self.height,
            frames=self._frames,
            pixels=self._frames * self.width * self.height,
            duration_ms=round(duration * 1000 / CLOCK),
            codecs=codecs_of(parameters.codec_string if parameters else "", self._source.audio),
            fps=Fraction(CLOCK * self._frames, max(duration, 1)).limit_denominator(1001),
        )

    def _open(self, look: Look, encoder: Encoder) -> None:
        container = CONTAINER_FORMATS[self.profile.container]
        options = muxer_options(self.profile.container, self._source.times[0] * 1000 // CLOCK)
        self._output = av.open(self._buffer, "w", format=container, options=options)
        fps = self.profile.fps or self._source.fps
        self._device = encoder.device
        self._video = cast(VideoStream, self._output.add_stream(encoder.name, rate=fps, options=dict(encoder.options)))
        self._encoder: VideoCodecContext = self._video.codec_context
        self._video.time_base = self._encoder.time_base = _TICK
        self._encoder.width, self._encoder.height, self._encoder.pix_fmt = self.width, self.height, "yuv420p"
        self._encoder.thread_count = encoder.threads
        if shape := self._source.video.codec_context.sample_aspect_ratio:
            self._encoder.sample_aspect_ratio = shape
        self._encoder.colorspace, self._encoder.color_range = look.matrix, look.span
        self._encoder.color_primaries, self._encoder.color_trc = look.primaries, look.transfer
        if look.orientation is not None and self.profile.container is Container.MP4:
            self._video.set_display_matrix(look.orientation.matrix)
        self._sound: SoundTrack | None = None
        if self._source.audio is not None:
            self._sound = SoundTrack(self._output, self._source.audio, self._source.audio_packets)
        try:
            self._output.start_encoding()
        except (av.error.FFmpegError, ValueError) as error:
            if self._device:
                raise DeviceError(self._device, "encode", error) from error
            raise ProfileError(
                f"profile {self.profile.name!r}: the encoder refuses {self.width}x{self.height} at {fps} fps: {error}"
            ) from error
        self._configuration = self._encoder.extradata or b""

    def _encode_ready(self) -> None:
        for frame in _pull(self._timing):
            self._frames += 1
            if self._frames > self._limits.max_duplication * self._submitted:
                limit = self._limits.max_duplication
                raise SegmentLimitError("encoded frames for each decoded one", f"{limit}+", limit)
            self._encode(frame)

    def _encode(self, frame: VideoFrame) -> None:
        if frame.pts is None or frame.time_base is None:
            raise SegmentLimitError("frames without a time", 1, 0)
        start = round(frame.pts * frame.time_base * CLOCK)
        end = round((frame.pts + frame.duration) * frame.time_base * CLOCK)
        self._span = [start if self._frames == 1 else self._span[0], end]
        # Frame types of the source would force the encoder's hand; only our own key frames may.
        frame.pict_type = PictureType.NONE
        if self._key_every and start >= self._next_key:
            frame.pict_type = PictureType.I
            self._next_key = start + self._key_every
        self._write(self._encoded(frame))

    def _encoded(self, frame: VideoFrame | None) -> list[Packet[Any]]:
        try:
            return self._encoder.encode(frame)
        except av.error.FFmpegError as error:
            if self._device:
                raise DeviceError(self._device, "encode", error) from error
            raise

    def _write(self, packets: list[Packet[Any]]) -> None:
        for packet in packets:
            if not self._configuration:
                self._configuration = bytes(packet)[:1024]
            if self._sound is not None:
                self._sound.write_until(Fraction(packet.dts or 0) * packet.time_base)
            packet.stream = self._video
            self._output.mux_one(self._turned(packet))

    def _turned(self, packet: Packet[Any]) -> Packet[Any]:
        """The packet; where the container has no place to say how its picture is turned, it says so itself."""
        if self._orientation is None or self.profile.container is Container.MP4:
            return packet
        said: Packet[Any] = Packet(self._orientation.into_picture(bytes(packet)))
        said.time_base, said.is_keyframe, said.stream = packet.time_base, packet.is_keyframe, packet.stream
        said.pts, said.dts, said.duration = packet.pts, packet.dts, packet.duration
        return said


def _timing_graph(width: int, height: int, fps: Fraction) -> av.filter.Graph:
    """Frames in, frames of the wanted rate out; at rate 0 each comes out as it went in, as an object of its own."""
    graph = av.filter.Graph()
    pixels = av.VideoFormat("yuv420p", width, height)
    entry = graph.add_buffer(width=width, height=height, format=pixels, time_base=_TICK)
    timing = graph.add("fps", f"fps={fps.numerator}/{fps.denominator}:round=near") if fps else graph.add("null")
    leave = graph.add("buffersink")
    entry.link_to(timing)
    timing.link_to(leave)
    graph.configure()
    return graph


def _pull(graph: av.filter.Graph) -> Iterator[VideoFrame]:
    while True:
        try:
            frame = graph.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
        if isinstance(frame, VideoFrame):
            yield frame
