"""A test clip made on the spot: moving patterns under grain, 1080p, with a tone."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
from av.packet import Packet
from av.video.frame import PictureType, VideoFrame

__all__ = ["make_clip"]

_FPS, _SIZE, _BITRATE = 30, (1920, 1080), 6_000_000
_GRAIN = "alls=12:allf=t"
_CLOCK = 90_000


def make_clip(path: Path, seconds: int, segment_ms: int) -> None:
    """Writes a clip of H.264 (High, B-frames, 6 Mbit/s) and AAC with a key frame where each segment is to begin.

    Args:
        path: of an MPEG-TS file.
        seconds: of video, at least 1.
        segment_ms: between two key frames.
    """
    group = max(segment_ms * _FPS // 1000, 1)
    options = {"preset": "veryfast", "bf": "2", "b": str(_BITRATE), "maxrate": str(_BITRATE), "bufsize": str(_BITRATE)}
    with av.open(str(path), "w", format="mpegts") as output:
        video = output.add_stream("libx264", rate=_FPS, options=options | {"x264-params": f"keyint={group}:scenecut=0"})
        video.width, video.height, video.pix_fmt = *_SIZE, "yuv420p"
        video.codec_context.time_base = video.time_base = Fraction(1, _CLOCK)
        sound = output.add_stream("aac", rate=48_000, layout="stereo")
        output.start_encoding()
        packets: list[tuple[Packet[Any], Any]] = [(packet, sound) for packet in _sound(sound, seconds)]
        packets += [(packet, video) for packet in _pictures(video, seconds * _FPS)]
        for packet, stream in sorted(packets, key=lambda pair: (pair[0].dts or 0) * pair[0].time_base):
            packet.stream = stream
            output.mux_one(packet)


def _pictures(stream: Any, frames: int) -> Iterator[Packet[Any]]:
    pattern = f"size={_SIZE[0]}x{_SIZE[1]}:rate={_FPS}"
    graph = _chain(("testsrc2", pattern), ("noise", _GRAIN), ("format", "yuv420p"), ("buffersink", None))
    for number in range(frames):
        frame = graph.pull()
        if isinstance(frame, VideoFrame):
            frame.pts, frame.time_base = _CLOCK + number * _CLOCK // _FPS, Fraction(1, _CLOCK)
            frame.pict_type = PictureType.NONE
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _sound(stream: Any, seconds: int) -> Iterator[Packet[Any]]:
    tone = f"sample_rate=48000:samples_per_frame=1024:duration={seconds}"
    graph = _chain(("sine", tone), ("aformat", "sample_fmts=fltp:channel_layouts=stereo"), ("abuffersink", None))
    number = 0
    while True:
        try:
            frame = graph.pull()
        except (av.error.EOFError, av.error.BlockingIOError):
            break
        frame.pts, frame.time_base = 48_000 + number * 1024, Fraction(1, 48_000)
        number += 1
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _chain(*filters: tuple[str, str | None]) -> av.filter.Graph:
    graph = av.filter.Graph()
    nodes = [graph.add(name, arguments) for name, arguments in filters]
    for node, following in pairwise(nodes):
        node.link_to(following)
    graph.configure()
    return graph
