"""What goes into a dispatcher and what comes out: a segment with its papers, and its verified renditions."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from offchain.types import Container, RenditionProfile

__all__ = ["SegmentJob", "SegmentOutcome", "VerifiedRendition"]


@dataclass(frozen=True, slots=True)
class SegmentJob:
    """A segment to get transcoded.

    Attributes:
        manifest_id: names the stream.
        seq: number of the segment in its stream, from 0.
        data: its bytes.
        container: what they are.
        duration_ms: its duration as declared; the orchestrator holds it against the content.
        profiles: the renditions wanted.
    """

    manifest_id: str
    seq: int
    data: bytes
    container: Container
    duration_ms: int
    profiles: tuple[RenditionProfile, ...]

    @property
    def duration_s(self) -> float:
        """The declared duration in seconds."""
        return self.duration_ms / 1000


@dataclass(frozen=True, slots=True)
class VerifiedRendition:
    """A rendition that is what was asked for, signed and billed.

    Attributes:
        profile: what was asked for.
        data: its bytes.
        width: pixels of its picture.
        height: pixels of its picture.
        frames: its frames.
        pixels: width × height × frames, as billed.
        duration_ms: from its first frame to the end of its last.
        fps: mean frames per second.
        codecs: codec names as HLS writes them.
    """

    profile: RenditionProfile
    data: bytes
    width: int
    height: int
    frames: int
    pixels: int
    duration_ms: int
    fps: Fraction
    codecs: str


@dataclass(frozen=True, slots=True)
class SegmentOutcome:
    """A segment done.

    Attributes:
        seq: its number.
        renditions: in the order of the profiles.
        orchestrator: address of who did it.
        uri: its service URI.
        attempts: tries it took, 1 at least.
        seconds: from sending it to having its renditions.
        verify_seconds: checking them.
        tickets: sent for it, failed tries included.
        ev: their expected value, wei.
        fee: what it cost, wei.
    """

    seq: int
    renditions: tuple[VerifiedRendition, ...]
    orchestrator: str
    uri: str
    attempts: int
    seconds: float
    verify_seconds: float
    tickets: int
    ev: Fraction
    fee: Fraction

    @property
    def pixels(self) -> int:
        """Pixels of all renditions, the measure of the fee."""
        return sum(rendition.pixels for rendition in self.renditions)
