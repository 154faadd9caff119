"""Encoder and muxer settings of a rendition: what a profile and a mode mean to the encoder and to the container.

Verifiable encoding: x264 with one thread and processor-independent arithmetic, so that the same segment gives the
same bytes on every machine; renditions run beside each other instead (facts: transcode 2, 4.4). Live encoding: several
threads and no frame held back.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from offchain.types import Container, H264Profile, RenditionProfile
from offchain.workers.protocol import Mode

__all__ = ["LIVE_THREADS", "Encoder", "EncoderChoice", "encoder_for", "key_frame_ticks", "muxer_options", "nvenc_on"]

PRESET = "veryfast"
_EARLY_MS = 1000
_PROFILES: dict[H264Profile, tuple[str, int]] = {
    # x264's name of the profile, and how many B-frames may stand between two others.
    H264Profile.DEFAULT: ("", 3),
    H264Profile.BASELINE: ("baseline", 0),
    H264Profile.MAIN: ("main", 3),
    H264Profile.HIGH: ("high", 3),
    H264Profile.CONSTRAINED_HIGH: ("high", 0),
}


LIVE_THREADS = max(1, min(4, os.cpu_count() or 1))
"""Threads of a decoder or encoder in live mode; each has a stack of its own in a child's bounded memory."""


@dataclass(frozen=True, slots=True)
class Encoder:
    """An encoder of the library, and how it is opened; it takes `yuv420p` in memory.

    Attributes:
        name: such as `libx264`.
        options: as the library names them.
        threads: 0 leaves it to the encoder.
        device: what encodes where it is not the processor, such as `cuda:0`; its failures are the device's.
    """

    name: str
    options: Mapping[str, str]
    threads: int
    device: str = ""


EncoderChoice = Callable[[RenditionProfile, Mode], Encoder]
"""Which encoder makes a rendition."""


def encoder_for(profile: RenditionProfile, mode: Mode) -> Encoder:
    """x264: constant bit rate over one second, closed groups, key frames as the profile asks."""
    if mode is Mode.VERIFIABLE:
        return Encoder("libx264", _x264_options(profile) | {"x264-params": "cpu-independent=1"}, 1)
    return Encoder("libx264", _x264_options(profile) | {"tune": "zerolatency", "bf": "0"}, LIVE_THREADS)


def nvenc_on(device: str) -> EncoderChoice:
    """NVENC for live renditions, with the bounds that x264 is given; x264 for verifiable ones, which it alone makes."""

    def choose(profile: RenditionProfile, mode: Mode) -> Encoder:
        if mode is Mode.VERIFIABLE:
            return encoder_for(profile, mode)
        options = _x264_options(profile)
        if profile.gop_ms < 0:
            options["g"] = "0"  # its word for key frames alone
        options |= {"preset": "p4", "tune": "ll", "rc": "cbr", "bf": "0", "zerolatency": "1", "delay": "0"}
        return Encoder("h264_nvenc", options, 0, device)

    return choose


def _x264_options(profile: RenditionProfile) -> dict[str, str]:
    name, b_frames = _PROFILES[profile.h264_profile]
    bitrate = str(profile.bitrate)
    options = {
        "preset": PRESET,
        "b": bitrate,
        "minrate": bitrate,
        "maxrate": bitrate,
        "bufsize": bitrate,
        "bf": str(b_frames),
        "forced-idr": "1",
    }
    if name:
        options["profile"] = name
    if profile.gop_ms < 0:
        options["g"] = "1"
    elif profile.gop_ms and profile.fps:
        options["g"] = str(max(int(Fraction(profile.gop_ms, 1000) * profile.fps), 1))
    return options


def key_frame_ticks(profile: RenditionProfile, clock: int) -> int:
    """Ticks between forced key frames, where the timing is the source's and cannot be counted; 0 forces none."""
    return profile.gop_ms * clock // 1000 if profile.gop_ms > 0 and not profile.fps else 0


def muxer_options(container: Container, start_ms: int) -> dict[str, str]:
    """Options of the muxer: timestamps stay those of the source, and nothing names a build or a date.

    MP4 is fragmented, a fragment for each group of pictures: it can be played while it grows, and one after the other
    without a second index. Fragments carry absolute times; those of a source that starts at zero would have to be
    negative where B-frames are, and get an edit list instead.
    """
    options = {"avoid_negative_ts": "disabled", "fflags": "+bitexact"}
    if container is Container.MPEGTS:
        # Each segment counts its transport packets from zero, and says so to whoever plays them in a row.
        return options | {"mpegts_copyts": "1", "mpegts_flags": "initial_discontinuity"}
    if start_ms < _EARLY_MS:
        return options | {"movflags": "frag_keyframe+default_base_moof+delay_moov"}
    return options | {"movflags": "frag_keyframe+default_base_moof+empty_moov+frag_discont", "use_editlist": "0"}
