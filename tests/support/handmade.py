"""Segments written bit by bit: what no encoder and no muxer would write."""

from __future__ import annotations

import struct
from collections.abc import Sequence

__all__ = [
    "TS_PACKET",
    "BitWriter",
    "access_unit",
    "box",
    "crc32",
    "escaped",
    "full_box",
    "grey_slice",
    "handmade",
    "packets",
    "pes",
    "picture_parameters",
    "program",
    "program_map",
    "section",
    "sequence_parameters",
    "skipped_slice",
    "start_of_slice",
    "transport",
]

TS_PACKET = 188
VIDEO_PID, TABLE_PID = 0x100, 0x1000


class BitWriter:
    """Bits from the most significant end, in the codes of H.264 and HEVC."""

    def __init__(self) -> None:
        self._text: list[str] = []

    def put(self, value: int, count: int) -> None:
        """So many bits of a number."""
        self._text.append(format(value, f"0{count}b"))

    def ue(self, *values: int) -> None:
        """Exp-Golomb, unsigned."""
        for value in values:
            text = format(value + 1, "b")
            self._text.append("0" * (len(text) - 1) + text)

    def se(self, value: int) -> None:
        """Exp-Golomb, signed."""
        self.ue(2 * value - 1 if value > 0 else -2 * value)

    def done(self) -> bytes:
        """The bytes, with the stop bit of a unit's end."""
        text = "".join(self._text) + "1"
        text += "0" * (-len(text) % 8)
        return int(text, 2).to_bytes(len(text) // 8, "big")


def handmade(width: int, height: int, times: tuple[int, ...] = (900_000, 903_000)) -> bytes:
    """A few hundred bytes whose parameter sets announce a picture of any size, with the start of one at each time."""
    return transport([access_unit(sequence_parameters(width, height), picture_parameters(), start_of_slice())], times)


def access_unit(*units: bytes) -> bytes:
    """Units with a start code before each."""
    return b"".join(b"\x00\x00\x00\x01" + unit for unit in units)


def sequence_parameters(width: int, height: int) -> bytes:
    """H.264, constrained baseline."""
    bits = BitWriter()
    bits.ue(0)  # seq_parameter_set_id
    bits.ue(0)  # log2_max_frame_num - 4
    bits.ue(2)  # pic_order_cnt_type
    bits.ue(1)  # max_num_ref_frames
    bits.put(0, 1)  # gaps allowed
    bits.ue((width + 15) // 16 - 1)
    bits.ue((height + 15) // 16 - 1)
    bits.put(1, 1)  # frame_mbs_only
    bits.put(1, 1)  # direct_8x8
    bits.put(0, 1)  # no cropping
    bits.put(0, 1)  # no VUI
    return escaped(b"\x67\x42\xc0\x3e" + bits.done())


def picture_parameters() -> bytes:
    """H.264, run-length coded, one slice group."""
    bits = BitWriter()
    bits.ue(0, 0)
    bits.put(0, 2)  # CAVLC, no pic order
    bits.ue(0)  # one slice group
    bits.ue(0, 0)
    bits.put(0, 3)  # no weighted prediction
    for _ in range(3):
        bits.se(0)
    bits.put(0, 3)
    return b"\x68" + bits.done()


def start_of_slice() -> bytes:
    """The beginning of a picture, not decodable."""
    bits = _slice_head(first=0)
    bits.ue(25)  # one macroblock of raw samples begins
    return escaped(b"\x65" + bits.done() + b"\x80" * 64)


def grey_slice(first: int, macroblocks: int) -> bytes:
    """Macroblocks without detail, a byte each, of an IDR picture."""
    bits = _slice_head(first)
    for _ in range(macroblocks):
        bits.ue(3, 0)  # intra 16x16 by the mean, chroma likewise
        bits.se(0)
        bits.put(1, 1)  # no coefficients
    return escaped(b"\x65" + bits.done())


def _slice_head(first: int) -> BitWriter:
    bits = BitWriter()
    bits.ue(first)
    bits.ue(7)  # I
    bits.ue(0)
    bits.put(0, 4)  # frame_num
    bits.ue(0)  # idr_pic_id
    bits.put(0, 2)
    bits.se(0)  # qp delta
    return bits


def skipped_slice(number: int, macroblocks: int) -> bytes:
    """A whole picture that is the one before it again, in a few bytes."""
    bits = BitWriter()
    bits.ue(0, 5, 0)  # first macroblock, P, parameter set
    bits.put(number % 16, 4)  # frame_num
    bits.put(0, 1)  # as many references as usual
    bits.put(0, 1)  # in their order
    bits.put(0, 1)  # no marking
    bits.se(0)  # qp delta
    bits.ue(macroblocks)  # skipped
    return escaped(b"\x41" + bits.done())


def escaped(unit: bytes) -> bytes:
    """A unit in which nothing looks like a start code."""
    for last in (b"\x00", b"\x01", b"\x02", b"\x03"):
        unit = unit.replace(b"\x00\x00" + last, b"\x00\x00\x03" + last)
    return unit


def transport(payloads: Sequence[bytes], times: Sequence[int], kind: int = 0x1B) -> bytes:
    """Access units at the given times, in a transport stream with one video; the last one is repeated as needed."""
    out = [program({VIDEO_PID: kind})]
    counter = 0
    for index, time in enumerate(times):
        cut = packets(VIDEO_PID, pes(payloads[min(index, len(payloads) - 1)], time), start=True, counter=counter)
        counter += len(cut) // TS_PACKET
        out.append(cut)
    return b"".join(out)


def pes(payload: bytes, time: int, stream: int = 0xE0) -> bytes:
    """A packet of unstated length with a presentation time in ticks of 1/90000 s."""
    stamp = bytes(
        (
            0x21 | time >> 29 & 0x0E,
            time >> 22 & 0xFF,
            0x01 | time >> 14 & 0xFE,
            time >> 7 & 0xFF,
            0x01 | time << 1 & 0xFE,
        )
    )
    return b"\x00\x00\x01" + bytes((stream,)) + b"\x00\x00\x80\x80\x05" + stamp + payload


def program(streams: dict[int, int]) -> bytes:
    """Tables of one program: kinds of its streams by their ids."""
    pat = b"\x00\xb0\x0d\x00\x01\xc1\x00\x00\x00\x01" + struct.pack(">H", 0xE000 | TABLE_PID)
    return section(0, pat) + section(TABLE_PID, program_map(streams))


def program_map(streams: dict[int, int], number: int = 1, version: int = 0) -> bytes:
    """The table of a program, without its check sum; some 200 streams find room in one."""
    entries = b"".join(struct.pack(">BHH", kind, 0xE000 | pid, 0xF000) for pid, kind in streams.items())
    head = struct.pack(">HBBBHH", number, 0xC1 | version << 1, 0, 0, 0xE000 | next(iter(streams)), 0xF000)
    return b"\x02" + struct.pack(">H", 0xB000 | len(head) + len(entries) + 4) + head + entries


def section(pid: int, body: bytes, counter: int = 0) -> bytes:
    """A table in packets of its own."""
    return packets(pid, b"\x00" + body + struct.pack(">I", crc32(body)), start=True, counter=counter)


def packets(pid: int, payload: bytes, *, start: bool, counter: int) -> bytes:
    """A payload cut into transport packets, the last one filled up."""
    out = []
    first = start
    room = TS_PACKET - 4
    for begin in range(0, len(payload), room):
        piece = payload[begin : begin + room]
        head = bytes((0x47, (0x40 if first else 0) | pid >> 8, pid & 0xFF))
        if len(piece) == room:
            out.append(head + bytes((0x10 | counter & 15,)) + piece)
        else:
            fill = room - len(piece)
            adaptation = bytes((fill - 1,)) + (b"\x00" + b"\xff" * (fill - 2) if fill > 1 else b"")
            out.append(head + bytes((0x30 | counter & 15,)) + adaptation + piece)
        first = False
        counter += 1
    return b"".join(out)


def crc32(data: bytes) -> int:
    """The check sum of MPEG tables."""
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1 ^ 0x04C11DB7 if value & 0x80000000 else value << 1) & 0xFFFFFFFF
    return value


def box(kind: bytes, *contents: bytes) -> bytes:
    """A box of an MP4 file."""
    body = b"".join(contents)
    return struct.pack(">I", 8 + len(body)) + kind + body


def full_box(kind: bytes, *contents: bytes) -> bytes:
    """A box with version and flags of zero."""
    return box(kind, bytes(4), *contents)
