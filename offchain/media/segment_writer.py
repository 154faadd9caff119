"""One MPEG-TS segment in the making, out of packets of another container; nothing is re-encoded."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Any

import av
from av.audio.stream import AudioStream
from av.packet import Packet
from av.video.stream import VideoStream

from offchain.errors import UnsupportedCodecError
from offchain.media.h264 import with_parameter_sets
from offchain.media.hevc import hevc_with_parameter_sets

__all__ = ["SegmentWriter"]

_AUDIO = frozenset({"aac", "aac_latm", "mp2", "mp3", "mp3float", "ac3", "eac3", "opus"})
_OPTIONS = {
    "avoid_negative_ts": "disabled",
    "fflags": "+bitexact",
    "mpegts_copyts": "1",
    # Each segment counts its transport packets from zero, and says so to whoever plays them in a row.
    "mpegts_flags": "initial_discontinuity",
}


class SegmentWriter:
    """Takes the packets of a segment, the first a key frame; `finish` gives its bytes.

    Attributes:
        start: time of the first frame in seconds of the source.
        frames: video packets so far.
        dropped: video packets that belong here and cannot be decoded.
        discontinuity: the timeline does not continue that of the segment before.
    """

    def __init__(self, video: VideoStream, audio: AudioStream | None, offset: Fraction, first: Packet[Any]) -> None:
        """Opens the segment with its first video packet, a key frame with a timestamp.

        Raises:
            UnsupportedCodecError: MPEG-TS cannot carry the audio.
        """
        self.start = (first.pts or 0) * first.time_base
        self.frames = self.dropped = 0
        self.discontinuity = False
        self._offset = offset
        self._buffer = io.BytesIO()
        self._output = av.open(self._buffer, "w", format="mpegts", options=dict(_OPTIONS))
        self._video = self._output.add_stream_from_template(video, opaque=True)
        self._audio: AudioStream | None = None
        if audio is not None:
            self._audio = self._output.add_stream_from_template(_checked(audio))
        self._shown = self._end = self.start
        self._last_audio: int | None = None
        self.add_video(_with_parameters(first, video))

    @property
    def size(self) -> int:
        """Bytes so far; the last packets may still be held back for interleaving."""
        return self._buffer.tell()

    def add_video(self, packet: Packet[Any]) -> None:
        """Takes a packet, unless it is shown before the first frame: it refers to frames that are not here."""
        if packet.pts is None or packet.pts * packet.time_base < self.start:
            self.dropped += 1
            return
        self.frames += 1
        self._shown = max(self._shown, packet.pts * packet.time_base)
        self._end = max(self._end, (packet.pts + (packet.duration or 0)) * packet.time_base)
        self._mux(packet, self._video)

    def add_audio(self, packet: Packet[Any]) -> None:
        """Takes a packet, unless it goes back in time, which no muxer accepts."""
        if self._audio is None or packet.dts is None:
            return
        if self._last_audio is None or packet.dts > self._last_audio:
            self._last_audio = packet.dts
            self._mux(packet, self._audio)

    def finish(self, following: Fraction | None) -> tuple[bytes, int, int]:
        """Bytes, start and duration in milliseconds.

        Args:
            following: time of the next segment's first frame in seconds of the source, if it continues this one.
        """
        self._output.close()
        end = following
        if end is None:
            # Where packets do not say how long their frame is shown, the last one is as long as the mean.
            mean = (self._shown - self.start) / (self.frames - 1) if self.frames > 1 else Fraction(1, 25)
            end = self._end if self._end > self._shown else self._shown + mean
        start_ms, duration_ms = round((self.start + self._offset) * 1000), round((end - self.start) * 1000)
        return self._buffer.getvalue(), start_ms, max(duration_ms, 1)

    def _mux(self, packet: Packet[Any], stream: Any) -> None:
        shift = round(self._offset / packet.time_base)
        packet.pts = None if packet.pts is None else packet.pts + shift
        packet.dts = None if packet.dts is None else packet.dts + shift
        packet.stream = stream
        self._output.mux_one(packet)


def _checked(audio: AudioStream) -> AudioStream:
    name = audio.codec_context.name if audio.codec_context is not None else "unknown"
    if name not in _AUDIO:
        raise UnsupportedCodecError(f"the audio is {name}, which MPEG-TS does not carry; AAC would do")
    return audio


def _with_parameters(packet: Packet[Any], video: VideoStream) -> Packet[Any]:
    data, extradata = bytes(packet), video.codec_context.extradata or b""
    repeat = hevc_with_parameter_sets if video.codec_context.name == "hevc" else with_parameter_sets
    whole_data = repeat(data, extradata)
    if whole_data is data:
        return packet
    whole: Packet[Any] = Packet(whole_data)
    whole.time_base, whole.is_keyframe = packet.time_base, True
    whole.pts, whole.dts, whole.duration = packet.pts, packet.dts, packet.duration
    return whole
