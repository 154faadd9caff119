"""Test clips made on the spot: real H.264 and AAC in the shapes that operators meet, and some that attackers send."""

from __future__ import annotations

import io
import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path

import av
from av.video.frame import PictureType

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "node_modules" / "mux.js" / "test" / "segments"
SINTEL = SAMPLES / "sintel-captions.ts"

CLOCK = 90_000
TS_PACKET = 188


@dataclass(frozen=True)
class ClipSpec:
    """What a clip is made of; hashable, so that a clip is made once for all tests.

    Attributes:
        frames: of video.
        fps: nominal rate; `skip` thins it out.
        start: time of the first frame in ticks of 1/90000 s.
        format: muxer.
        pixel_format: of the encoder.
        codec: video encoder.
        keyint: frames between key frames; an IDR each unless `open_gop`.
        b_frames: between two others.
        audio: adds AAC of the same length.
        skip: every n-th frame only is kept where n > 1 for the second half: a variable frame rate.
        x264: further encoder parameters.
        noise: strength of a grain over the pattern, 0 for none.
        woven: frames of two fields, half a frame apart in time; the encoder is told by `x264`.
        late: seconds by which the audio begins after the video.
        muxer: further muxer options.
    """

    width: int = 320
    height: int = 180
    frames: int = 30
    fps: int = 30
    start: int = 10 * CLOCK
    format: str = "mpegts"
    pixel_format: str = "yuv420p"
    codec: str = "libx264"
    keyint: int = 250
    b_frames: int = 2
    audio: bool = True
    open_gop: bool = False
    skip: int = 1
    x264: str = ""
    noise: int = 0
    woven: bool = False
    late: float = 0
    muxer: tuple[tuple[str, str], ...] = field(default=())


def clip(**spec: object) -> bytes:
    """A clip by the fields of `ClipSpec`."""
    return _make(ClipSpec(**spec))  # type: ignore[arg-type]


@cache
def _make(spec: ClipSpec) -> bytes:
    buffer = io.BytesIO()
    options = dict(spec.muxer)
    if spec.format == "mpegts":
        options = {"mpegts_copyts": "1", "avoid_negative_ts": "disabled"} | options
    with av.open(buffer, "w", format=spec.format, options=options) as output:
        video = output.add_stream(spec.codec, rate=spec.fps, options=_video_options(spec))
        video.width, video.height, video.pix_fmt = spec.width, spec.height, spec.pixel_format
        # Older codecs write the rate into their headers, and know few.
        unit = spec.fps if spec.codec.startswith("mpeg") else CLOCK
        video.codec_context.time_base = video.time_base = Fraction(1, unit)
        video.codec_context.thread_count = 1
        sound = None
        if spec.audio:
            sound = output.add_stream("aac", rate=48_000, layout="stereo")
        output.start_encoding()
        packets = [(packet, video) for packet in _video_packets(spec, video)]
        if sound is not None:
            packets += [(packet, sound) for packet in _audio_packets(spec, sound)]
        for packet, stream in sorted(packets, key=lambda pair: pair[0].dts * pair[0].time_base):
            packet.stream = stream
            output.mux(packet)
    return buffer.getvalue()


def _x265_options(spec: ClipSpec) -> dict[str, str]:
    parameters = f"log-level=none:bframes=2:keyint={spec.keyint}:min-keyint={spec.keyint}:scenecut=0"
    return {"preset": "ultrafast", "x265-params": f"{parameters}:open-gop={int(spec.open_gop)}"}


def _video_options(spec: ClipSpec) -> dict[str, str]:
    if spec.codec == "libx265":
        return _x265_options(spec)
    if spec.codec == "libvpx-vp9":
        return {"deadline": "realtime", "cpu-used": "8"}
    if spec.codec != "libx264":
        return {}
    parameters = f"keyint={spec.keyint}:scenecut=0:open-gop={int(spec.open_gop)}"
    if spec.x264:
        parameters += f":{spec.x264}"
    return {"preset": "ultrafast", "crf": "30", "bf": str(spec.b_frames), "x264-params": parameters}


def _video_packets(spec: ClipSpec, stream: av.VideoStream) -> Iterator[av.Packet]:
    graph = av.filter.Graph()
    rate = spec.fps * (1 + spec.woven)
    pattern = f"size={spec.width}x{spec.height}:rate={rate}:duration={spec.frames / spec.fps + 1}"
    grain = (("noise", f"alls={spec.noise}:allf=t"),) if spec.noise else ()
    _chain(graph, ("testsrc2", pattern), *grain, ("format", spec.pixel_format), ("buffersink", None))
    for index in range(spec.frames):
        frame = graph.pull()
        if spec.woven:
            _weave(frame, graph.pull())
        if index > spec.frames // 2 and index % spec.skip:
            continue
        frame.time_base = Fraction(1, CLOCK)
        frame.pts = spec.start + index * CLOCK // spec.fps
        frame.pict_type = PictureType.NONE
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _weave(frame: av.VideoFrame, following: av.VideoFrame) -> None:
    """Puts every second line of the following frame in the place of the frame's own."""
    for plane, later in zip(frame.planes, following.planes, strict=True):
        lines, width = bytearray(plane), plane.line_size
        other = bytes(later)
        for line in range(1, plane.height, 2):
            lines[line * width : (line + 1) * width] = other[line * width : (line + 1) * width]
        plane.update(bytes(lines))


