"""Capabilities: what a node can do, as a set of numbered bits with conditions (facts: offchain 4)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from offchain.types import Container, H264Profile, RenditionProfile

__all__ = [
    "OFFERED",
    "Capabilities",
    "Capability",
    "ModelConstraint",
    "compatible_with",
    "incompatibility",
    "offered_capabilities",
    "required_capabilities",
]


class Capability(IntEnum):
    """The network's numbers; 13 is retired and never given again."""

    H264 = 0
    MPEGTS = 1
    MP4 = 2
    FRACTIONAL_FRAMERATES = 3
    STORAGE_DIRECT = 4
    STORAGE_S3 = 5
    STORAGE_GCS = 6
    PROFILE_H264_BASELINE = 7
    PROFILE_H264_MAIN = 8
    PROFILE_H264_HIGH = 9
    PROFILE_H264_CONSTRAINED_HIGH = 10
    GOP = 11
    AUTH_TOKEN = 12
    SCENE_CLASSIFICATION = 13
    MPEG7_VIDEO_SIGNATURE = 14
    HEVC_DECODE = 15
    HEVC_ENCODE = 16
    VP8_DECODE = 17
    VP9_DECODE = 18
    VP8_ENCODE = 19
    VP9_ENCODE = 20
    H264_DECODE_444_8BIT = 21
    H264_DECODE_422_8BIT = 22
    H264_DECODE_444_10BIT = 23
    H264_DECODE_422_10BIT = 24
    H264_DECODE_420_10BIT = 25
    SEGMENT_SLICING = 26
    TEXT_TO_IMAGE = 27
    IMAGE_TO_IMAGE = 28
    IMAGE_TO_VIDEO = 29
    UPSCALE = 30
    AUDIO_TO_TEXT = 31
    SEGMENT_ANYTHING_2 = 32
    LLM = 33
    IMAGE_TO_TEXT = 34
    LIVE_VIDEO_TO_VIDEO = 35
    TEXT_TO_SPEECH = 36
    BYOC = 37


# What our workers do today; a capability joins when its code does.
OFFERED = frozenset(
    {
        Capability.H264,
        Capability.MPEGTS,
        Capability.MP4,
        Capability.FRACTIONAL_FRAMERATES,
        Capability.STORAGE_DIRECT,
        Capability.PROFILE_H264_BASELINE,
        Capability.PROFILE_H264_MAIN,
        Capability.PROFILE_H264_HIGH,
        Capability.PROFILE_H264_CONSTRAINED_HIGH,
        Capability.GOP,
        Capability.AUTH_TOKEN,
        Capability.HEVC_DECODE,
        Capability.VP9_DECODE,
        Capability.H264_DECODE_444_8BIT,
        Capability.H264_DECODE_422_8BIT,
        Capability.H264_DECODE_444_10BIT,
        Capability.H264_DECODE_422_10BIT,
        Capability.H264_DECODE_420_10BIT,
    }
)

_CONTAINER = {Container.MPEGTS: Capability.MPEGTS, Container.MP4: Capability.MP4}
_H264_PROFILE = {
    H264Profile.BASELINE: Capability.PROFILE_H264_BASELINE,
    H264Profile.MAIN: Capability.PROFILE_H264_MAIN,
    H264Profile.HIGH: Capability.PROFILE_H264_HIGH,
    H264Profile.CONSTRAINED_HIGH: Capability.PROFILE_H264_CONSTRAINED_HIGH,
}


