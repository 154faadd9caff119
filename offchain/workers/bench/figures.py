"""What a measurement found, as plain values."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["Boundary", "Comparison", "Figures", "Sessions", "Timing"]


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds for one segment, each the median over all runs and the least of them."""

    wall: float
    cpu: float
    least_wall: float
    least_cpu: float


@dataclass(frozen=True, slots=True)
class Sessions:
    """So many sessions beside each other, each sending segment after segment.

    Attributes:
        sessions: how many.
        ratio: seconds of work for each second of video, mean over the sessions; 1 just keeps up.
        worst: of the slowest session.
        cpu: processor seconds a segment.
        segments: made in all.
        others: processors that were busy with something else meanwhile, mean; None where nobody tells.
    """

    sessions: int
    ratio: float
    worst: float
    cpu: float
    segments: int
    others: float | None


@dataclass(frozen=True, slots=True)
class Boundary:
    """What it costs that a segment is made in another process, and that renditions are hashed, in seconds a segment.

    Attributes:
        wall: a round trip of a segment's and its renditions' bytes.
        cpu: of both processes.
        hashing: of the renditions.
        share_wall: of round trip and hashing, of the segment's wall time.
        share_cpu: likewise of its processor time.
    """

    wall: float
    cpu: float
    hashing: float
    share_wall: float
    share_cpu: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """One of our segments against FFmpeg's command line, run by turns.

    Attributes:
        ours: process boundary and hashing included.
        same: the command line with the same scaler and encoder settings.
        own: the command line with threads and instructions of its own choice.
        version: of the command line.
        cpu_ratio: ours to `same`.
        wall_ratio: ours to `same`.
        others: as in `Sessions`.
        runs: of each.
    """

    ours: Timing
    same: Timing
    own: Timing
    version: str
    cpu_ratio: float
    wall_ratio: float
    others: float | None
    runs: int


@dataclass(slots=True)
class Figures:
    """All that was measured.

    Attributes:
        machine: what it was measured on.
        date: of the day, ISO 8601.
        source: what was transcoded: name, width, height, fps, ms of a segment, segments.
        ladder: names, sizes and bit rates.
        mode: how renditions were encoded.
        device: what decoded and scaled, as results name it.
        fallback: why it was not the device that was asked for.
        sessions: by number of sessions.
        stages: processor seconds a segment on the processor, by stage; empty for another device.
        boundary: of the process.
        comparison: with FFmpeg; None where there is no FFmpeg.
    """

    machine: dict[str, str]
    date: str
    source: dict[str, Any]
    ladder: list[str]
    mode: str
    device: str = ""
    fallback: str = ""
    sessions: list[Sessions] = field(default_factory=list)
    stages: dict[str, float] = field(default_factory=dict)
    boundary: Boundary | None = None
    comparison: Comparison | None = None

    def plain(self) -> dict[str, Any]:
        """For JSON: seconds and ratios with four digits."""
        rounded: dict[str, Any] = _rounded(asdict(self))
        return rounded


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: _rounded(entry) for key, entry in value.items()}
    return [_rounded(entry) for entry in value] if isinstance(value, list) else value
