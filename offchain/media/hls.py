"""HLS on disk: a master playlist over one media playlist per variant, and the segments themselves.

    DIRECTORY/master.m3u8
    DIRECTORY/<variant>/index.m3u8, 00000.ts, 00001.ts, ...

Segments may arrive out of order and at any time; playlists list what follows without a hole and can be played while
they grow. Source: RFC 8216 4.3, and its successor draft on peak bit rates (4.4.6.2).
"""

from __future__ import annotations

import math
import os
import re
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from offchain.errors import MediaError, SettingsError
from offchain.types import Container

__all__ = ["HlsWriter", "SegmentEntry"]

_VERSION_TS, _VERSION_MP4 = 6, 7


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """A segment of a variant as the playlists speak of it.

    Attributes:
        seq: place in the stream, 0, 1, 2, ...
        container: of the bytes.
        duration_ms: in playback.
        width: pixels.
        height: pixels.
        fps: mean frames per second.
        codecs: such as `avc1.64001f,mp4a.40.2`.
        discontinuity: its timeline does not continue that of the one before.
    """

    seq: int
    container: Container
    duration_ms: int
    width: int
    height: int
    fps: Fraction
    codecs: str
    discontinuity: bool = False


@dataclass(frozen=True, slots=True)
class _Written:
    entry: SegmentEntry
    file: str
    size: int
    head: bytes  # what an MP4 player must read before any fragment; empty for MPEG-TS

    @property
    def bit_rate(self) -> Fraction:
        return Fraction(self.size * 8000, max(self.entry.duration_ms, 1))


@dataclass(slots=True)
class _Variant:
    name: str
    folder: str
    segments: dict[int, _Written] = field(default_factory=dict)

    def contiguous(self, *, ended: bool) -> list[_Written]:
        """The segments in order; before the end of the stream only those behind which nothing is still missing."""
        order = sorted(self.segments)
        if not ended:
            order = [seq for place, seq in enumerate(order) if seq == order[0] + place]
        return [self.segments[seq] for seq in order]


class HlsWriter:
    """Writes a stream with its variants; `add` what is there, `finish` when nothing more comes. One call at a time."""

    def __init__(self, directory: Path) -> None:
        """Makes the directory if need be.

        Raises:
            SettingsError: it cannot be written to.
        """
        self._directory = directory
        self._variants: dict[str, _Variant] = {}
        try:
            directory.mkdir(parents=True, exist_ok=True)
            self._write(directory / ".writable", b"")
            (directory / ".writable").unlink()
        except OSError as error:
            raise SettingsError(f"cannot write to {directory}: {error.strerror}") from error

    @property
    def master(self) -> Path:
        """Path of the master playlist."""
        return self._directory / "master.m3u8"

    def add(self, variant: str, entry: SegmentEntry, data: bytes) -> Path:
        """Writes a segment and the playlists that it completes; a second one of the same place replaces the first.

        Args:
            variant: any text; its folder is named after what of it is fit for a path.
            entry: what the segment is.
            data: its bytes.

        Returns:
            The file of the segment.

        Raises:
            SettingsError: the directory cannot be written to any more.
            MediaError: an MP4 segment that is not fragmented.
        """
        one = self._variants.get(variant) or self._new_variant(variant)
        head = _mp4_head(data) if entry.container is Container.MP4 else b""
        file = f"{entry.seq:05d}{entry.container.extension}"
        path = self._directory / one.folder / file
        try:
            self._write(path, data)
            one.segments[entry.seq] = _Written(entry, file, len(data), head)
            self._write_playlists(one, ended=False)
        except OSError as error:
            raise SettingsError(f"cannot write {path}: {error.strerror}") from error
        return path

    def finish(self) -> Path:
        """Marks all playlists as complete and returns the path of the master playlist.

        Raises:
            SettingsError: the directory cannot be written to any more.
        """
        try:
            for variant in self._variants.values():
                self._write_playlists(variant, ended=True)
        except OSError as error:
            raise SettingsError(f"cannot write to {self._directory}: {error.strerror}") from error
        return self.master

    def _new_variant(self, name: str) -> _Variant:
        """A variant whose folder lies in the directory whatever its name says."""
        plain = re.sub(r"[^A-Za-z0-9_-]+", "_", name)[:64] or "variant"
        taken = {variant.folder for variant in self._variants.values()}
        folder = next(f for f in (plain, *(f"{plain}-{n}" for n in range(2, len(taken) + 3))) if f not in taken)
        (self._directory / folder).mkdir(exist_ok=True)
        return self._variants.setdefault(name, _Variant(name, folder))

    def _write_playlists(self, variant: _Variant, *, ended: bool) -> None:
        playlist = _media_playlist(variant.contiguous(ended=ended), ended=ended)
        self._write(self._directory / variant.folder / "index.m3u8", playlist.encode())
        self._write(self.master, _master_playlist(list(self._variants.values())).encode())

    def _write(self, path: Path, data: bytes) -> None:
        """Puts a file in place at once: a player never reads half a playlist."""
        temporary = path.with_name(f".{path.name}.part")
        temporary.write_bytes(data)
        os.replace(temporary, path)


