"""Cuts a file into segments that can each be worked on alone: MPEG-TS, starting at a key frame, nothing re-encoded.

Whatever container the library opens is taken, as long as the video in it is H.264 or HEVC. Timestamps are kept; a
file that starts below one second is moved up by one, as MPEG-TS has no times below zero and decoding runs ahead of
showing.

For files of the node's own operator: it runs in the node. The formats are listed and the file is the only thing that
can be opened, so that a playlist or a concatenation script reaches nothing else (facts: security 5, T17).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.container.input import InputContainer
from av.packet import Packet
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from offchain.errors import NoKeyFrameError, NotVideoError, SegmentLimitError, UnsupportedCodecError
from offchain.media.h264 import has_idr, length_size
from offchain.media.hevc import hevc_has_idr, hevc_length_size
from offchain.media.segment_writer import SegmentWriter
from offchain.media.source import audio_stream
from offchain.types import Container

__all__ = ["SourceSegment", "cut_file", "file_duration_ms"]

_FORMATS = "mpegts,mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,flv,avi"
_CODECS = frozenset({"h264", "hevc"})
"""Of what we decode, what MPEG-TS carries."""
_DECODERS = "h264,hevc,aac,mp3float,mp3,mp2,ac3,eac3,opus"
_START = Fraction(1)
_OPEN_GROUP_FACTOR = 4
_ROUNDING = Fraction(1, 1000)
"""Some containers keep time in milliseconds."""
_MOST_REORDERED = 32
_JUMP = Fraction(10)
"""Seconds forward between two video packets that are a break in the timeline, not a pause."""


@dataclass(frozen=True, slots=True)
class SourceSegment:
    """A piece of a file, decodable by itself.

    Attributes:
        seq: 0, 1, 2, ...
        data: MPEG-TS.
        container: always MPEG-TS.
        start_ms: presentation time of its first frame.
        duration_ms: up to the first frame of the next segment, or to the end of its last frame.
        frames: video packets.
        dropped_frames: frames before it that nothing could decode, left out (before the first key frame of a file, or
            after a cut into an open group of pictures).
        discontinuity: its timeline does not continue that of the segment before.
    """

    seq: int
    data: bytes
    container: Container
    start_ms: int
    duration_ms: int
    frames: int
    dropped_frames: int
    discontinuity: bool


def cut_file(path: Path, target_ms: int = 2000, *, max_bytes: int = 300_000_000) -> Iterator[SourceSegment]:
    """The segments of a file, one at a time: no more than one is in memory.

    A segment ends at the first key frame at or after the target that closes its group of pictures; where none comes
    for four times the target, at any key frame, and the frames that refer back across the cut are dropped.

    Args:
        path: a file that the library opens.
        target_ms: least duration of a segment but the last, 100 to 60000.
        max_bytes: of a segment (facts: offchain 2.5).

    Raises:
        NotVideoError: absent, unreadable, or no video.
        UnsupportedCodecError: the video is neither H.264 nor HEVC, or MPEG-TS cannot carry the audio.
        NoKeyFrameError: no key frame in the whole file.
        SegmentLimitError: a segment grows beyond `max_bytes`.
    """
    with _open(path) as opened:
        yield from _Cutter(opened, Fraction(target_ms, 1000), max_bytes).segments()


def file_duration_ms(path: Path) -> int | None:
    """Duration of a file in milliseconds as its container tells it, if it does.

    Raises:
        NotVideoError: as `cut_file`.
    """
    with _open(path) as opened:
        return None if opened.duration is None else opened.duration * 1000 // av.time_base


@contextmanager
def _open(path: Path) -> Iterator[InputContainer]:
    options = {
        "format_whitelist": _FORMATS,
        "codec_whitelist": _DECODERS,
        "protocol_whitelist": "file",
        "fflags": "+genpts",
    }
    try:
        with path.open("rb"):
            pass
        opened = av.open(f"file:{path.resolve()}", "r", options=options)
    except av.error.ArgumentError as error:
        raise NotVideoError(f"{path} is neither MPEG-TS, MP4, Matroska, FLV nor AVI") from error
    except av.error.FFmpegError as error:
        raise NotVideoError(f"{path} is no video file that can be read: {error.strerror}") from error
    except OSError as error:
        raise NotVideoError(f"{path} cannot be read: {error.strerror}") from error
    with opened:
        yield opened


class _Cutter:
    """The state of a cut: which segment is open, and whether the timeline has broken off."""

    def __init__(self, opened: InputContainer, target: Fraction, max_bytes: int) -> None:
        self._opened, self._target, self._max_bytes = opened, target, max_bytes
        self._video = _video_stream(opened)
        self._audio = audio_stream(opened)
        hevc = self._video.codec_context.name == "hevc"
        self._has_idr = hevc_has_idr if hevc else has_idr
        self._length_size = (hevc_length_size if hevc else length_size)(self._video.codec_context.extradata or b"")
        self._offset = Fraction(0)
        self._writer: SegmentWriter | None = None
        self._seq = self._undecodable = 0
        self._last_dts: Fraction | None = None
        self._broken = True

    def segments(self) -> Iterator[SourceSegment]:
        """All segments; those before the last as soon as the next one begins."""
        wanted: list[Stream] = [self._video] if self._audio is None else [self._video, self._audio]
        try:
            for packet in _with_decoding_times(self._opened.demux(wanted), self._video):
                yield from self._take(packet)
        except av.error.FFmpegError as error:
            raise NotVideoError(f"the file breaks off: {error.strerror}") from error
        if self._writer is None:
            raise NoKeyFrameError("the file has no key frame")
        yield self._close(self._writer, None)

    def _take(self, packet: Packet[Any]) -> Iterator[SourceSegment]:
        writer = self._writer
        if packet.stream is not self._video:
            if writer is not None and not self._broken:
                writer.add_audio(packet)
            return
        self._watch_timeline(packet)
        if packet.is_keyframe and packet.pts is not None and self._is_cut(packet):
            if writer is not None:
                yield self._close(writer, None if self._broken else packet.pts * packet.time_base)
            self._begin(packet)
        elif writer is None or self._broken:
            self._undecodable += 1
        else:
            writer.add_video(packet)
            if writer.size > self._max_bytes:
                raise SegmentLimitError("bytes of a segment", writer.size, self._max_bytes)

    def _watch_timeline(self, packet: Packet[Any]) -> None:
        dts = (packet.dts or 0) * packet.time_base
        if self._last_dts is not None and not self._last_dts < dts < self._last_dts + _JUMP:
            self._broken = True
        self._last_dts = dts

    def _is_cut(self, packet: Packet[Any]) -> bool:
        if self._writer is None or self._broken:
            return True
        elapsed = (packet.pts or 0) * packet.time_base - self._writer.start
        if elapsed < self._target - _ROUNDING:
            return False
        closed = self._has_idr(bytes(packet), self._length_size)
        return closed or elapsed >= self._target * _OPEN_GROUP_FACTOR

    def _begin(self, packet: Packet[Any]) -> None:
        if self._broken:
            first = min(packet.dts or 0, packet.pts or 0) * packet.time_base
            early = math.ceil(-first) if first < -_START / 2 else 0
            self._offset = Fraction(0) if first >= _START else _START + early
        self._writer = SegmentWriter(self._video, self._audio, self._offset, packet)
        self._writer.discontinuity = self._broken and self._seq > 0
        self._writer.dropped += self._undecodable
        self._undecodable, self._broken = 0, False

    def _close(self, writer: SegmentWriter, following: Fraction | None) -> SourceSegment:
        data, start_ms, duration_ms = writer.finish(following)
        self._seq += 1
        return SourceSegment(
            seq=self._seq - 1,
            data=data,
            container=Container.MPEGTS,
            start_ms=start_ms,
            duration_ms=duration_ms,
            frames=writer.frames,
            dropped_frames=writer.dropped,
            discontinuity=writer.discontinuity,
        )


def _with_decoding_times(packets: Iterator[Packet[Any]], video: VideoStream) -> Iterator[Packet[Any]]:
    """Packets that all have decoding times: Matroska and AVI state times of showing alone.

    The library finds the decoding times once it has seen as many frames as the stream puts out of order; the ones
    before are counted back from there, a frame's duration each.
    """
    held: list[Packet[Any]] = []
    for packet in packets:
        if not packet.size:
            continue
        if packet.dts is None and packet.stream is not video:
            packet.dts = packet.pts
        if packet.dts is None and packet.pts is not None and len(held) < _MOST_REORDERED:
            held.append(packet)
        elif held and packet.stream is video and packet.dts is not None:
            for distance, early in enumerate(reversed(held), start=1):
                early.dts = packet.dts - distance * max(early.duration or 0, 1)
            yield from (*held, packet)
            held.clear()
        elif packet.dts is not None:
            yield packet
    for early in held:  # a file of very few frames
        early.dts = early.pts
    yield from held


def _video_stream(opened: InputContainer) -> VideoStream:
    streams = [stream for stream in opened.streams.video if not stream.disposition & Disposition.attached_pic]
    if not streams:
        raise NotVideoError("the file has no video stream")
    codec = streams[0].codec_context.name if streams[0].codec_context is not None else "unknown"
    if codec not in _CODECS:
        raise UnsupportedCodecError(f"the video is {codec}, only H.264 and HEVC are taken; re-encode the file first")
    return streams[0]
