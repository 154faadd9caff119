"""Jobs of a worker's child process: those that look at segments, and the transcoding itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from offchain.media.child import Job
from offchain.media.jobs import JOBS as MEDIA_JOBS
from offchain.media.jobs import limits_from
from offchain.media.profiles import profile_from
from offchain.types import Container
from offchain.workers.encoding import EncoderChoice, encoder_for
from offchain.workers.pictures import OpenPictures
from offchain.workers.protocol import Mode, Rendition
from offchain.workers.transcode import Manner, transcode
from offchain.workers.verify import verify

__all__ = ["JOBS", "run_transcode"]


def run_transcode(
    arguments: dict[str, Any],
    blobs: tuple[bytes, ...],
    pictures: OpenPictures | None = None,
    encoder_of: EncoderChoice = encoder_for,
) -> tuple[dict[str, Any], Sequence[bytes]]:
    """The job of transcoding as plain values.

    Args:
        arguments: as a worker sends them.
        blobs: the segment.
        pictures: what decodes and scales; None does both on the processor.
        encoder_of: chooses the encoder of a rendition.
    """
    done = transcode(
        blobs[0],
        Container[arguments["container"]],
        arguments["duration_ms"],
        tuple(profile_from(values) for values in arguments["profiles"]),
        limits_from(arguments["limits"]),
        Manner(Mode(arguments["mode"]), pictures, arguments["perceptual_hashes"], encoder_of),
    )
    counts = {
        "decoded_frames": done.decoded_frames,
        "decoded_pixels": done.decoded_pixels,
        "corrupt_frames": done.corrupt_frames,
        "device": done.device,
        "fallback": done.fallback,
    }
    renditions = [_rendition_to(rendition) for rendition in done.renditions]
    return counts | {"renditions": renditions}, [rendition.data for rendition in done.renditions]


def _verify(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> tuple[dict[str, Any], Sequence[bytes]]:
    verdict = verify(
        blobs[0],
        Container[arguments["container"]],
        profile_from(arguments["profile"]),
        blobs[1],
        limits_from(arguments["limits"]),
    )
    return {"agreement": int(verdict.agreement), "reason": verdict.reason, "distance": verdict.distance}, ()


def _rendition_to(rendition: Rendition) -> dict[str, Any]:
    return {
        "width": rendition.width,
        "height": rendition.height,
        "frames": rendition.frames,
        "pixels": rendition.pixels,
        "duration_ms": rendition.duration_ms,
        "codecs": rendition.codecs,
        "fps": str(rendition.fps),
        "perceptual_hash": None if rendition.perceptual_hash is None else rendition.perceptual_hash.hex(),
    }


JOBS: dict[str, Job] = {**MEDIA_JOBS, "transcode": run_transcode, "verify": _verify}
