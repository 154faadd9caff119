"""Bombs of the transport stream: tables, timestamps, sound, and what is no transport stream at all."""

from __future__ import annotations

import gzip
import io
import struct
from fractions import Fraction
from functools import cache

import av

from offchain.errors import MediaError, NotVideoError, NoVideoError, SegmentLimitError, TruncatedSegmentError
from offchain.types import Container
from tests.support.bombs.core import Bomb, Canary
from tests.support.clips import clip, handmade, many_streams
from tests.support.handmade import (
    TS_PACKET,
    access_unit,
    grey_slice,
    packets,
    pes,
    picture_parameters,
    program,
    program_map,
    section,
    sequence_parameters,
    transport,
)

__all__ = ["BOMBS"]

START = 900_000
SOUND_PID = 0x101
DAY = 24 * 3600 * 90_000
NONE = (NotVideoError, NoVideoError)


def _still(times: list[int]) -> bytes:
    unit = access_unit(sequence_parameters(64, 64), picture_parameters(), grey_slice(0, 16))
    return transport([unit], times)


def _programs(_: Canary) -> bytes:
    """Thirty programs of two hundred streams each, all announced at once."""
    numbers = range(1, 31)
    entries = b"".join(struct.pack(">HH", number, 0xE000 | 0x1000 + number) for number in numbers)
    out = section(0, b"\x00" + struct.pack(">H", 0xB000 | 9 + len(entries)) + b"\x00\x01\xc1\x00\x00" + entries)
    for number in numbers:
        streams = {0x100 + (number * 200 + n) % 0xF00: 0x0F for n in range(200)}
        out += section(0x1000 + number, program_map(streams, number))
    return out + handmade(64, 64)


def _tables(_: Canary) -> bytes:
    """Another table of the program in every packet, another stream in each."""
    out = [program({0x100: 0x1B})]
    for number in range(3000):
        table = program_map({0x100: 0x1B, 0x200 + number: 0x0F}, version=number % 32)
        out.append(section(0x1000, table, number % 16))
    return b"".join(out) + handmade(64, 64)


def _endless(_: Canary) -> bytes:
    """One packet of the elementary stream that never ends."""
    body = pes(access_unit(sequence_parameters(64, 64), picture_parameters()) + b"\x55" * (6 << 20), START)
    return program({0x100: 0x1B}) + packets(0x100, body, start=True, counter=0)


def _sound(frames: bytes, times: list[int]) -> bytes:
    """Three pictures, and the same frames of sound at each time."""
    unit = access_unit(sequence_parameters(64, 64), picture_parameters(), grey_slice(0, 16))
    out = [program({0x100: 0x1B, SOUND_PID: 0x0F})]
    out += [packets(0x100, pes(unit, START + n * 3000), start=True, counter=n) for n in range(3)]
    counter = 0
    for time in times:
        cut = packets(SOUND_PID, pes(frames, time, 0xC0), start=True, counter=counter)
        counter += len(cut) // TS_PACKET
        out.append(cut)
    return b"".join(out)


def _adts(payload: bytes) -> bytes:
    """A frame of AAC with its header: 48 kHz, stereo."""
    head = 0xFFF1 << 40 | 1 << 38 | 3 << 34 | 2 << 30 | (7 + len(payload)) << 13 | 0x7FF << 2
    return head.to_bytes(7, "big") + payload


@cache
def _silence() -> bytes:
    context = av.CodecContext.create("aac", "w")
    context.sample_rate, context.layout, context.format = 48_000, "stereo", "fltp"
    context.time_base = Fraction(1, 48_000)
    frame = av.AudioFrame(format="fltp", layout="stereo", samples=1024)
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    frame.sample_rate, frame.pts = 48_000, 0
    return _adts(bytes((context.encode(frame) + context.encode(None))[-1]))


