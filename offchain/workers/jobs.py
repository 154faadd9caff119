"""Jobs of a worker's child process: those that look at segments, and the transcoding itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from offchain.media.child import Job
from offchain.media.jobs import JOBS as MEDIA_JOBS
from offchain.media.jobs import limits_from
from offchain.types import Container, H264Profile, RenditionProfile
from offchain.workers.protocol import Rendition
from offchain.workers.transcode import transcode

__all__ = ["JOBS", "profile_from", "profile_to"]


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


def _transcode(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> tuple[dict[str, Any], Sequence[bytes]]:
    done = transcode(
        blobs[0],
        Container[arguments["container"]],
        arguments["duration_ms"],
        tuple(profile_from(values) for values in arguments["profiles"]),
        limits_from(arguments["limits"]),
    )
    counts = {
        "decoded_frames": done.decoded_frames,
        "decoded_pixels": done.decoded_pixels,
        "corrupt_frames": done.corrupt_frames,
    }
    renditions = [_rendition_to(rendition) for rendition in done.renditions]
    return counts | {"renditions": renditions}, [rendition.data for rendition in done.renditions]


def _rendition_to(rendition: Rendition) -> dict[str, Any]:
    return {
        "width": rendition.width,
        "height": rendition.height,
        "frames": rendition.frames,
        "pixels": rendition.pixels,
        "duration_ms": rendition.duration_ms,
        "codecs": rendition.codecs,
        "fps": str(rendition.fps),
    }


JOBS: dict[str, Job] = {**MEDIA_JOBS, "transcode": _transcode}
