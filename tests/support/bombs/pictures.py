"""Bombs in the video itself: parameter sets that lie, pictures that cost more than they weigh."""

from __future__ import annotations

import io

import av

from offchain.errors import (
    MediaError,
    NoKeyFrameError,
    NotVideoError,
    SegmentLimitError,
    TruncatedSegmentError,
    WorkerTimeoutError,
)
from offchain.types import Container
from tests.support.bombs.core import FAST, Bomb, Canary
from tests.support.clips import clip
from tests.support.handmade import (
    BitWriter,
    access_unit,
    escaped,
    grey_slice,
    handmade,
    picture_parameters,
    sequence_parameters,
    skipped_slice,
    start_of_slice,
    transport,
)

__all__ = ["BOMBS"]

START, FRAME = 900_000, 3_000
SEI, FILLER = b"\x06", b"\x0c"


def _times(count: int, step: int = FRAME) -> list[int]:
    return [START + step * number for number in range(count)]


def _parameters(width: int, height: int) -> tuple[bytes, bytes]:
    return sequence_parameters(width, height), picture_parameters()


def _growing(_: Canary) -> bytes:
    small, large = ((*_parameters(side, side), grey_slice(0, (side // 16) ** 2)) for side in (64, 8192))
    return transport([access_unit(*small), access_unit(*large)], _times(2))


def _changing(_: Canary) -> bytes:
    """Another size in every picture, each a key frame."""
    sides = [64 + 16 * (number * 37 % 60) for number in range(200)]
    units = [access_unit(*_parameters(side, side), grey_slice(0, (side // 16) ** 2)) for side in sides]
    return transport(units, _times(len(units)))


def _repeated(_: Canary) -> bytes:
    """A picture of the largest size allowed, and five thousand of three bytes each that are the same again."""
    macroblocks = 256 * 144
    first = access_unit(*_parameters(4096, 2304), grey_slice(0, macroblocks))
    again = [access_unit(skipped_slice(number, macroblocks)) for number in range(1, 5000)]
    return transport([first, *again], _times(5000, 750))


def _sliced(_: Canary) -> bytes:
    """Each macroblock a slice of its own."""
    unit = access_unit(*_parameters(1920, 1088), *(grey_slice(number, 1) for number in range(8160)))
    return transport([unit], _times(4))


def _told(message: bytes) -> bytes:
    return transport([access_unit(*_parameters(64, 64), message, grey_slice(0, 16))], _times(2))


def _huge_message(_: Canary) -> bytes:
    size = 3 << 20
    return _told(escaped(SEI + b"\x05" + b"\xff" * (size // 255) + bytes((size % 255,)) + b"\x55" * size + b"\x80"))


def _many_messages(_: Canary) -> bytes:
    return _told(SEI + b"\x04\x01\x55" * 300_000 + b"\x80")


def _filler(_: Canary) -> bytes:
    return _told(FILLER + b"\xff" * (3 << 20) + b"\x80")


def _empty_units(_: Canary) -> bytes:
    return transport([access_unit(*_parameters(64, 64)) + b"\x00\x00\x01\x09" * 500_000], _times(2))


def _many_parameters(_: Canary) -> bytes:
    """Parameter sets again and again, another size each."""
    sets = [unit for number in range(4000) for unit in _parameters(16 + 16 * (number % 250), 64)]
    return transport([access_unit(*sets, start_of_slice())], _times(2))


def _endless_code(_: Canary) -> bytes:
    """A parameter set whose first number never ends."""
    return transport([access_unit(b"\x67\x42\xc0\x3e" + bytes(1 << 20), picture_parameters())], _times(2))


def _hevc(_: Canary) -> bytes:
    """HEVC, 65535 pixels wide and high."""
    bits = BitWriter()
    bits.put(0, 4)
    bits.put(1, 4)  # one layer, nested
    bits.put(1, 8)  # main
    bits.put(0x6000_0000, 32)
    bits.put(0, 48)
    bits.put(186, 8)
    bits.ue(0, 1, 65_535, 65_535)
    bits.put(0, 1)
    bits.ue(0, 0, 4)
    bits.put(1, 1)
    bits.ue(4, 0, 0, 0, 3, 0, 3, 0, 0)
    bits.put(0, 4)
    bits.ue(0)
    bits.put(0, 4)
    video = b"\x40\x01\x0c\x01\xff\xff\x01\x60" + bytes(12)
    unit = access_unit(video, escaped(b"\x42\x01" + bits.done()), b"\x44\x01\xc1\x72\xb4", b"\x26\x01\xaf" + bytes(64))
    return transport([unit], _times(2), kind=0x24)


def _vp9(_: Canary) -> bytes:
    """VP9 whose key frame says 65536 by 65536."""
    data = bytearray(clip(codec="libvpx-vp9", format="mp4", frames=6, audio=False))
    at = data.index(b"\x49\x83\x42") + 3  # three bits of colour and one of range, then the size
    head = int.from_bytes(data[at : at + 5], "big") | (1 << 36) - 1 & ~0xF
    data[at : at + 5] = head.to_bytes(5, "big")
    return bytes(data)


def _apart(_: Canary) -> bytes:
    """A hundred seconds between two frames, sixty frames a second asked for."""
    buffer = io.BytesIO()
    with av.open(io.BytesIO(clip(frames=2, b_frames=0, audio=False))) as source:
        output = av.open(buffer, "w", format="mpegts", options={"mpegts_copyts": "1"})
        stream = output.add_stream_from_template(source.streams.video[0], opaque=True)
        for number, packet in enumerate(packet for packet in source.demux() if packet.size):
            packet.pts = packet.dts = START + number * 100 * 90_000
            packet.stream = stream
            output.mux(packet)
        output.close()
    return buffer.getvalue()


BOMBS = [
    Bomb("a picture of 16384 by 16384", lambda _: handmade(16384, 16384), (SegmentLimitError,)),
    Bomb("a picture a million pixels wide", lambda _: handmade(1 << 20, 16), (SegmentLimitError,)),
    Bomb("a picture that grows in the middle", _growing, (SegmentLimitError, TruncatedSegmentError)),
    Bomb("another size in every picture", _changing, ()),
    Bomb("one picture five thousand times in three bytes each", _repeated, (WorkerTimeoutError,)),
    Bomb("eight thousand slices a picture", _sliced, ()),
    Bomb("a message of megabytes beside the picture", _huge_message, ()),
    Bomb("three hundred thousand messages", _many_messages, ()),
    Bomb("megabytes of filler", _filler, ()),
    Bomb("half a million empty units", _empty_units, (MediaError, WorkerTimeoutError)),
    Bomb("four thousand parameter sets", _many_parameters, (MediaError,)),
    Bomb("a number without an end", _endless_code, (NoKeyFrameError, NotVideoError)),
    Bomb("HEVC of 65535 by 65535", _hevc, (MediaError,)),
    Bomb("VP9 of 65536 by 65536", _vp9, (MediaError,), Container.MP4),
    Bomb("two frames a hundred seconds apart, at sixty a second", _apart, (SegmentLimitError,), profiles=FAST),
    Bomb("pixels a thousand times as wide as high", lambda _: clip(x264="sar=65535/64", frames=6), ()),
    Bomb("pixels without a width", lambda _: clip(x264="sar=0/1", frames=6), ()),
]
