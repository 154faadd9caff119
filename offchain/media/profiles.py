"""Rendition profiles: presets, ladders given as text or file, what a profile may ask for, and profiles as plain values.

Source: presets, default and benchmark ladder (facts: offchain 6.6, transcode 2).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from offchain.errors import ProfileError
from offchain.types import Container, H264Profile, RenditionProfile

__all__ = [
    "BENCHMARK_LADDER",
    "DEFAULT_LADDER",
    "PRESETS",
    "check_ladder",
    "check_profile",
    "parse_ladder",
    "profile_from",
    "profile_to",
]

MAX_RUNGS = 10
"""Renditions of one segment (facts: transcode 2)."""
MAX_SIDE = 4096
MIN_SIDE = 16
MAX_BITRATE = 100_000_000
MIN_BITRATE = 1_000
MAX_FPS = 240
MAX_GOP_MS = 300_000
MAX_NAME_BYTES = 128


def _preset(name: str, width: int, height: int, kilobits: int, fps: int) -> RenditionProfile:
    return RenditionProfile(name, width, height, kilobits * 1000, Fraction(fps))


PRESETS: Mapping[str, RenditionProfile] = {
    preset.name: preset
    for preset in (
        _preset("P720p60fps16x9", 1280, 720, 6000, 60),
        _preset("P720p30fps16x9", 1280, 720, 4000, 30),
        _preset("P720p25fps16x9", 1280, 720, 3500, 25),
        _preset("P720p30fps4x3", 960, 720, 3500, 30),
        _preset("P576p30fps16x9", 1024, 576, 1500, 30),
        _preset("P576p25fps16x9", 1024, 576, 1500, 25),
        _preset("P360p30fps16x9", 640, 360, 1200, 30),
        _preset("P360p25fps16x9", 640, 360, 1000, 25),
        _preset("P360p30fps4x3", 480, 360, 1000, 30),
        _preset("P240p30fps16x9", 426, 240, 600, 30),
        _preset("P240p25fps16x9", 426, 240, 600, 25),
        _preset("P240p30fps4x3", 320, 240, 600, 30),
        _preset("P144p30fps16x9", 256, 144, 400, 30),
        _preset("P144p25fps16x9", 256, 144, 400, 25),
    )
}

DEFAULT_LADDER: tuple[RenditionProfile, ...] = (PRESETS["P240p30fps16x9"], PRESETS["P360p30fps16x9"])


def _benchmark(name: str, width: int, height: int, kilobits: int) -> RenditionProfile:
    profile = H264Profile.CONSTRAINED_HIGH
    return RenditionProfile(name, width, height, kilobits * 1000, h264_profile=profile, gop_ms=1000)


BENCHMARK_LADDER: tuple[RenditionProfile, ...] = (
    _benchmark("240p", 426, 240, 250),
    _benchmark("360p", 640, 360, 800),
    _benchmark("480p", 854, 480, 1600),
    _benchmark("720p", 1280, 720, 3000),
)

_NAMED_LADDERS: Mapping[str, tuple[RenditionProfile, ...]] = {
    "default": DEFAULT_LADDER,
    "benchmark": BENCHMARK_LADDER,
}
_H264_NAMES: Mapping[str, H264Profile] = {
    "": H264Profile.DEFAULT,
    "none": H264Profile.DEFAULT,
    "h264baseline": H264Profile.BASELINE,
    "h264main": H264Profile.MAIN,
    "h264high": H264Profile.HIGH,
    "h264constrainedhigh": H264Profile.CONSTRAINED_HIGH,
}


def parse_ladder(text: str) -> tuple[RenditionProfile, ...]:
    """The ladder that a flag or setting names.

    Args:
        text: comma-separated preset names (`P240p30fps16x9,P360p30fps16x9`), the word `default` or
            `benchmark`, or the path of a JSON file: a list of objects with name, width, height, bitrate, and
            optionally fps, fpsDen, profile (`H264Main`, ...), gop (seconds, or `intra`), format (`mpegts`, `mp4`).

    Raises:
        ProfileError: a name is unknown, the file cannot be read, or a profile asks for what cannot be made.
    """
    text = text.strip()
    if text in _NAMED_LADDERS:
        return _NAMED_LADDERS[text]
    if text.endswith(".json"):
        return check_ladder(_from_file(Path(text)))
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in PRESETS]
    if unknown:
        raise ProfileError(
            f"unknown profile {', '.join(unknown)}: use `default`, `benchmark`, a .json file, "
            f"or names out of {', '.join(PRESETS)}"
        )
    return check_ladder(PRESETS[name] for name in names)


def check_ladder(profiles: Iterable[RenditionProfile]) -> tuple[RenditionProfile, ...]:
    """The profiles as a tuple, once each of them and all together can be made.

    Raises:
        ProfileError: no profile, more than 10, two of one name, or a field outside its range.
    """
    ladder = tuple(profiles)
    if not 1 <= len(ladder) <= MAX_RUNGS:
        raise ProfileError(f"a ladder has 1 to {MAX_RUNGS} profiles, this one has {len(ladder)}")
    for profile in ladder:
        check_profile(profile)
    names = [profile.name for profile in ladder]
    if len(set(names)) != len(names):
        raise ProfileError(f"profile names of a ladder must differ: {', '.join(names)}")
    return ladder


def check_profile(profile: RenditionProfile) -> None:
    """Refuses a profile that no encoder here can make.

    Raises:
        ProfileError: says which field of which profile, and its range.
    """
    bounds: tuple[tuple[str, int | Fraction, int, int], ...] = (
        ("width", profile.width, MIN_SIDE, MAX_SIDE),
        ("height", profile.height, MIN_SIDE, MAX_SIDE),
        ("bitrate", profile.bitrate, MIN_BITRATE, MAX_BITRATE),
        ("fps", profile.fps, 0, MAX_FPS),
        ("gop_ms", profile.gop_ms, -1, MAX_GOP_MS),
    )
    for field, value, low, high in bounds:
        if not low <= value <= high:
            raise ProfileError(f"profile {profile.name!r}: {field} must be {low} to {high}, got {value}")
    if not 1 <= len(profile.name.encode()) <= MAX_NAME_BYTES or not profile.name.isprintable():
        raise ProfileError(f"profile name {profile.name!r}: 1 to {MAX_NAME_BYTES} printable bytes")


def profile_to(profile: RenditionProfile) -> dict[str, Any]:
    """A profile as plain values."""
    return {
        "name": profile.name,
        "width": profile.width,
        "height": profile.height,
        "bitrate": profile.bitrate,
        "fps": str(profile.fps),
        "container": profile.container.name,
        "h264_profile": profile.h264_profile.name,
        "gop_ms": profile.gop_ms,
    }


def profile_from(values: Mapping[str, Any]) -> RenditionProfile:
    """A profile from plain values."""
    return RenditionProfile(
        **{
            **values,
            "fps": Fraction(values["fps"]),
            "container": Container[values["container"]],
            "h264_profile": H264Profile[values["h264_profile"]],
        }
    )


def _from_file(path: Path) -> list[RenditionProfile]:
    try:
        entries = json.loads(path.read_text())
    except OSError as error:
        raise ProfileError(f"ladder file {path}: {error.strerror}") from error
    except ValueError as error:
        raise ProfileError(f"ladder file {path} is not JSON: {error}") from error
    if not isinstance(entries, list):
        raise ProfileError(f"ladder file {path}: expected a list of profiles")
    return [_from_entry(entry, f"{path}[{index}]") for index, entry in enumerate(entries)]


def _from_entry(entry: Any, where: str) -> RenditionProfile:
    try:
        width, height, bitrate = (int(entry[key]) for key in ("width", "height", "bitrate"))
        return RenditionProfile(
            name=str(entry.get("name") or f"{width}x{height}_{bitrate}"),
            width=width,
            height=height,
            bitrate=bitrate,
            fps=Fraction(int(entry.get("fps", 0)), int(entry.get("fpsDen") or 1)),
            container=Container[str(entry.get("format") or "mpegts").upper()],
            h264_profile=_H264_NAMES[str(entry.get("profile") or "").lower()],
            gop_ms=_gop_ms(entry.get("gop")),
        )
    except KeyError as error:
        raise ProfileError(f"{where}: {error.args[0]!r} is missing or not a known value") from error
    except (AttributeError, ArithmeticError, TypeError, ValueError) as error:
        raise ProfileError(f"{where}: {error}") from error


def _gop_ms(value: Any) -> int:
    """Key-frame distance in ms of the file's `gop`: seconds as text or number, `intra`, or nothing."""
    if value in (None, ""):
        return 0
    if value == "intra":
        return -1
    return int(Fraction(str(value)) * 1000)
