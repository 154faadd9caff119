"""Test clips made on the spot: real H.264 and AAC in the shapes that operators meet, and some that attackers send."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path

import av
from av.video.frame import PictureType

from tests.support.handmade import TS_PACKET
from tests.support.handmade import handmade as handmade

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "node_modules" / "mux.js" / "test" / "segments"
SINTEL = SAMPLES / "sintel-captions.ts"

CLOCK = 90_000


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