def _audio_packets(spec: ClipSpec, stream: av.AudioStream) -> Iterator[av.Packet]:
    graph = av.filter.Graph()
    tone = f"sample_rate=48000:samples_per_frame=1024:duration={spec.frames / spec.fps - spec.late}"
    shape = "sample_fmts=fltp:channel_layouts=stereo"
    _chain(graph, ("sine", tone), ("aformat", shape), ("abuffersink", None))
    first = spec.start * 48_000 // CLOCK + int(spec.late * 48_000)
    samples = 0
    while True:
        try:
            frame = graph.pull()
        except (av.error.EOFError, av.error.BlockingIOError):
            break
        frame.pts = first + samples
        frame.time_base = Fraction(1, 48_000)
        samples += frame.samples
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _chain(graph: av.filter.Graph, *filters: tuple[str, str | None]) -> None:
    nodes = [graph.add(name, arguments) for name, arguments in filters]
    for node, following in pairwise(nodes):
        node.link_to(following)
    graph.configure()


def sound_alone(data: bytes, format: str = "mpegts") -> bytes:
    """The audio of a clip without its video."""
    buffer = io.BytesIO()
    with av.open(io.BytesIO(data)) as source, av.open(buffer, "w", format=format) as output:
        stream = output.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(source.streams.audio[0]):
            if packet.size:
                packet.stream = stream
                output.mux(packet)
    return buffer.getvalue()


def from_key_frame(data: bytes, number: int) -> bytes:
    """The video of a clip from its n-th key frame on, as somebody cuts it who does not look closer; 0 is the first."""
    buffer = io.BytesIO()
    options = {"mpegts_copyts": "1", "avoid_negative_ts": "disabled"}
    seen = -1
    with av.open(io.BytesIO(data)) as source, av.open(buffer, "w", format="mpegts", options=options) as output:
        stream = output.add_stream_from_template(source.streams.video[0], opaque=True)
        for packet in source.demux(source.streams.video[0]):
            seen += packet.is_keyframe
            if packet.size and seen >= number:
                packet.stream = stream
                output.mux(packet)
    return buffer.getvalue()


def turned(data: bytes, degrees: int, *, mirrored: bool = False) -> bytes:
    """A clip as an MP4 file that says it is to be turned to the left before it is shown."""
    buffer = io.BytesIO()
    with av.open(io.BytesIO(data)) as source, av.open(buffer, "w", format="mp4") as output:
        streams = {s.index: output.add_stream_from_template(s, opaque=True) for s in source.streams.video}
        streams[source.streams.video[0].index].set_display_rotation(degrees, hflip=mirrored)
        for packet in source.demux(source.streams.video[0]):
            if packet.size:
                packet.stream = streams[packet.stream.index]
                output.mux(packet)
    return buffer.getvalue()


