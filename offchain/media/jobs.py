"""Jobs of a child process that looks at segments: describe one, count its pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from offchain.media.child import Job
from offchain.media.limits import SegmentLimits
from offchain.media.probe import count_pixels, probe
from offchain.types import Container

__all__ = ["JOBS", "limits_from", "limits_to"]

Outcome = tuple[dict[str, Any], Sequence[bytes]]


def limits_to(limits: SegmentLimits) -> dict[str, Any]:
    """Limits as plain values."""
    return asdict(limits)


def limits_from(values: Mapping[str, Any]) -> SegmentLimits:
    """Limits from plain values."""
    return SegmentLimits(**values)


def _probe(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Outcome:
    info = probe(blobs[0], Container[arguments["container"]], limits_from(arguments["limits"]))
    return asdict(info) | {"fps": str(Fraction(info.fps))}, ()


def _count_pixels(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Outcome:
    count = count_pixels(blobs[0], Container[arguments["container"]], limits_from(arguments["limits"]))
    return asdict(count), ()


JOBS: dict[str, Job] = {"probe": _probe, "count_pixels": _count_pixels}
