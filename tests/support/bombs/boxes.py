"""Bombs of the MP4 file: boxes and tables that announce what is not there, or the same thing again and again."""

from __future__ import annotations

import struct
import zlib

from offchain.errors import MediaError, NotVideoError, SegmentLimitError, TruncatedSegmentError, WorkerTimeoutError
from offchain.types import Container
from tests.support.bombs.core import Bomb, Canary, Errors
from tests.support.clips import clip
from tests.support.handmade import box, full_box

__all__ = ["BOMBS"]

MOST = 0xFFFF_FFFF
DREF = (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref")
FRAGMENTED = (("movflags", "frag_keyframe+empty_moov+default_base_moof"),)


def _plain() -> bytes:
    return clip(format="mp4", frames=20, audio=False)


def _patched(kind: bytes, offset: int, value: int, data: bytes | None = None) -> bytes:
    """A good file in which one number of a box is another; offsets count from the end of its name."""
    out = bytearray(data or _plain())
    at = out.index(kind) + 4 + offset
    out[at : at + 4] = struct.pack(">I", value)
    return bytes(out)


def _grown(parents: tuple[bytes, ...], addition: bytes) -> bytes:
    """A good file with something added to the end of its innermost parent; what is behind it moves."""
    data = _plain()
    end = data.index(parents[-1]) - 4
    end += int.from_bytes(data[end : end + 4], "big")
    out = bytearray(data[:end] + addition + data[end:])
    for parent in parents:
        _grow(out, parent, len(addition))
    return bytes(out)


def _deep(_: Canary) -> bytes:
    depth = 100_000
    return box(b"ftyp", b"isom" + bytes(4)) + b"".join(
        struct.pack(">I", 8 * (depth - level)) + (b"moov" if level % 2 == 0 else b"trak") for level in range(depth)
    )


def _endless(_: Canary) -> bytes:
    return box(b"ftyp", b"isom" + bytes(4)) + struct.pack(">I4sQ", 1, b"moov", (1 << 63) - 1) + bytes(64)


def _announced(kind: bytes) -> bytes:
    return _patched(kind, 4, MOST)


def _billions(_: Canary) -> bytes:
    """Samples of one size each, so that no table need be there for them."""
    data = _patched(b"stsz", 4, 1)
    data = _patched(b"stsz", 8, MOST >> 1, data)
    data = _patched(b"stts", 8, MOST >> 1, data)
    return _patched(b"stsc", 12, MOST >> 1, data)


def _same_again(_: Canary) -> bytes:
    """Seventy thousand chunks that all lie in the same place."""
    count = 70_000
    data = clip(format="mp4", frames=4, audio=False, noise=90, width=640, height=360)
    size = data.index(b"stsz") + 4
    first = int.from_bytes(data[size + 12 : size + 16], "big")
    place = int.from_bytes(data[data.index(b"stco") + 12 :][:4], "big")
    tables = {
        b"stts": full_box(b"stts", struct.pack(">III", 1, count, 30)),
        b"stsz": full_box(b"stsz", struct.pack(">II", first, count)),
        b"stsc": full_box(b"stsc", struct.pack(">IIII", 1, 1, 1, 1)),
        b"stco": full_box(b"stco", struct.pack(">I", count) + struct.pack(">I", place) * count),
    }
    return _with_tables(data, tables)


def _with_tables(data: bytes, tables: dict[bytes, bytes]) -> bytes:
    """A good file, its media first, in which tables of the samples are others."""
    for kind, table in tables.items():
        data = _replaced(data, (b"moov", b"trak", b"mdia", b"minf", b"stbl", kind), table)
    return data


def _replaced(data: bytes, path: tuple[bytes, ...], successor: bytes) -> bytes:
    """The file with another box in place of the last of a path; those that it lies in grow or shrink with it."""
    at = data.index(path[-1]) - 4
    size = int.from_bytes(data[at : at + 4], "big")
    out = bytearray(data)
    out[at : at + size] = successor
    for parent in path[:-1]:
        _grow(out, parent, len(successor) - size)
    return bytes(out)


def _grow(data: bytearray, kind: bytes, by: int) -> None:
    """The first box of a kind says that it is so many bytes longer."""
    at = data.index(kind) - 4
    data[at : at + 4] = struct.pack(">I", int.from_bytes(data[at : at + 4], "big") + by)


def _tracks(_: Canary) -> bytes:
    data = _plain()
    at = data.index(b"trak") - 4
    track = data[at : at + int.from_bytes(data[at : at + 4], "big")]
    return _grown((b"moov",), track * 3000)


def _zipped(_: Canary) -> bytes:
    """A header of 256 MiB in 256 KiB."""
    size = 1 << 28
    packer = zlib.compressobj(9)
    piece = bytes(16 << 20)
    body = b"".join(packer.compress(piece) for _ in range(size // len(piece))) + packer.flush()
    header = box(b"cmov", box(b"dcom", b"zlib"), box(b"cmvd", struct.pack(">I", size) + body))
    return box(b"ftyp", b"qt  " + bytes(4)) + box(b"moov", header) + box(b"mdat", bytes(64))


def _elsewhere(canary: Canary) -> bytes:
    """The media lies in another file, says the file."""
    links = b"".join(
        box(b"url ", bytes(4), address.encode() + b"\x00")
        for address in (f"http://127.0.0.1:{canary.port}/x.mp4", f"file://{canary.path}", canary.path)
    )
    return _replaced(_plain(), DREF, full_box(b"dref", struct.pack(">I", 3), links))


def _alias(canary: Canary) -> bytes:
    """The media lies in another file, says a Macintosh's alias."""
    alias = bytes(4) + bytes(6) + struct.pack(">H", 150) + bytes(138) + struct.pack(">HH", 0, 2)
    path = canary.path.encode()
    alias += struct.pack(">HH", 2, len(path)) + path + struct.pack(">HH", MOST & 0xFFFF, 0)
    return _replaced(_plain(), DREF, full_box(b"dref", struct.pack(">I", 1), box(b"alis", bytes(4), alias)))


def _reference(canary: Canary) -> bytes:
    """A file that is nothing but the address of another."""
    address = f"http://127.0.0.1:{canary.port}/x.mp4".encode() + b"\x00"
    link = full_box(b"rdrf", b"url " + struct.pack(">I", len(address)) + address)
    return box(b"ftyp", b"qt  " + bytes(4)) + box(b"moov", box(b"rmra", box(b"rmda", link))) + box(b"mdat", bytes(64))


def _fragments(_: Canary) -> bytes:
    """A hundred thousand fragments without anything in them."""
    return clip(format="mp4", frames=20, audio=False, muxer=FRAGMENTED) + box(b"moof") * 100_000


def _run(_: Canary) -> bytes:
    return _patched(b"trun", 4, MOST >> 1, clip(format="mp4", frames=20, audio=False, muxer=FRAGMENTED))


def _edits(_: Canary) -> bytes:
    """A hundred thousand cuts, each of the whole file."""
    count = 100_000
    entries = struct.pack(">I", count) + struct.pack(">IiI", 600, 0, 1 << 16) * count
    return _replaced(_plain(), (b"moov", b"trak", b"edts"), box(b"edts", full_box(b"elst", entries)))


def _cover(_: Canary) -> bytes:
    """A cover of 60000 by 60000 pixels, before all video."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    cover = box(b"covr", box(b"data", struct.pack(">II", 14, 0), png + bytes(64)))
    return _grown((b"moov",), box(b"udta", full_box(b"meta", box(b"ilst", cover))))


def _names(_: Canary) -> bytes:
    """Megabytes of names and remarks."""
    text = box(b"\xa9cmt", box(b"data", struct.pack(">II", 1, 0), b"x" * (1 << 20)))
    return _grown((b"moov",), box(b"udta", full_box(b"meta", box(b"ilst", text * 4))))


def _mp4(name: str, make: object, errors: Errors) -> Bomb:
    return Bomb(name, make, errors, Container.MP4)  # type: ignore[arg-type]


SHORT = (TruncatedSegmentError, NotVideoError, SegmentLimitError)
BOMBS = [
    _mp4("a hundred thousand boxes in one another", _deep, (NotVideoError,)),
    _mp4("a box of nine exabytes", _endless, (NotVideoError,)),
    _mp4("four billion durations announced", lambda _: _announced(b"stts"), SHORT),
    _mp4("four billion offsets in time announced", lambda _: _announced(b"ctts"), SHORT),
    _mp4("four billion chunks announced", lambda _: _announced(b"stco"), ()),
    _mp4("four billion kinds of chunks announced", lambda _: _announced(b"stsc"), SHORT),
    _mp4("four billion sizes announced", lambda _: _patched(b"stsz", 8, MOST), SHORT),
    _mp4("two billion frames of one byte", _billions, SHORT),
    _mp4("one frame seventy thousand times", _same_again, (SegmentLimitError,)),
    _mp4("three thousand tracks", _tracks, (NotVideoError, SegmentLimitError)),
    _mp4("a clock that stands still", lambda _: _patched(b"mdhd", 12, 0), (SegmentLimitError,)),
    _mp4("a header a thousand times as large as its file", _zipped, (MediaError,)),
    _mp4("media elsewhere, by address", _elsewhere, ()),
    _mp4("media elsewhere, by alias", _alias, (NotVideoError,)),
    _mp4("an address and no more", _reference, (NotVideoError,)),
    _mp4("a hundred thousand empty fragments", _fragments, ()),
    _mp4("a fragment of two billion frames", _run, (MediaError,)),
    _mp4("a hundred thousand cuts", _edits, (MediaError, WorkerTimeoutError)),
    _mp4("a cover of 60000 by 60000", _cover, ()),
    _mp4("megabytes of remarks", _names, ()),
]
