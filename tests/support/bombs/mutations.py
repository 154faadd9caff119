"""Segments damaged by seed: good ones of several kinds, and one of the ways in which a stranger's bytes differ."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from offchain.types import Container
from tests.support.clips import clip
from tests.support.handmade import TS_PACKET

__all__ = ["Mutation", "mutation"]

FRAGMENTED = (("movflags", "frag_keyframe+empty_moov+default_base_moof"),)


@dataclass(frozen=True)
class Mutation:
    """A damaged segment, and how it came to be."""

    seed: int
    base: str
    way: str
    container: Container
    data: bytes


@cache
def _bases() -> dict[str, tuple[Container, bytes]]:
    ts, mp4 = Container.MPEGTS, Container.MP4
    shape = {"width": 160, "height": 90, "frames": 10, "keyint": 5}
    return {
        "H.264 and AAC": (ts, clip(**shape)),
        "H.264 with fields": (ts, clip(width=160, height=96, frames=8, audio=False, woven=True, x264="tff=1")),
        "ten bits": (ts, clip(**shape, audio=False, pixel_format="yuv420p10le")),
        "HEVC": (ts, clip(**shape, audio=False, codec="libx265")),
        "MP4": (mp4, clip(**shape, format="mp4")),
        "fragmented MP4": (mp4, clip(**shape, format="mp4", muxer=FRAGMENTED)),
        "VP9 in MP4": (mp4, clip(**shape, format="mp4", audio=False, codec="libvpx-vp9")),
    }


def mutation(seed: int) -> Mutation:
    """The damaged segment of a seed; the same one everywhere."""
    chance = random.Random(seed)
    name = chance.choice(list(_bases()))
    container, data = _bases()[name]
    way = chance.choice(list(_WAYS))
    return Mutation(seed, name, way, container, _WAYS[way](bytearray(data), chance))


def _bits(data: bytearray, chance: random.Random) -> bytes:
    for _ in range(chance.choice((1, 4, 30, 300))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def _head(data: bytearray, chance: random.Random) -> bytes:
    """In the tables and headers, where a byte means more."""
    for _ in range(chance.choice((1, 2, 5))):
        data[chance.randrange(min(1500, len(data)))] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
    return bytes(data)


def _tail(data: bytearray, chance: random.Random) -> bytes:
    """In the last kilobytes, where the index of an MP4 file lies."""
    for _ in range(chance.choice((1, 2, 5))):
        data[-1 - chance.randrange(min(1500, len(data)))] = chance.choice((0, 1, 0x7F, 0x80, 0xFF))
    return bytes(data)


def _numbers(data: bytearray, chance: random.Random) -> bytes:
    """Whole numbers overwritten by extreme ones."""
    for _ in range(chance.choice((1, 3, 10))):
        at = chance.randrange(len(data) - 4)
        data[at : at + 4] = chance.choice((b"\xff" * 4, b"\x7f\xff\xff\xff", b"\x80\x00\x00\x00", bytes(4)))
    return bytes(data)


def _cut(data: bytearray, chance: random.Random) -> bytes:
    return bytes(data[: chance.randrange(len(data))])


def _removed(data: bytearray, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    del data[at : at + chance.randrange(1, 5000)]
    return bytes(data)


def _inserted(data: bytearray, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    data[at:at] = chance.randbytes(chance.choice((1, 3, 188, 3000)))
    return bytes(data)


def _again(data: bytearray, chance: random.Random) -> bytes:
    """A piece once more, elsewhere."""
    begin = chance.randrange(len(data))
    piece = data[begin : begin + chance.randrange(1, 20_000)]
    at = chance.randrange(len(data))
    data[at:at] = piece
    return bytes(data)


def _shuffled(data: bytearray, chance: random.Random) -> bytes:
    """Packets in another order."""
    pieces = [bytes(data[at : at + TS_PACKET]) for at in range(0, len(data), TS_PACKET)]
    begin = chance.randrange(len(pieces))
    part = pieces[begin : begin + 20]
    chance.shuffle(part)
    return b"".join(pieces[:begin] + part + pieces[begin + 20 :])


def _spliced(data: bytearray, chance: random.Random) -> bytes:
    """The beginning of one segment, the end of another."""
    _, other = chance.choice(list(_bases().values()))
    at = chance.randrange(len(data))
    return bytes(data[:at]) + other[min(at, len(other)) :]


_WAYS: dict[str, Callable[[bytearray, random.Random], bytes]] = {
    "bits": _bits,
    "head": _head,
    "tail": _tail,
    "numbers": _numbers,
    "cut": _cut,
    "removed": _removed,
    "inserted": _inserted,
    "again": _again,
    "shuffled": _shuffled,
    "spliced": _spliced,
}
