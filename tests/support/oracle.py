"""FFmpeg's command line as a second opinion: what it makes of a segment, and how alike two videos are."""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import av

from offchain.types import Container, H264Profile, RenditionProfile
from tests.support.clips import CLOCK

__all__ = [
    "FORMATS",
    "Outcome",
    "encoded",
    "ffmpeg",
    "outcome_of",
    "raw_frames",
    "reference",
    "scaler",
    "ssim",
    "waves",
]

FORMATS = {Container.MPEGTS: "mpegts", Container.MP4: "mp4"}
_B_FRAMES = {H264Profile.BASELINE: 0, H264Profile.CONSTRAINED_HIGH: 0}


@cache
def _binary() -> str:
    import imageio_ffmpeg

    return imageio_ffmpeg.get_ffmpeg_exe()


def ffmpeg(*arguments: object) -> str:
    """Runs the command; returns what it says. Any error of its own fails the test."""
    command = [_binary(), "-hide_banner", "-nostdin", "-y", "-threads", "1", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=120)
    said = done.stderr.decode("utf-8", "replace")
    assert done.returncode == 0, said[-2000:]
    return said


@dataclass(frozen=True)
class Outcome:
    """What a decoder sees of a segment; times in ticks of 1/90000 s."""

    size: tuple[int, int]
    times: list[int]
    sound: list[tuple[int, bytes]]
    bits: int


def outcome_of(data: bytes) -> Outcome:
    """Decodes a segment with the library."""
    sound: list[tuple[int, bytes]] = []
    times: list[int] = []
    size, bits = (0, 0), 0
    with av.open(io.BytesIO(data)) as container:
        for packet in container.demux():
            if not packet.size:
                continue
            if packet.stream.type == "audio":
                sound.append((round(packet.pts * packet.time_base * CLOCK), bytes(packet)))
            elif packet.stream.type == "video":
                bits += packet.size * 8
    with av.open(io.BytesIO(data)) as container:
        if container.streams.video:
            for frame in container.decode(video=0):
                size = (frame.width, frame.height)
                times.append(round(frame.pts * frame.time_base * CLOCK))
    return Outcome(size, times, sound, bits)


def encoded(
    source: Path, to: Path, profile: RenditionProfile, size: tuple[int, int], *, before: str = "", options: tuple = ()
) -> bytes:
    """The rendition that the command line makes of a segment with our encoder's settings.

    Args:
        source: the segment.
        to: where to write.
        profile: what is asked for.
        size: of the rendition.
        before: filters in front of the scaler.
        options: further ones, in front of the input.
    """
    rate = profile.bitrate
    encoder = ("-c:v", "libx264", "-preset", "veryfast", "-b:v", rate, "-minrate", rate, "-maxrate", rate)
    encoder += ("-bufsize", rate, "-bf", _B_FRAMES.get(profile.h264_profile, 3), "-threads", 1)
    timing = ("-copyts", "-enc_time_base", "1:90000", "-fps_mode", "passthrough")
    mux = ("-muxdelay", 0, "-muxpreload", 0, "-avoid_negative_ts", "disabled", "-f", "mpegts")
    chain = ("-vf", _chain(profile, size, before))
    ffmpeg(*options, "-copyts", "-i", source, "-map", "0:v:0", "-map", "0:a:0?", *chain, *encoder, "-c:a", "copy",
           *timing, *mux, to)  # fmt: skip
    return to.read_bytes()


def reference(
    source: Path, to: Path, profile: RenditionProfile, size: tuple[int, int], *, before: str = "", options: tuple = ()
) -> Path:
    """The source in the size and rate of a rendition, not encoded: what both are held against."""
    chain = ("-vf", _chain(profile, size, before))
    ffmpeg(*options, "-copyts", "-i", source, "-map", "0:v:0", *chain, "-fps_mode", "passthrough", "-c:v", "rawvideo",
           "-f", "nut", to)  # fmt: skip
    return to


def _chain(profile: RenditionProfile, size: tuple[int, int], before: str) -> str:
    steps = [before] if before else []
    steps += [scaler(*size), "format=yuv420p"]
    if profile.fps:
        steps.append(f"fps={profile.fps.numerator}/{profile.fps.denominator}:round=near")
    return ",".join(steps)


def scaler(width: int, height: int, chroma: str = "left") -> str:
    """Our scaler as a filter; unlike ours, it must be told where the chroma of its frames lies."""
    siting = f":in_chroma_loc={chroma}:out_chroma_loc={chroma}" if chroma else ""
    return f"scale={width}:{height}:flags=bicubic+accurate_rnd+bitexact{siting}"


def raw_frames(source: Path, to: Path, chain: str) -> bytes:
    """The frames of a video behind a chain of filters, as planar 4:2:0 without gaps."""
    ffmpeg("-noautorotate", "-i", source, "-map", "0:v:0", "-vf", chain, "-fps_mode", "passthrough",
           "-pix_fmt", "yuv420p", "-f", "rawvideo", to)  # fmt: skip
    return to.read_bytes()


def ssim(one: Path, other: Path) -> float:
    """How alike two videos of the same size and number of frames are, frame by frame; 1 is equal."""
    graph = "[0:v]setpts=N/TB/30[a];[1:v]setpts=N/TB/30[b];[a][b]ssim"
    said = ffmpeg("-noautorotate", "-i", one, "-noautorotate", "-i", other, "-lavfi", graph, "-f", "null", "-")
    found = re.search(r"SSIM .*All:([0-9.]+)", said)
    assert found, said[-2000:]
    return float(found[1])


def waves(data: bytes) -> list[bytes]:
    """The packets of the sound alone, without their times."""
    return [payload for _, payload in outcome_of(data).sound]