def _media_playlist(segments: list[_Written], *, ended: bool) -> str:
    mp4 = any(segment.head for segment in segments)
    longest = max((segment.entry.duration_ms for segment in segments), default=1000)
    lines = [
        "#EXTM3U",
        f"#EXT-X-VERSION:{_VERSION_MP4 if mp4 else _VERSION_TS}",
        f"#EXT-X-TARGETDURATION:{max(math.ceil(longest / 1000), 1)}",
        f"#EXT-X-MEDIA-SEQUENCE:{segments[0].entry.seq if segments else 0}",
        f"#EXT-X-PLAYLIST-TYPE:{'VOD' if ended else 'EVENT'}",
        "#EXT-X-INDEPENDENT-SEGMENTS",
    ]
    before: _Written | None = None
    for segment in segments:
        lines += _segment_lines(segment, before)
        before = segment
    return "\n".join([*lines, *(["#EXT-X-ENDLIST"] if ended else [])]) + "\n"


def _segment_lines(segment: _Written, before: _Written | None) -> list[str]:
    lines = []
    if before and (segment.entry.discontinuity or segment.entry.seq != before.entry.seq + 1):
        lines.append("#EXT-X-DISCONTINUITY")
    if segment.head and (before is None or segment.head != before.head):
        lines.append(f'#EXT-X-MAP:URI="{segment.file}",BYTERANGE="{len(segment.head)}@0"')
    seconds, thousandths = divmod(segment.entry.duration_ms, 1000)
    lines.append(f"#EXTINF:{seconds}.{thousandths:03d},")
    if segment.head:
        lines.append(f"#EXT-X-BYTERANGE:{segment.size - len(segment.head)}@{len(segment.head)}")
    return [*lines, segment.file]


def _master_playlist(variants: list[_Variant]) -> str:
    lines = ["#EXTM3U", f"#EXT-X-VERSION:{_VERSION_TS}", "#EXT-X-INDEPENDENT-SEGMENTS"]
    filled = [variant for variant in variants if variant.segments]
    for variant in sorted(filled, key=_peak):
        entries = [written.entry for written in variant.segments.values()]
        largest = max(entries, key=lambda entry: entry.width * entry.height)
        fps = max(entry.fps for entry in entries)
        lines.append(
            f"#EXT-X-STREAM-INF:BANDWIDTH={_peak(variant)},AVERAGE-BANDWIDTH={_average(variant)},"
            f'CODECS="{_codecs(entries)}",RESOLUTION={largest.width}x{largest.height},FRAME-RATE={float(fps):.3f}'
        )
        lines.append(f"{variant.folder}/index.m3u8")
    return "\n".join(lines) + "\n"


def _codecs(entries: list[SegmentEntry]) -> str:
    """All codecs that occur, in order of appearance: a player must be ready for each."""
    names = dict.fromkeys(name for entry in entries for name in entry.codecs.split(",") if name)
    return ",".join(names)


def _peak(variant: _Variant) -> int:
    """Highest bit rate of a segment, rounded up; one of less than half the usual length says little of it."""
    written = list(variant.segments.values())
    longest = max(segment.entry.duration_ms for segment in written)
    usual = [segment for segment in written if segment.entry.duration_ms * 2 >= longest]
    return math.ceil(max(segment.bit_rate for segment in usual))


def _average(variant: _Variant) -> int:
    written = variant.segments.values()
    duration = sum(segment.entry.duration_ms for segment in written)
    return math.ceil(Fraction(sum(segment.size for segment in written) * 8000, max(duration, 1)))


def _mp4_head(data: bytes) -> bytes:
    """Everything before the first fragment."""
    position = 0
    while position + 8 <= len(data):
        size, kind = int.from_bytes(data[position : position + 4], "big"), data[position + 4 : position + 8]
        if kind in (b"moof", b"sidx"):
            return data[:position]
        if size < 8:
            break
        position += size
    raise MediaError("an MP4 segment for HLS must be fragmented")
