"""Capabilities: numbers, bit strings, and who fits whom (facts: offchain 4)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from offchain.errors import FieldRangeError, MessageError
from offchain.types import Container, H264Profile
from offchain.wire import (
    OFFERED,
    Capabilities,
    Capability,
    ModelConstraint,
    compatible_with,
    incompatibility,
    offered_capabilities,
    required_capabilities,
)
from offchain.wire import lp_rpc_pb2 as pb
from offchain.wire.capability_messages import capabilities_from_wire, capabilities_to_wire
from tests.support.wire import P144, P240

NETWORK_DEFAULT = [*range(13), 14, 26]
LLM = Capability.LLM


def test_the_networks_default_set_is_its_published_word():
    assert Capabilities.of(NETWORK_DEFAULT).bits == 0x4005FFF == 67_133_439
    assert Capabilities.of(range(12)).bits == 0xFFF


def test_bits_are_packed_64_to_a_word():
    message = capabilities_to_wire(Capabilities.of([0, 63, 64, 130]))
    assert list(message.bitstring) == [1 | 1 << 63, 1, 1 << 2]
    assert list(capabilities_from_wire(message)) == [0, 63, 64, 130]


def test_an_empty_set_has_no_words():
    assert list(capabilities_to_wire(Capabilities()).bitstring) == []


def test_a_capacity_of_one_is_assumed_where_none_is_given():
    found = capabilities_from_wire(pb.Capabilities(bitstring=[5]))
    assert found.capacities == {0: 1, 2: 1}


def test_numbers_that_we_do_not_know_are_kept():
    assert 900 in capabilities_from_wire(capabilities_to_wire(Capabilities.of([900])))


@pytest.mark.parametrize(
    "message",
    [
        pb.Capabilities(bitstring=[0] * 17),
        pb.Capabilities(mandatories=[0] * 17),
        pb.Capabilities(capacities={1_024: 1}),
        pb.Capabilities(capacities=dict.fromkeys(range(1025), 1)),
        pb.Capabilities(version="x" * 129),
        pb.Capabilities(constraints=pb.Capabilities.Constraints(minVersion="\0")),
        pb.Capabilities(
            constraints=pb.Capabilities.Constraints(
                PerCapability={33: pb.Capabilities.CapabilityConstraints(models={str(n): {} for n in range(257)})}
            )
        ),
        pb.Capabilities(
            constraints=pb.Capabilities.Constraints(PerCapability={2**32 - 1: pb.Capabilities.CapabilityConstraints()})
        ),
    ],
    ids=["words", "mandatory words", "number", "capacities", "version", "lowest version", "models", "constraint"],
)
def test_a_message_beyond_the_bounds_is_refused(message):
    with pytest.raises((MessageError, FieldRangeError)):
        capabilities_from_wire(message)


def test_we_offer_what_our_workers_do_and_no_more():
    offered = offered_capabilities("0.1.0")
    assert set(offered) == set(OFFERED)
    for missing in (Capability.STORAGE_S3, Capability.STORAGE_GCS, Capability.MPEG7_VIDEO_SIGNATURE):
        assert missing not in offered
    assert Capability.SEGMENT_SLICING not in offered
    assert offered.version == "0.1.0"


def test_a_plain_job_asks_for_codec_container_storage_and_token():
    assert set(required_capabilities([P144, P240])) == {
        Capability.H264,
        Capability.MPEGTS,
        Capability.STORAGE_DIRECT,
        Capability.AUTH_TOKEN,
    }


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ({"container": Container.MP4}, Capability.MP4),
        ({"fps": Fraction(30_000, 1_001)}, Capability.FRACTIONAL_FRAMERATES),
        ({"gop_ms": 1_000}, Capability.GOP),
        ({"gop_ms": -1}, Capability.GOP),
        ({"h264_profile": H264Profile.BASELINE}, Capability.PROFILE_H264_BASELINE),
        ({"h264_profile": H264Profile.MAIN}, Capability.PROFILE_H264_MAIN),
        ({"h264_profile": H264Profile.HIGH}, Capability.PROFILE_H264_HIGH),
        ({"h264_profile": H264Profile.CONSTRAINED_HIGH}, Capability.PROFILE_H264_CONSTRAINED_HIGH),
    ],
)
def test_a_job_asks_for_what_its_profiles_need_and_we_offer_it(change, number):
    plain, job = required_capabilities([P144]), required_capabilities([P144, replace(P240, **change)])
    assert set(job) - set(plain) == {number}
    assert compatible_with(job, offered_capabilities("0.1.0"))


def test_a_job_can_ask_for_the_container_of_its_source():
    assert Capability.MP4 in required_capabilities([P144], source=Container.MP4)
    assert Capability.MP4 not in required_capabilities([P144])


@pytest.mark.parametrize(
    ("asked", "offered", "fits"),
    [
        ("", "", True),
        ("", "undefined", True),
        ("0.8.0", "", False),
        ("0.8.0", "undefined", False),
        ("0.8.0", "0.8.0", True),
        ("0.8.0", "0.7.9", False),
        ("0.8.0", "0.10.0", True),
        ("0.8.0", "1.0.0", True),
        ("0.8.0", "v0.8.1", True),
        ("0.8.0", "0.8.0-3f2a1c", True),
        ("0.8.1-rc", "0.8.0", False),
        ("0.8", "0.8.0", True),
        ("not a version", "0.8.0", False),
        ("0.8.0", "0.8.0.1", False),
    ],
)
def test_the_lowest_version_decides_without_its_suffix(asked, offered, fits):
    assert compatible_with(Capabilities(min_version=asked), Capabilities(version=offered)) is fits


@pytest.mark.parametrize(
    ("asked", "offered", "reason"),
    [
        ({}, {LLM: {}}, None),
        ({LLM: {}}, {LLM: {}}, None),
        ({LLM: {"m": ModelConstraint()}}, {}, None),
        ({LLM: {"m": ModelConstraint()}}, {LLM: {}}, "model m is not offered"),
        ({LLM: {"m": ModelConstraint()}}, {LLM: {"m": ModelConstraint(warm=True)}}, None),
        ({LLM: {"m": ModelConstraint(warm=True)}}, {LLM: {"m": ModelConstraint()}}, "not warm"),
        ({LLM: {"m": ModelConstraint(runner_version="0.2.0")}}, {LLM: {"m": ModelConstraint()}}, "below 0.2.0"),
        (
            {LLM: {"m": ModelConstraint(runner_version="0.2.0")}},
            {LLM: {"m": ModelConstraint(runner_version="0.10.0")}},
            None,
        ),
        (
            {LLM: {"m": ModelConstraint(), "n": ModelConstraint()}},
            {LLM: {"m": ModelConstraint()}},
            "model n is not offered",
        ),
    ],
)
def test_conditions_on_models_hold_where_the_orchestrator_has_any(asked, offered, reason):
    found = incompatibility(Capabilities(constraints=asked), Capabilities(constraints=offered))
    assert found is None if reason is None else reason in found


def test_what_the_orchestrator_lacks_is_named():
    asked = Capabilities.of([Capability.HEVC_ENCODE, 900])
    assert incompatibility(asked, offered_capabilities("0.1.0")) == "lacks HEVC_ENCODE, 900"


def test_what_the_orchestrator_insists_on_is_named():
    reason = incompatibility(Capabilities(), Capabilities(mandatory=1 << Capability.AUTH_TOKEN))
    assert reason == "the orchestrator insists on AUTH_TOKEN"
