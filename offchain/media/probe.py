"""What a segment is, and how many pixels it decodes to.

Both run libav on foreign bytes: call them in a child process (offchain/media/inspector.py), never in a node itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import av
from av.audio.stream import AudioStream
from av.video.frame import VideoFrame

from offchain.errors import SegmentLimitError
from offchain.media.codecs import video_facts
from offchain.media.limits import SegmentLimits
from offchain.media.source import CLOCK, Source, open_source
from offchain.types import Container

__all__ = ["MediaInfo", "PixelCount", "codecs_of", "count_pixels", "decode", "probe"]

_AUDIO_STRINGS = {
    "mp2": "mp4a.40.33",
    "mp3": "mp4a.40.34",
    "mp3float": "mp4a.40.34",
    "ac3": "ac-3",
    "eac3": "ec-3",
    "opus": "opus",
}
_AAC_OBJECT_TYPES = {"LC": 2, "HE-AAC": 5, "HE-AACv2": 29}


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """A segment as its container and parameter sets describe it; nothing was decoded to learn this.

    Attributes:
        width: pixels of the picture.
        height: pixels of the picture.
        fps: mean frames per second.
        start_ms: presentation time of the first frame.
        duration_ms: from the first frame to the end of the last.
        frames: video packets.
        pixel_format: such as `yuv420p`; `unknown` when the parameter set cannot be read.
        codecs: codec names as HLS and MIME types write them, such as `avc1.64001f,mp4a.40.2`.
        audio_packets: 0 when there is no audio.
    """

    width: int
    height: int
    fps: Fraction
    start_ms: int
    duration_ms: int
    frames: int
    pixel_format: str
    codecs: str
    audio_packets: int


@dataclass(frozen=True, slots=True)
class PixelCount:
    """What a segment decodes to.

    Attributes:
        frames: decoded frames.
        pixels: sum of width * height over them, the measure of the fee (facts: transcode 2).
        corrupt: frames that the decoder calls damaged, and packets that it could not decode.
        width: pixels of the first frame.
        height: pixels of the first frame.
    """

    frames: int
    pixels: int
    corrupt: int
    width: int
    height: int


def probe(data: bytes, container: Container, limits: SegmentLimits) -> MediaInfo:
    """Describes a segment.

    Raises:
        MediaError: as `open_source`.
    """
    with open_source(data, container, limits) as source:
        facts = video_facts(source.video.codec_context, source.fps)
        return MediaInfo(
            width=source.video.codec_context.width,
            height=source.video.codec_context.height,
            fps=source.fps,
            start_ms=round(source.times[0] * 1000 / CLOCK),
            duration_ms=source.duration_ms,
            frames=len(source.video_packets),
            pixel_format=facts.pixel_format,
            codecs=codecs_of(facts.codec_string, source.audio),
            audio_packets=len(source.audio_packets),
        )


def codecs_of(video: str, audio: AudioStream | None) -> str:
    """The HLS codec list of a video's codec string, which may be empty, together with an audio stream."""
    names = [video] if video else []
    if audio is not None:
        names.append(_audio_codec_string(audio.codec_context.name, audio.codec_context.profile))
    return ",".join(names)


def count_pixels(data: bytes, container: Container, limits: SegmentLimits) -> PixelCount:
    """Decodes a segment and counts; frames are let go one by one.

    Raises:
        MediaError: as `open_source`.
    """
    frames = pixels = corrupt = 0
    size = (0, 0)
    with open_source(data, container, limits) as source:
        for frame in decode(source, limits):
            if frame is None:
                corrupt += 1
                continue
            size = size if frames else (frame.width, frame.height)
            frames += 1
            pixels += frame.width * frame.height
            corrupt += frame.is_corrupt
    return PixelCount(frames, pixels, corrupt, *size)


def decode(source: Source, limits: SegmentLimits, threads: int = 1) -> Iterator[VideoFrame | None]:
    """The frames of a source in order of presentation; None for each packet that could not be decoded.

    One thread unless it must be quick: with more of them a damaged stream would not decode the same way twice.
    """
    context = source.video.codec_context
    context.thread_count = threads
    if threads > 1:
        context.thread_type = "AUTO"
    # Strict: reorder by what the stream's level permits, not by a guess that drops frames when it turns out wrong.
    context.options = {"strict": "1", "max_pixels": str(limits.max_pixels)}
    for packet in (*source.video_packets, None):
        try:
            yield from context.decode(packet)
        except av.error.MemoryError:
            # Some decoders say so of a picture that they are not allowed to make room for.
            pixels = context.width * context.height
            if pixels > limits.max_pixels:
                raise SegmentLimitError("pixels of a picture", pixels, limits.max_pixels) from None
            raise
        except av.error.FFmpegError:
            yield None


def _audio_codec_string(name: str, profile: str | None) -> str:
    """The HLS name of an audio codec given in the library's words, such as `aac` and `LC`."""
    if name in ("aac", "aac_latm"):
        return f"mp4a.40.{_AAC_OBJECT_TYPES.get(profile or 'LC', 2)}"
    return _AUDIO_STRINGS.get(name, name)
