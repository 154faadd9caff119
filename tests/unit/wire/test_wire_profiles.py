"""Which of the three fields holds a ladder, and which profiles are refused (facts: offchain 2.5)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from offchain.errors import FieldRangeError, MessageError
from offchain.types import Container, H264Profile
from offchain.wire import lp_rpc_pb2 as pb
from offchain.wire.limits import MAX_PROFILES
from offchain.wire.profiles import profiles_from_wire, profiles_to_wire
from tests.support.wire import P144, P240

FIELDS = ("fullProfiles", "fullProfiles2", "fullProfiles3")


def sent(*profiles) -> pb.SegData:
    message = pb.SegData()
    profiles_to_wire(message, profiles)
    return message


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({}, "fullProfiles"),
        ({"fps": Fraction(0)}, "fullProfiles"),
        ({"container": Container.MP4}, "fullProfiles2"),
        ({"fps": Fraction(30_000, 1_001)}, "fullProfiles3"),
        ({"h264_profile": H264Profile.HIGH}, "fullProfiles3"),
        ({"gop_ms": 1_000}, "fullProfiles3"),
        ({"gop_ms": -1}, "fullProfiles3"),
        ({"gop_ms": 1_000, "container": Container.MP4}, "fullProfiles3"),
    ],
)
def test_a_ladder_goes_into_the_oldest_field_that_can_say_it(change, field):
    changed = replace(P240, **change)
    message = sent(P144, changed)
    assert [name for name in FIELDS if getattr(message, name)] == [field]
    assert profiles_from_wire(message) == (P144, changed)


def test_whole_frame_rates_have_no_denominator_and_others_do():
    whole, broken = sent(P144, replace(P240, fps=Fraction(30_000, 1_001))).fullProfiles3
    assert (whole.fps, whole.fpsDen) == (30, 0)
    assert (broken.fps, broken.fpsDen) == (30_000, 1_001)


def test_the_newest_field_that_holds_profiles_counts():
    message = sent(P144)
    message.fullProfiles2.extend(sent(P240).fullProfiles)
    assert profiles_from_wire(message) == (P240,)
    message.fullProfiles3.extend(sent(P144, P240).fullProfiles)
    assert profiles_from_wire(message) == (P144, P240)


def test_a_ladder_has_at_least_one_rung():
    with pytest.raises(MessageError, match="no profiles"):
        profiles_from_wire(pb.SegData(profiles=b"invalid"))
    with pytest.raises(FieldRangeError, match="number of profiles"):
        sent()


def test_a_ladder_has_at_most_so_many_rungs():
    message = sent(*[P144] * MAX_PROFILES)
    assert len(profiles_from_wire(message)) == MAX_PROFILES
    message.fullProfiles.append(message.fullProfiles[0])
    with pytest.raises(MessageError, match=f"{MAX_PROFILES + 1} profiles"):
        profiles_from_wire(message)
    with pytest.raises(FieldRangeError, match="number of profiles"):
        sent(*[P144] * (MAX_PROFILES + 1))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"width": 0}, "width"),
        ({"width": -1}, "width"),
        ({"height": 16_385}, "height"),
        ({"bitrate": 0}, "bitrate"),
        ({"fps": 481}, "fps"),
        ({"fps": 2**32 - 1, "fpsDen": 1}, "fps"),
        ({"gop": -2}, "gop_ms"),
        ({"gop": 3_600_001}, "gop_ms"),
        ({"name": "a\nb"}, "profile name"),
        ({"name": "x" * 129}, "profile name"),
        ({"format": 2}, "Container"),
        ({"profile": 5}, "H264Profile"),
        ({"encoder": 1}, "encoder 1 is not offered"),
        ({"encoder": 99}, "encoder 99 is not offered"),
        ({"colorDepth": 10}, "8 bit"),
        ({"chromaFormat": 1}, "4:2:0"),
        ({"quality": 20}, "constant quality"),
    ],
)
def test_a_profile_that_nobody_here_can_make_is_refused(change, reason):
    message = sent(P144)
    for name, value in change.items():
        setattr(message.fullProfiles[0], name, value)
    with pytest.raises((MessageError, FieldRangeError), match=reason):
        profiles_from_wire(message)


@pytest.mark.parametrize("change", [{"width": 0}, {"bitrate": 2**31}, {"gop_ms": -2}, {"fps": Fraction(-1)}])
def test_a_profile_out_of_range_is_not_sent(change):
    with pytest.raises(FieldRangeError):
        sent(replace(P144, **change))


def test_eight_bits_said_aloud_are_the_same_as_unsaid():
    message = sent(P144)
    message.fullProfiles[0].colorDepth = 8
    assert profiles_from_wire(message) == (P144,)
