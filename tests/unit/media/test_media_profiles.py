"""Ladders: what names and files mean, and what is refused."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from offchain.errors import ProfileError
from offchain.media.profiles import (
    BENCHMARK_LADDER,
    DEFAULT_LADDER,
    PRESETS,
    check_ladder,
    parse_ladder,
)
from offchain.types import Container, H264Profile

GOOD = PRESETS["P240p30fps16x9"]


def test_the_default_ladder_is_the_network_s():
    assert [profile.name for profile in DEFAULT_LADDER] == ["P240p30fps16x9", "P360p30fps16x9"]
    assert parse_ladder("P240p30fps16x9,P360p30fps16x9") == DEFAULT_LADDER
    assert parse_ladder("default") == DEFAULT_LADDER


@pytest.mark.parametrize(
    ("name", "size", "bitrate", "fps"),
    [
        ("P720p60fps16x9", (1280, 720), 6_000_000, 60),
        ("P720p30fps4x3", (960, 720), 3_500_000, 30),
        ("P576p25fps16x9", (1024, 576), 1_500_000, 25),
        ("P360p25fps16x9", (640, 360), 1_000_000, 25),
        ("P240p30fps4x3", (320, 240), 600_000, 30),
        ("P144p25fps16x9", (256, 144), 400_000, 25),
    ],
)
def test_a_preset_is_what_its_name_says(name, size, bitrate, fps):
    preset = PRESETS[name]
    assert ((preset.width, preset.height), preset.bitrate, preset.fps) == (size, bitrate, fps)


def test_the_benchmark_ladder_keeps_the_timing_of_the_source_and_a_key_frame_a_second():
    assert [profile.bitrate for profile in BENCHMARK_LADDER] == [250_000, 800_000, 1_600_000, 3_000_000]
    assert {(p.fps, p.h264_profile, p.gop_ms) for p in BENCHMARK_LADDER} == {
        (Fraction(0), H264Profile.CONSTRAINED_HIGH, 1000)
    }


def test_a_file_states_every_field(tmp_path):
    path = tmp_path / "ladder.json"
    entries = [
        {
            "name": "ntsc",
            "width": 854,
            "height": 480,
            "bitrate": 1_600_000,
            "fps": 30000,
            "fpsDen": 1001,
            "profile": "H264Main",
            "gop": "2.5",
            "format": "mp4",
        },
        {"width": 426, "height": 240, "bitrate": 250_000, "gop": "intra"},
    ]
    path.write_text(json.dumps(entries))
    first, second = parse_ladder(str(path))
    assert (first.fps, first.h264_profile, first.gop_ms) == (Fraction(30000, 1001), H264Profile.MAIN, 2500)
    assert (first.container, first.name) == (Container.MP4, "ntsc")
    assert (second.name, second.gop_ms, second.fps) == ("426x240_250000", -1, 0)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("not json", "not JSON"),
        ("{}", "list of profiles"),
        ("[]", "1 to 10"),
        ('[{"height": 240, "bitrate": 1000}]', "width"),
        ('[{"width": 426, "height": 240, "bitrate": "fast"}]', "fast"),
        ('[{"width": 426, "height": 240, "bitrate": 250000, "profile": "H265"}]', "h265"),
        ('[{"width": 426, "height": 240, "bitrate": 250000, "fps": 30, "fpsDen": "x"}]', "x"),
        ("[7]", r"ladder.json\[0\]"),
    ],
)
def test_a_file_that_is_no_ladder_is_refused_with_the_reason(tmp_path, content, reason):
    path = tmp_path / "ladder.json"
    path.write_text(content)
    with pytest.raises(ProfileError, match=reason):
        parse_ladder(str(path))


def test_a_missing_file_and_an_unknown_name_are_refused():
    with pytest.raises(ProfileError, match="No such file"):
        parse_ladder("/nowhere/ladder.json")
    with pytest.raises(ProfileError, match=r"unknown profile P999.*P720p60fps16x9"):
        parse_ladder("P240p30fps16x9, P999")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"width": 15}, "width"),
        ({"height": 4097}, "height"),
        ({"bitrate": 999}, "bitrate"),
        ({"bitrate": 100_000_001}, "bitrate"),
        ({"fps": Fraction(-1)}, "fps"),
        ({"fps": Fraction(24001, 100)}, "fps"),
        ({"gop_ms": -2}, "gop_ms"),
        ({"name": ""}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "n" * 129}, "name"),
    ],
)
def test_a_profile_outside_its_range_is_refused_by_field(change, field):
    with pytest.raises(ProfileError, match=field):
        check_ladder([replace(GOOD, **change)])


def test_a_ladder_has_one_to_ten_profiles_of_different_names():
    ten = [replace(GOOD, name=f"p{i}") for i in range(10)]
    assert check_ladder(ten) == tuple(ten)
    for wrong in ([], [*ten, replace(GOOD, name="p10")], [GOOD, GOOD]):
        with pytest.raises(ProfileError):
            check_ladder(wrong)
