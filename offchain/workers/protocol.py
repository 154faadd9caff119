"""What a worker is: a segment and a ladder in, renditions with their pixel counts and hashes out.

Backends stand behind this protocol (processor here, CUDA and remote ones later) and callers never ask which.
Durations are in milliseconds, pixels are exact counts, never estimates: they are what is paid for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from hashlib import sha256
from typing import Protocol, runtime_checkable

from offchain.types import Container, RenditionProfile

__all__ = ["Mode", "Rendition", "TranscodeJob", "TranscodeResult", "Worker"]


class Mode(Enum):
    """What is wanted of an encoder."""

    VERIFIABLE = "verifiable"
    """The same segment gives the same bytes on every machine, whatever device scaled it."""

    LIVE = "live"
    """As quick as the machine permits; two runs may differ, and are compared by what they look like."""


@dataclass(frozen=True, slots=True)
class TranscodeJob:
    """One segment and what shall be made of it.

    Attributes:
        data: the bytes of the segment, complete in itself.
        container: what the bytes are declared to be; no other demuxer is ever tried.
        duration_ms: the duration that the sender declares; 0 when none is.
        profiles: 1 to 10 renditions with distinct names.
        session_id: jobs of one session share state in backends that keep some; any text.
        perceptual_hashes: whether renditions shall come with them; costs a second decoding of each.
        deadline_s: seconds of wall time from the start of the work; None takes the worker's own rule.
    """

    data: bytes
    container: Container
    duration_ms: int
    profiles: tuple[RenditionProfile, ...]
    session_id: str = ""
    deadline_s: float | None = None
    perceptual_hashes: bool = False


@dataclass(frozen=True, slots=True)
class Rendition:
    """One rung of the ladder, made.

    Attributes:
        profile: what was asked for.
        data: a segment of `profile.container`, complete in itself, first frame a key frame.
        width: pixels, of the encoded picture.
        height: pixels, of the encoded picture.
        frames: frames submitted to the encoder.
        pixels: frames * width * height, the measure of the fee (facts: transcode 2).
        duration_ms: from the first frame shown to the end of the last.
        codecs: codec names as HLS and MIME types write them, such as `avc1.64001f,mp4a.40.2`.
        fps: mean frames per second.
        perceptual_hash: of some of its decoded pictures (offchain/media/perceptual.py); None when none was asked for.
        sha256: of `data`.
    """

    profile: RenditionProfile
    data: bytes
    width: int
    height: int
    frames: int
    pixels: int
    duration_ms: int
    codecs: str
    fps: Fraction
    perceptual_hash: bytes | None = None
    sha256: bytes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", sha256(self.data).digest())


@dataclass(frozen=True, slots=True)
class TranscodeResult:
    """What became of a job.

    Attributes:
        renditions: one per profile, in the order of the job.
        decoded_frames: frames that came out of the decoder.
        decoded_pixels: sum of width * height over them.
        corrupt_frames: decoded frames that the decoder calls damaged.
        seconds: wall time of the work, without the wait for a free place.
        cpu_seconds: processor time of the work.
        device: what did it, such as `cpu` or `cuda:0`.
        fallback: why it was not the device that was asked for; empty when it was.
        mode: how it was encoded.
    """

    renditions: tuple[Rendition, ...]
    decoded_frames: int
    decoded_pixels: int
    corrupt_frames: int
    seconds: float
    cpu_seconds: float
    device: str
    fallback: str = ""
    mode: Mode = Mode.VERIFIABLE

    @property
    def pixels(self) -> int:
        """Encoded pixels of all renditions: what the job is charged by."""
        return sum(rendition.pixels for rendition in self.renditions)


@runtime_checkable
class Worker(Protocol):
    """A place where segments are transcoded; safe to call from many tasks of one event loop."""

    @property
    def name(self) -> str:
        """Name for logs and metrics, such as `cpu`."""

    @property
    def capacity(self) -> int:
        """Jobs that run at the same time; further ones wait in order."""

    @property
    def load(self) -> int:
        """Jobs running and waiting."""

    def capabilities(self) -> frozenset[str]:
        """What it can do, in the network's words (facts: offchain 4.1), such as `ProfileH264Main`."""

    async def transcode(self, job: TranscodeJob) -> TranscodeResult:
        """Makes all renditions of a segment, or none.

        Raises:
            MediaError: the segment or a profile cannot be worked on; trying again will not help.
            WorkerError: the worker failed, and may do better next time.
        """

    async def end_session(self, session_id: str) -> None:
        """Frees what the worker keeps for a session; unknown sessions are ignored."""

    async def close(self) -> None:
        """Stops running jobs and releases everything; later calls of `transcode` raise WorkerError."""
