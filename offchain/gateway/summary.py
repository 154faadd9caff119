"""The account of a run over a file: segments, renditions, tickets, orchestrators."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from offchain.gateway.outcome import SegmentOutcome, VerifiedRendition
from offchain.gateway.tally import OrchestratorTally
from offchain.types import RenditionProfile

__all__ = ["RenditionSums", "RunSummary"]

WINS_DIGITS = 6


@dataclass(slots=True)
class RenditionSums:
    """Sums over the segments of one rendition; the size is that of its last segment."""

    name: str
    width: int = 0
    height: int = 0
    segments: int = 0
    frames: int = 0
    pixels: int = 0
    bytes: int = 0
    duration_ms: int = 0


@dataclass(slots=True)
class RunSummary:
    """What became of a file.

    Attributes:
        renditions: in the order of the ladder.
        segments: finished, resumed ones included.
        resumed: of these, taken over from an earlier run.
        retries: tries after the first of a segment.
        duration_ms: of the source.
        seconds: wall time.
        transcode_seconds: from sending to having the renditions, summed over segments that ran beside each other.
        verify_seconds: checking them, likewise.
        credit_lost: wei prepaid that did not come back.
        orchestrators: sums by address.
        master: the HLS master playlist.
    """

    renditions: list[RenditionSums]
    segments: int = 0
    resumed: int = 0
    retries: int = 0
    duration_ms: int = 0
    seconds: float = 0.0
    transcode_seconds: float = 0.0
    verify_seconds: float = 0.0
    credit_lost: Fraction = Fraction(0)
    orchestrators: dict[str, OrchestratorTally] = field(default_factory=dict)
    master: Path = field(default_factory=Path)

    @classmethod
    def of(cls, ladder: Iterable[RenditionProfile]) -> RunSummary:
        """An empty account of a run over this ladder."""
        return cls([RenditionSums(profile.name) for profile in ladder])

    def add(self, duration_ms: int, renditions: Iterable[VerifiedRendition], outcome: SegmentOutcome | None) -> None:
        """Counts a segment; without an outcome it was taken over."""
        self.segments += 1
        self.duration_ms += duration_ms
        if outcome is None:
            self.resumed += 1
        else:
            self.retries += outcome.attempts - 1
            self.transcode_seconds += outcome.seconds
            self.verify_seconds += outcome.verify_seconds
        for sums, rendition in zip(self.renditions, renditions, strict=True):
            sums.width, sums.height = rendition.width, rendition.height
            sums.segments += 1
            sums.frames += rendition.frames
            sums.pixels += rendition.pixels
            sums.bytes += len(rendition.data)
            sums.duration_ms += rendition.duration_ms

    @property
    def times_real(self) -> float:
        """Seconds of video for each second of wall time."""
        return self.duration_ms / 1000 / self.seconds if self.seconds else 0.0

    def as_json(self) -> dict[str, Any]:
        """Plain values: wei as integers, rounded down; expected wins as a decimal text."""
        return {
            "segments": self.segments,
            "resumed": self.resumed,
            "retries": self.retries,
            "duration_ms": self.duration_ms,
            "seconds": round(self.seconds, 3),
            "times_real": round(self.times_real, 3),
            "transcode_seconds": round(self.transcode_seconds, 3),
            "verify_seconds": round(self.verify_seconds, 3),
            "credit_lost": int(self.credit_lost),
            "renditions": [asdict(sums) for sums in self.renditions],
            "orchestrators": [_line(address, sums) for address, sums in sorted(self.orchestrators.items())],
            "master": str(self.master),
        }


def _line(address: str, sums: OrchestratorTally) -> dict[str, Any]:
    return {
        "address": address,
        "uri": sums.uri,
        "segments": sums.segments,
        "failures": sums.failures,
        "tickets": sums.tickets,
        "expected_value": int(sums.expected_value),
        "expected_wins": f"{float(sums.expected_wins):.{WINS_DIGITS}f}",
        "face_value": sums.face_value,
        "fees": int(sums.fees),
        "seconds": round(sums.seconds, 3),
    }