def truncated(data: bytes, share: float) -> bytes:
    """The first part of a clip, as whole transport packets."""
    return data[: int(len(data) * share) // TS_PACKET * TS_PACKET]


def without_start(data: bytes) -> bytes:
    """A segment that begins in the middle of a group of pictures: tables, then all after the first key frame."""
    packets = [data[i : i + TS_PACKET] for i in range(0, len(data), TS_PACKET)]
    video = [i for i, packet in enumerate(packets) if _pid(packet) == 256]
    units = [i for i in video if packets[i][1] & 0x40]
    first, second = units[0], units[1]
    tables = packets[:first]
    rest = [p for i, p in enumerate(packets) if i >= second or (i > first and _pid(p) != 256)]
    return b"".join(tables + rest)


def flipped(data: bytes, bits: int, seed: int) -> bytes:
    """A clip with so many bits turned over, the same ones each time."""
    chance = random.Random(seed)
    damaged = bytearray(data)
    for _ in range(bits):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def _pid(packet: bytes) -> int:
    return (packet[1] & 0x1F) << 8 | packet[2]


def handmade(width: int, height: int, times: tuple[int, ...] = (900_000, 903_000)) -> bytes:
    """A few hundred bytes whose parameter sets announce a picture of any size, with the start of one at each time."""
    return _transport(b"".join(b"\x00\x00\x00\x01" + unit for unit in (_sps(width, height), _pps(), _slice())), times)


def many_streams(count: int) -> bytes:
    """A segment with one video and so many audio streams."""
    buffer = io.BytesIO()
    source = av.open(io.BytesIO(clip(frames=5)))
    with source, av.open(buffer, "w", format="mpegts", options={"mpegts_copyts": "1"}) as output:
        video = output.add_stream_from_template(source.streams.video[0], opaque=True)
        sounds = [output.add_stream_from_template(source.streams.audio[0]) for _ in range(count)]
        for packet in source.demux():
            if not packet.size:
                continue
            if packet.stream.type == "video":
                packet.stream = video
                output.mux(packet)
                continue
            for sound in sounds:
                copy = av.Packet(bytes(packet))
                copy.pts, copy.dts, copy.time_base = packet.pts, packet.dts, packet.time_base
                copy.is_keyframe = True
                copy.stream = sound
                output.mux(copy)
    return buffer.getvalue()


def _sps(width: int, height: int) -> bytes:
    bits = _BitWriter()
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
    return _escaped(b"\x67\x42\xc0\x3e" + bits.done())


def _pps() -> bytes:
    bits = _BitWriter()
    bits.ue(0)
    bits.ue(0)
    bits.put(0, 2)  # CAVLC, no pic order
    bits.ue(0)  # one slice group
    bits.ue(0)
    bits.ue(0)
    bits.put(0, 3)  # no weighted prediction
    for _ in range(3):
        bits.se(0)
    bits.put(0, 3)
    return b"\x68" + bits.done()


def _slice() -> bytes:
    bits = _BitWriter()
    bits.ue(0)  # first macroblock
    bits.ue(7)  # I
    bits.ue(0)
    bits.put(0, 4)  # frame_num
    bits.ue(0)  # idr_pic_id
    bits.put(0, 2)
    bits.se(0)  # qp delta
    bits.ue(25)  # one macroblock of raw samples begins
    return _escaped(b"\x65" + bits.done() + b"\x80" * 64)


def _escaped(unit: bytes) -> bytes:
    for last in (b"\x00", b"\x01", b"\x02", b"\x03"):
        unit = unit.replace(b"\x00\x00" + last, b"\x00\x00\x03" + last)
    return unit


class _BitWriter:
    def __init__(self) -> None:
        self._text = ""

    def put(self, value: int, count: int) -> None:
        self._text += format(value, f"0{count}b")

    def ue(self, value: int) -> None:
        text = format(value + 1, "b")
        self._text += "0" * (len(text) - 1) + text

    def se(self, value: int) -> None:
        self.ue(2 * value - 1 if value > 0 else -2 * value)

    def done(self) -> bytes:
        text = self._text + "1"
        text += "0" * (-len(text) % 8)
        return int(text, 2).to_bytes(len(text) // 8, "big")


def _transport(payload: bytes, times: tuple[int, ...]) -> bytes:
    """Access units of the same bytes at the given times, in a transport stream of their own making."""

    def section(pid: int, body: bytes) -> bytes:
        table = body + struct.pack(">I", _crc32(body))
        return _packets(pid, b"\x00" + table, start=True, counter=0)

    pat = b"\x00\xb0\x0d\x00\x01\xc1\x00\x00\x00\x01\xf0\x00"
    pmt = b"\x02\xb0\x12\x00\x01\xc1\x00\x00\xe1\x00\xf0\x00\x1b\xe1\x00\xf0\x00"
    out = section(0, pat) + section(0x1000, pmt)
    counter = 0
    for time in times:
        stamp = bytes(
            (
                0x21 | time >> 29 & 0x0E,
                time >> 22 & 0xFF,
                0x01 | time >> 14 & 0xFE,
                time >> 7 & 0xFF,
                0x01 | time << 1 & 0xFE,
            )
        )
        pes = b"\x00\x00\x01\xe0\x00\x00\x80\x80\x05" + stamp + payload
        packets = _packets(0x100, pes, start=True, counter=counter)
        counter += len(packets) // TS_PACKET
        out += packets
    return out


def _packets(pid: int, payload: bytes, *, start: bool, counter: int) -> bytes:
    out = b""
    first = start
    while payload:
        room = TS_PACKET - 4
        piece, payload = payload[:room], payload[room:]
        head = bytes((0x47, (0x40 if first else 0) | pid >> 8, pid & 0xFF))
        if len(piece) == room:
            out += head + bytes((0x10 | counter & 15,)) + piece
        else:
            fill = room - len(piece)
            adaptation = bytes((fill - 1,)) + (b"\x00" + b"\xff" * (fill - 2) if fill > 1 else b"")
            out += head + bytes((0x30 | counter & 15,)) + adaptation + piece
        first = False
        counter += 1
    return out


def _crc32(data: bytes) -> int:
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1 ^ 0x04C11DB7 if value & 0x80000000 else value << 1) & 0xFFFFFFFF
    return value
