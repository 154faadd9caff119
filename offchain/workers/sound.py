"""The sound of a segment, carried over packet by packet: never decoded, never encoded again."""

from __future__ import annotations

import io
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container.output import OutputContainer
from av.packet import Packet

from offchain.errors import TruncatedSegmentError, UnsupportedCodecError
from offchain.media.adts import adts_configuration, without_adts
from offchain.media.limits import SegmentLimits
from offchain.media.probe import codecs_of
from offchain.media.source import CLOCK, CONTAINER_FORMATS, open_audio
from offchain.types import Container, RenditionProfile
from offchain.workers.encoding import muxer_options
from offchain.workers.protocol import Rendition

__all__ = ["SoundTrack", "sound_renditions"]


class SoundTrack:
    """A copied audio stream of an output."""

    def __init__(self, output: OutputContainer, audio: AudioStream, packets: Sequence[Packet[Any]]) -> None:
        """Adds the stream; before the output's header is written.

        Raises:
            UnsupportedCodecError: the container cannot carry the audio.
        """
        self._output = output
        self._packets = iter(packets)
        self._held: Packet[Any] | None = next(self._packets, None)
        self._last = -(2**63)
        self._stream = _copy_stream(output, audio)
        self._bare = self._unframe_aac(packets)

    def write_until(self, moment: Fraction | None) -> None:
        """Copies up to a moment in seconds, so that sound lies near its picture in the container; None copies all.

        Raises:
            TruncatedSegmentError: the audio is too damaged for the container.
        """
        while self._held is not None:
            if moment is not None and (self._held.dts or 0) * self._held.time_base > moment:
                return
            self._copy(self._held)
            self._held = next(self._packets, None)

    def _unframe_aac(self, packets: Sequence[Packet[Any]]) -> bool:
        """Whether the audio comes with headers that MP4 does not take, and must be bare; tells the stream how."""
        codec = self._stream.codec_context
        if self._output.format.name != CONTAINER_FORMATS[Container.MP4] or codec.name != "aac" or codec.extradata:
            return False
        found = (adts_configuration(bytes(packet)) for packet in packets)
        codec.extradata = next((configuration for configuration in found if configuration), None)
        if not codec.extradata:
            raise UnsupportedCodecError("MP4 cannot carry the audio: no AAC frame states its configuration")
        return True

    def _copy(self, packet: Packet[Any]) -> None:
        """Copies a packet, but for one that goes back in time or lacks the header it must be freed from."""
        dts, data = packet.dts or 0, bytes(packet)
        if dts <= self._last or (self._bare and not adts_configuration(data)):
            return
        copy: Packet[Any] = Packet(without_adts(data) if self._bare else data)
        copy.time_base, copy.is_keyframe = packet.time_base, packet.is_keyframe
        copy.pts, copy.dts, copy.duration = packet.pts, packet.dts, packet.duration
        copy.stream = self._stream
        try:
            self._output.mux_one(copy)
        except av.error.FFmpegError as error:
            raise TruncatedSegmentError(f"the audio is too damaged to be carried over: {error.strerror}") from error
        self._last = dts


def sound_renditions(
    data: bytes, container: Container, ladder: Sequence[RenditionProfile], limits: SegmentLimits
) -> tuple[Rendition, ...]:
    """Renditions of a segment without video: its sound in each profile's container, no frame, no pixel, no size.

    Raises:
        NoVideoError: there is no sound either.
        MediaError: the sound cannot be worked on.
    """
    with open_audio(data, container, limits) as source:
        begin, end = source.span
        codecs = codecs_of("", source.audio)
        made = {
            kind: _sound_alone(kind, source.audio, source.packets, begin * 1000 // CLOCK)
            for kind in {profile.container for profile in ladder}
        }
    duration_ms = round((end - begin) * 1000 / CLOCK)
    return tuple(
        Rendition(profile, made[profile.container], 0, 0, 0, 0, duration_ms, codecs, Fraction(0)) for profile in ladder
    )


def _sound_alone(kind: Container, audio: AudioStream, packets: Sequence[Packet[Any]], start_ms: int) -> bytes:
    buffer = io.BytesIO()
    options = muxer_options(kind, start_ms)
    with av.open(buffer, "w", format=CONTAINER_FORMATS[kind], options=options) as output:
        SoundTrack(output, audio, packets).write_until(None)
    return buffer.getvalue()


def _copy_stream(output: OutputContainer, audio: AudioStream) -> AudioStream:
    try:
        return output.add_stream_from_template(audio)
    except (ValueError, av.error.FFmpegError) as error:
        raise UnsupportedCodecError(f"{output.format.name} cannot carry the audio: {error}") from error
