"""Rendition profiles on the wire, in the three fields that came one after the other (facts: offchain 2.5, 3.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from offchain.errors import FieldRangeError, MessageError
from offchain.types import Container, H264Profile, RenditionProfile
from offchain.wire import lp_rpc_pb2 as pb
from offchain.wire.fields import INT32_MAX, at_most, between, text
from offchain.wire.limits import MAX_DIMENSION, MAX_FPS, MAX_GOP_MS, MAX_NAME_BYTES, MAX_PROFILES

__all__ = ["LEGACY_PROFILES", "check_profile", "profiles_from_wire", "profiles_to_wire"]

# Field 4 once held the profiles; this text makes the nodes of that time fail instead of guess.
LEGACY_PROFILES = b"invalid"
EIGHT_BIT = (0, 8)
UINT32_MAX = 2**32 - 1
KEY_FRAMES_ONLY = -1


def check_profile(profile: RenditionProfile) -> RenditionProfile:
    """`profile` itself, if its values fit the wire and our bounds.

    Raises:
        FieldRangeError: a value does not.
    """
    text("profile name", profile.name, MAX_NAME_BYTES)
    between("width", profile.width, 1, MAX_DIMENSION)
    between("height", profile.height, 1, MAX_DIMENSION)
    between("bitrate", profile.bitrate, 1, INT32_MAX)
    between("gop_ms", profile.gop_ms, KEY_FRAMES_ONLY, MAX_GOP_MS)
    if not 0 <= profile.fps <= MAX_FPS:
        raise FieldRangeError("fps", profile.fps, f"0 … {MAX_FPS}")
    between("fps numerator", profile.fps.numerator, 0, UINT32_MAX)
    between("fps denominator", profile.fps.denominator, 1, UINT32_MAX)
    return profile


def profiles_to_wire(message: pb.SegData, profiles: Sequence[RenditionProfile]) -> None:
    """Writes the profiles into the oldest field that can say them.

    Raises:
        FieldRangeError: none or too many profiles, or one that does not fit.
    """
    between("number of profiles", len(profiles), 1, MAX_PROFILES)
    wire = [_to_wire(check_profile(profile)) for profile in profiles]
    message.profiles = LEGACY_PROFILES
    if not all(map(_is_plain, profiles)):
        message.fullProfiles3.extend(wire)
    elif all(profile.container is Container.MPEGTS for profile in profiles):
        message.fullProfiles.extend(wire)
    else:
        message.fullProfiles2.extend(wire)


def profiles_from_wire(message: pb.SegData) -> tuple[RenditionProfile, ...]:
    """The profiles of the newest field that holds any.

    Raises:
        MessageError, FieldRangeError: none, too many, or one that we do not speak of: other codecs than H.264, other
            pixel formats than 8 bit 4:2:0, constant quality.
    """
    found = message.fullProfiles3 or message.fullProfiles2 or message.fullProfiles
    if not found:
        raise MessageError("no profiles")
    at_most("profiles", found, MAX_PROFILES)
    return tuple(_from_wire_all(found))


def _is_plain(profile: RenditionProfile) -> bool:
    whole_fps = profile.fps.denominator == 1
    return whole_fps and profile.h264_profile is H264Profile.DEFAULT and profile.gop_ms == 0


def _to_wire(profile: RenditionProfile) -> pb.VideoProfile:
    denominator = profile.fps.denominator
    return pb.VideoProfile(
        name=profile.name,
        width=profile.width,
        height=profile.height,
        bitrate=profile.bitrate,
        fps=profile.fps.numerator,
        fpsDen=denominator if denominator > 1 else 0,
        format=pb.VideoProfile.Format.ValueType(profile.container.value),
        profile=pb.VideoProfile.Profile.ValueType(profile.h264_profile.value),
        gop=profile.gop_ms,
    )


def _from_wire_all(messages: Iterable[pb.VideoProfile]) -> Iterable[RenditionProfile]:
    for message in messages:
        if message.encoder != pb.VideoProfile.H264:
            raise MessageError(f"profile {message.name!r}: encoder {message.encoder} is not offered")
        if message.colorDepth not in EIGHT_BIT or message.chromaFormat != pb.VideoProfile.CHROMA_420:
            raise MessageError(f"profile {message.name!r}: only 8 bit 4:2:0 is offered")
        if message.quality:
            raise MessageError(f"profile {message.name!r}: constant quality is not offered")
        yield check_profile(_from_wire(message))


def _from_wire(message: pb.VideoProfile) -> RenditionProfile:
    try:
        container, h264_profile = Container(message.format), H264Profile(message.profile)
    except ValueError as error:
        raise MessageError(f"profile {message.name!r}: {error}") from error
    return RenditionProfile(
        name=message.name,
        width=message.width,
        height=message.height,
        bitrate=message.bitrate,
        fps=Fraction(message.fps, message.fpsDen or 1),
        container=container,
        h264_profile=h264_profile,
        gop_ms=message.gop,
    )
