"""Encoder and muxer settings of a rendition: what a profile means to x264 and to the container.

Verifiable encoding: x264 with one thread and processor-independent arithmetic, so that the same segment gives the
same bytes on every machine; renditions run beside each other instead (facts: transcode 2, 4.4).
"""

from __future__ import annotations

from fractions import Fraction

from offchain.types import Container, H264Profile, RenditionProfile

__all__ = ["encoder_options", "key_frame_ticks", "muxer_options"]

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


def encoder_options(profile: RenditionProfile) -> dict[str, str]:
    """Options of libx264: constant bit rate over one second, closed groups, key frames as the profile asks."""
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
        "x264-params": "cpu-independent=1",
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
