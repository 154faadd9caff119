"""A segment taken apart: its packets and timing, checked against the limits before anything is decoded.

Only the demuxer of the declared container reads the bytes, from memory, with every protocol forbidden and no video
decoder allowed: a playlist that poses as a segment opens nothing, and a picture of absurd size is never allocated
(facts: transcode 6; security 5, T15 to T17).
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container.input import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from offchain.errors import (
    NoKeyFrameError,
    NotVideoError,
    NoVideoError,
    SegmentLimitError,
    TruncatedSegmentError,
    UnsupportedCodecError,
)
from offchain.media.codecs import VIDEO_CODECS
from offchain.media.h264 import h264_parameters
from offchain.media.limits import SegmentLimits
from offchain.types import Container

__all__ = [
    "CLOCK",
    "CONTAINER_FORMATS",
    "AudioSource",
    "Source",
    "audio_stream",
    "check_declared",
    "open_audio",
    "open_source",
]

CLOCK = 90_000
"""Ticks a second of every timestamp that we write."""

CONTAINER_FORMATS = {Container.MPEGTS: "mpegts", Container.MP4: "mp4"}
# Audio decoders may look at a few packets to find the sampling rate; video decoders are not let near the probe.
_PROBE_DECODERS = "aac,mp3float,mp3,mp2,ac3,eac3,opus"
# Sound may be announced when the pictures have long begun.
_OPTIONS = {Container.MPEGTS: {"scan_all_pmts": "1"}}
_AUDIO = frozenset(_PROBE_DECODERS.split(","))


@dataclass(frozen=True, slots=True)
class Source:
    """An opened segment whose packets all lie in memory.

    Attributes:
        video: stream of the video packets.
        audio: stream of the audio packets; None when there are none, or none that can be read.
        video_packets: in decoding order.
        audio_packets: in order of the container.
        times: presentation times of the video packets in `CLOCK` ticks, ascending.
        duration: ticks from the first time to the end of the last frame.
        fps: mean frames per second, from 1 up to the limit.
    """

    video: VideoStream
    audio: AudioStream | None
    video_packets: tuple[Packet[Any], ...]
    audio_packets: tuple[Packet[Any], ...]
    times: tuple[int, ...]
    duration: int
    fps: Fraction

    @property
    def duration_ms(self) -> int:
        """Duration in milliseconds, rounded."""
        return round(self.duration * 1000 / CLOCK)


@dataclass(frozen=True, slots=True)
class AudioSource:
    """An opened segment without video.

    Attributes:
        audio: stream of the packets.
        packets: in order of the container.
        span: first and last moment in `CLOCK` ticks.
    """

    audio: AudioStream
    packets: tuple[Packet[Any], ...]
    span: tuple[int, int]


@contextmanager
def open_source(data: bytes, container: Container, limits: SegmentLimits) -> Iterator[Source]:
    """Takes a segment apart; the streams of the result live as long as the context.

    Raises:
        NotVideoError: not the declared container.
        NoVideoError: no video in it.
        UnsupportedCodecError: the video is neither H.264 nor HEVC nor VP9.
        NoKeyFrameError: the first video packet is no key frame, or nothing says what its pictures look like.
        SegmentLimitError: streams, dimensions, duration or frame rate beyond the limits.
        TruncatedSegmentError: the container announces more frames than it holds.
    """
    with _open(data, container) as opened:
        yield _take_apart(opened, limits)


@contextmanager
def open_audio(data: bytes, container: Container, limits: SegmentLimits) -> Iterator[AudioSource]:
    """Takes a segment apart that holds sound alone; as `open_source`.

    Raises:
        NotVideoError: not the declared container, or no sound in it.
        SegmentLimitError: streams, packets or duration beyond the limits.
    """
    with _open(data, container) as opened:
        _check_streams(opened, limits)
        audio = audio_stream(opened)
        packets = () if audio is None else _read(opened, None, audio, limits)[1]
        if audio is None or not packets:
            raise NoVideoError("the segment holds neither video nor sound")
        begin, last = _ticks(packets[0].dts or 0, packets[0]), packets[-1]
        end = _ticks((last.dts or 0) + (last.duration or 0), last)
        _check_timing(max(end - begin, 0), 0, limits)
        yield AudioSource(audio, packets, (begin, max(end, begin)))


@contextmanager
def _open(data: bytes, container: Container) -> Iterator[InputContainer]:
    options = {"codec_whitelist": _PROBE_DECODERS, "protocol_whitelist": "none", **_OPTIONS.get(container, {})}
    try:
        opened = av.open(io.BytesIO(data), "r", format=CONTAINER_FORMATS[container], options=options)
    except (av.error.FFmpegError, ValueError) as error:
        raise NotVideoError(f"no {container.name} segment: {error}") from error
    with opened:
        yield opened


def _take_apart(opened: InputContainer, limits: SegmentLimits) -> Source:
    _check_streams(opened, limits)
    video = _video_stream(opened)
    _check_picture(video, limits)
    audio = audio_stream(opened)
    video_packets, audio_packets = _read(opened, video, audio, limits)
    if not video_packets:
        raise NoVideoError("the segment holds no video packet")
    described = video.codec_context.extradata or video.codec_context.name == "vp9"
    if not (video_packets[0].is_keyframe and described and video.codec_context.width):
        raise NoKeyFrameError("the segment does not start with a decodable key frame")
    if video.frames > len(video_packets):
        raise TruncatedSegmentError(f"{len(video_packets)} of {video.frames} announced frames are there")
    times = tuple(sorted(_ticks(packet.pts, packet) for packet in video_packets if packet.pts is not None))
    if not times:
        raise NotVideoError("no video packet has a timestamp")
    duration = _duration(times, video_packets)
    _check_timing(duration, len(video_packets), limits)
    fps = Fraction(CLOCK * len(times), duration).limit_denominator(1001)
    return Source(
        video=video,
        audio=audio if audio_packets else None,
        video_packets=video_packets,
        audio_packets=audio_packets,
        times=times,
        duration=duration,
        fps=min(max(fps, Fraction(1)), Fraction(limits.max_fps)),
    )


def _check_streams(opened: InputContainer, limits: SegmentLimits) -> None:
    if len(opened.streams) > limits.max_streams:
        raise SegmentLimitError("streams", len(opened.streams), limits.max_streams)


def audio_stream(opened: InputContainer) -> AudioStream | None:
    """The audio that is copied: the first stream, if enough of it is there to tell its sampling rate."""
    stream = opened.streams.audio[0] if opened.streams.audio else None
    if stream is None or stream.codec_context is None or not stream.codec_context.sample_rate:
        return None
    return stream


def _video_stream(opened: InputContainer) -> VideoStream:
    if not opened.streams.video:
        raise NoVideoError("the segment has no video stream")
    video = opened.streams.video[0]
    codec: str = video.codec_context.name if video.codec_context is not None else "unknown"
    if codec not in VIDEO_CODECS:
        raise UnsupportedCodecError(f"the video is {codec}, only {', '.join(VIDEO_CODECS.values())} are taken")
    return video


def _check_picture(video: VideoStream, limits: SegmentLimits) -> None:
    """Holds the size that the parameter sets state against the limits; the library hides one that it finds absurd."""
    width, height = video.codec_context.width, video.codec_context.height
    h264 = video.codec_context.name == "h264"
    parameters = h264_parameters(video.codec_context.extradata or b"") if h264 else None
    if parameters and not (width and height):
        width, height = parameters.coded_width, parameters.coded_height
    if max(width, height) > limits.max_side:
        raise SegmentLimitError("picture side in pixels", max(width, height), limits.max_side)
    if width * height > limits.max_pixels:
        raise SegmentLimitError("pixels of a picture", width * height, limits.max_pixels)


def _read(
    opened: InputContainer, video: VideoStream | None, audio: AudioStream | None, limits: SegmentLimits
) -> tuple[tuple[Packet[Any], ...], tuple[Packet[Any], ...]]:
    most = limits.max_fps * limits.max_duration_ms // 1000
    read = 0
    video_packets: list[Packet[Any]] = []
    audio_packets: list[Packet[Any]] = []
    wanted: list[Stream] = [stream for stream in (video, audio) if stream is not None]
    try:
        for packet in opened.demux(wanted):
            if not packet.size:
                continue
            if packet.stream is video:
                video_packets.append(packet)
            elif packet.dts is not None:
                audio_packets.append(packet)
            if len(video_packets) > most or len(audio_packets) > most:
                raise SegmentLimitError("packets of a stream", max(len(video_packets), len(audio_packets)), most)
            read += packet.size
            # A table of an MP4 file can name the same bytes again and again.
            if read > opened.size:
                raise SegmentLimitError("bytes of all packets", read, opened.size)
    except av.error.FFmpegError as error:
        raise NotVideoError(f"the container breaks off: {error}") from error
    return tuple(video_packets), tuple(audio_packets)


def _ticks(timestamp: int, packet: Packet[Any]) -> int:
    return round(timestamp * packet.time_base * CLOCK)


def _duration(times: tuple[int, ...], packets: tuple[Packet[Any], ...]) -> int:
    """Ticks from the first time to the end of the last frame, whose own length is often not written down."""
    last = max(packets, key=lambda packet: packet.pts if packet.pts is not None else -math.inf)
    own = _ticks(last.duration or 0, last)
    if not own:
        own = (times[-1] - times[0]) // (len(times) - 1) if len(times) > 1 else CLOCK // 25
    return max(times[-1] - times[0] + own, 1)


def _check_timing(duration: int, packets: int, limits: SegmentLimits) -> None:
    duration_ms = duration * 1000 // CLOCK
    if duration_ms > limits.max_duration_ms:
        raise SegmentLimitError("duration in ms", duration_ms, limits.max_duration_ms)
    # A second's worth of grace: a segment of one frame has no rate.
    most = limits.max_fps * (duration_ms + 1000) // 1000
    if packets > most:
        raise SegmentLimitError(f"frames in {duration_ms} ms", packets, most)


def check_declared(source: Source, declared_ms: int, limits: SegmentLimits) -> None:
    """Holds the duration that a sender declares against the one that is there; 0 declares nothing.

    Raises:
        TruncatedSegmentError: much less is there.
        SegmentLimitError: much more is there.
    """
    if declared_ms <= 0:
        return
    actual_ms = source.duration_ms
    if actual_ms < declared_ms * limits.min_delivered:
        raise TruncatedSegmentError(f"{actual_ms} ms of video are there, {declared_ms} ms were declared")
    most_ms = int(declared_ms * limits.max_overrun) + limits.overrun_grace_ms
    if actual_ms > most_ms:
        raise SegmentLimitError(f"duration in ms, {declared_ms} being declared", actual_ms, most_ms)