def _tags(_: Canary) -> bytes:
    """Megabytes of metadata for every second of video."""
    video = _still([START, START + 3000])
    tag = b"ID3\x04\x00\x00\x0f\x7f\x7f\x7f" + bytes(2 << 20)
    table = program({0x100: 0x1B, 0x102: 0x15})
    return table + packets(0x102, pes(tag, START, 0xBD), start=True, counter=0) + video


def _attached(_: Canary) -> bytes:
    """Matroska with fonts as attachments."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="matroska") as output:
        stream = output.add_stream("libx264", rate=30)
        stream.width = stream.height = 64
        for number in range(50):
            output.add_attachment(f"font{number}.ttf", "application/x-truetype-font", bytes(20_000))
        output.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        output.mux(stream.encode(None))
    return buffer.getvalue()


def _playlist(canary: Canary) -> bytes:
    return b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n" + b"".join(
        f"#EXTINF:2,\n{url}\n".encode()
        for url in (f"http://127.0.0.1:{canary.port}/x.ts", f"file://{canary.path}", canary.path)
    )


def _script(canary: Canary) -> bytes:
    return f"ffconcat version 1.0\nfile '{canary.path}'\nfile 'http://127.0.0.1:{canary.port}/x.ts'\n".encode()


def _session(canary: Canary) -> bytes:
    return f"v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video {canary.port} RTP/AVP 96\n".encode() * 20


def _padding(pid: int, count: int, flags: int = 0x10) -> bytes:
    packet = bytes((0x47, pid >> 8, pid & 0xFF, flags)) + (b"\xb7" if flags == 0x20 else b"\xff")
    return packet.ljust(TS_PACKET, b"\xff") * count


TS = Container.MPEGTS
BOMBS = [
    Bomb("six thousand streams in thirty programs", _programs, (SegmentLimitError,)),
    Bomb("a new stream in every table", _tables, (SegmentLimitError,)),
    Bomb("seventeen streams", lambda _: many_streams(17), (SegmentLimitError,)),
    Bomb("a packet without an end", _endless, (MediaError,)),
    Bomb("a jump of a day", lambda _: _still([START, START + DAY]), (SegmentLimitError,)),
    Bomb("a day back", lambda _: _still([START + DAY, START]), (SegmentLimitError,)),
    Bomb("five thousand frames at one time", lambda _: _still([START] * 5000), (SegmentLimitError,)),
    Bomb("five thousand frames in as many ticks", lambda _: _still([START + n for n in range(5000)]), (MediaError,)),
    Bomb("time runs backwards", lambda _: _still([START - 3000 * n for n in range(100)]), (TruncatedSegmentError,)),
    Bomb(
        "eighty thousand frames of sound",
        lambda _: _sound(_silence() * 500, [START + n * 1000 for n in range(160)]),
        (SegmentLimitError,),
    ),
    Bomb(
        "a day of sound beside two pictures",
        lambda _: _sound(_silence(), [START + n * DAY // 20 for n in range(20)]),
        (),
    ),
    Bomb(
        "sound that is none, in the largest frames",
        lambda _: _sound(_adts(bytes(8000)), [START + n * 2000 for n in range(200)]),
        (),
    ),
    Bomb("megabytes of tags", _tags, ()),
    Bomb("nothing but the first byte of packets", lambda _: b"\x47" * (2 << 20), NONE),
    Bomb("megabytes of nothing", lambda _: bytes(4 << 20), NONE),
    Bomb("nothing but padding", lambda _: _padding(0x1FFF, 20_000), NONE),
    Bomb("packets without a body", lambda _: program({0x100: 0x1B}) + _padding(0x100, 20_000, 0x20), (MediaError,)),
    Bomb("a zipped segment", lambda _: gzip.compress(clip()), NONE),
    Bomb("Matroska with fifty fonts", _attached, NONE),
    Bomb("Matroska with fifty fonts, as MP4", _attached, NONE, Container.MP4),
    Bomb("a playlist", _playlist, NONE),
    Bomb("a playlist, as MP4", _playlist, NONE, Container.MP4),
    Bomb("a list of files to concatenate", _script, NONE),
    Bomb("the description of a session", _session, NONE),
]