class ModelConstraint(NamedTuple):
    """Conditions on one AI model: loaded already, containers in all and in use, lowest runner version."""

    warm: bool = False
    capacity: int = 0
    runner_version: str = ""
    capacity_in_use: int = 0


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a node offers, or what a job asks for.

    Attributes:
        bits: bit n is capability n; numbers unknown to us are kept.
        mandatory: capabilities that the other side must have, likewise.
        capacities: how many jobs at once, by capability; one for each bit when the message says nothing.
        version: of the node's software; "undefined" or empty when it is not a release.
        min_version: lowest version asked for; empty for any.
        constraints: conditions by capability and model.
    """

    bits: int = 0
    mandatory: int = 0
    capacities: Mapping[int, int] = field(default_factory=dict, hash=False)
    version: str = ""
    min_version: str = ""
    constraints: Mapping[int, Mapping[str, ModelConstraint]] = field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, numbers: Iterable[int], *, version: str = "", min_version: str = "") -> Capabilities:
        """The set of these capabilities, each with a capacity of one."""
        distinct = set(numbers)
        bits = sum(1 << number for number in distinct)
        return cls(bits, capacities=dict.fromkeys(sorted(distinct), 1), version=version, min_version=min_version)

    def __contains__(self, number: int) -> bool:
        return bool(self.bits >> number & 1)

    def __iter__(self) -> Iterator[int]:
        return (number for number in range(self.bits.bit_length()) if number in self)


def offered_capabilities(version: str, numbers: Iterable[int] = OFFERED) -> Capabilities:
    """What an orchestrator of this software tells of itself."""
    return Capabilities.of(numbers, version=version)


def required_capabilities(
    profiles: Iterable[RenditionProfile], source: Container | None = None, *, min_version: str = ""
) -> Capabilities:
    """What a transcoding job asks for (facts: offchain 4.2).

    Args:
        profiles: renditions of the job.
        source: container of the source, if it is to be asked for as well.
        min_version: lowest version of the orchestrator's software; empty for any.
    """
    needed = {Capability.H264, Capability.STORAGE_DIRECT, Capability.AUTH_TOKEN}
    if source is not None:
        needed.add(_CONTAINER[source])
    for profile in profiles:
        needed.add(_CONTAINER[profile.container])
        if profile.h264_profile in _H264_PROFILE:
            needed.add(_H264_PROFILE[profile.h264_profile])
        if profile.gop_ms != 0:
            needed.add(Capability.GOP)
        if profile.fps.denominator > 1:
            needed.add(Capability.FRACTIONAL_FRAMERATES)
    return Capabilities.of(needed, min_version=min_version)


def compatible_with(gateway: Capabilities, orchestrator: Capabilities) -> bool:
    """Whether the orchestrator can do what the gateway asks for (facts: offchain 4.3)."""
    return incompatibility(gateway, orchestrator) is None


def incompatibility(gateway: Capabilities, orchestrator: Capabilities) -> str | None:
    """The first reason why the orchestrator cannot do what the gateway asks for; None if it can."""
    if gateway.min_version and not _at_least(orchestrator.version, gateway.min_version):
        return f"version {orchestrator.version or 'undefined'} is below {gateway.min_version}"
    unmet = orchestrator.mandatory & ~gateway.bits
    if unmet:
        return f"the orchestrator insists on {_names(unmet)}"
    for number, models in gateway.constraints.items():
        offered = orchestrator.constraints.get(number)
        if offered is not None:
            for model, asked in models.items():
                reason = _model_incompatibility(model, asked, offered.get(model))
                if reason:
                    return f"{_names(1 << number)}: {reason}"
    missing = gateway.bits & ~orchestrator.bits
    return f"lacks {_names(missing)}" if missing else None


def _model_incompatibility(model: str, asked: ModelConstraint, offered: ModelConstraint | None) -> str | None:
    if offered is None:
        return f"model {model} is not offered"
    if asked.warm and not offered.warm:
        return f"model {model} is not warm"
    if asked.runner_version and not _at_least(offered.runner_version, asked.runner_version):
        return f"runner of model {model} is below {asked.runner_version}"
    return None


def _names(bits: int) -> str:
    known = {each.value: each.name for each in Capability}
    numbers = (number for number in range(bits.bit_length()) if bits >> number & 1)
    return ", ".join(known.get(number, str(number)) for number in numbers)


def _at_least(version: str, minimum: str) -> bool:
    """Order of semantic versions without their pre-release suffix; what is no version is below every other."""
    have, need = _version(version), _version(minimum)
    return have is not None and need is not None and have >= need


def _version(value: str) -> tuple[int, ...] | None:
    match = re.fullmatch(r"v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(?:[-+].*)?", value, re.ASCII)
    return tuple(int(part or 0) for part in match.groups()) if match else None
