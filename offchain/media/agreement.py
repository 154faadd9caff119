"""How far two renditions agree: in their bytes, else in what a decoder makes of them, else in what that looks like.

Runs libav on foreign bytes: call it in a child process (offchain/workers/remaker.py), never in a node itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Any

from av.packet import Packet
from av.video.frame import VideoFrame

from offchain.errors import MediaError, NoVideoError
from offchain.media.limits import SegmentLimits
from offchain.media.perceptual import hash_distance, picture_hash, sampled
from offchain.media.probe import decode
from offchain.media.source import CLOCK, open_audio, open_source
from offchain.types import Container

__all__ = ["ALIKE", "Agreement", "Verdict", "compare"]

ALIKE = 8
"""Bits of 64 by which the perceptual hashes of two pictures of the same content may differ (facts: transcode 5)."""

_SIDE_SLACK = 2
"""Pixels by which sides may differ: other encoders round the adapted side otherwise."""


class Agreement(IntEnum):
    """How far; more is better."""

    NOTHING = 0
    """Other content, another number of frames, or another sound."""
    LIKENESS = 1
    """As many frames, that look alike, and the same sound: another encoder's honest work, as far as can be told."""
    FRAMES = 2
    """Every decoded sample, its time, and the sound are equal."""
    BYTES = 3
    """The whole file is equal."""

    @property
    def word(self) -> str:
        """In lower case, as in settings and in what commands print."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a comparison came to.

    Attributes:
        agreement: how far.
        reason: why no further; empty when the bytes are equal.
        distance: bits between the perceptual hashes of the most different pair of frames; None where it was not
            needed, or there is nothing to compare.
    """

    agreement: Agreement
    reason: str = ""
    distance: int | None = None


@dataclass(slots=True)
class _Seen:
    """What a decoder sees of a rendition."""

    size: tuple[int, int]
    frames: int
    samples: bytes
    hashes: bytes
    sound: tuple[tuple[int, bytes], ...]


def compare(ours: bytes, theirs: bytes, container: Container, limits: SegmentLimits) -> Verdict:
    """Holds a rendition against our own.

    Args:
        ours: trusted, of `container`.
        theirs: a stranger's, of the same container as is claimed.
        container: of both.
        limits: what a rendition may be.

    Raises:
        MediaError: ours cannot be decoded.
    """
    if ours == theirs:
        return Verdict(Agreement.BYTES)
    good = _see(ours, container, limits)
    try:
        other = _see(theirs, container, limits)
    except MediaError as error:
        return Verdict(Agreement.NOTHING, str(error))
    if good.frames != other.frames:
        return Verdict(Agreement.NOTHING, f"{other.frames} frames, it should have {good.frames}")
    if [data for _, data in good.sound] != [data for _, data in other.sound]:
        return Verdict(Agreement.NOTHING, "the sound differs")
    if good.samples == other.samples and good.sound == other.sound:
        return Verdict(Agreement.FRAMES, "the bytes differ, the decoded frames do not")
    return _by_likeness(good, other)


def _by_likeness(good: _Seen, other: _Seen) -> Verdict:
    if any(abs(a - b) > _SIDE_SLACK for a, b in zip(good.size, other.size, strict=True)):
        sizes = [f"{width}x{height}" for width, height in (other.size, good.size)]
        return Verdict(Agreement.NOTHING, f"{sizes[0]}, it should be {sizes[1]}")
    distance = hash_distance(good.hashes, other.hashes) if good.frames else 0
    if distance is None or distance > ALIKE:
        return Verdict(
            Agreement.NOTHING, f"the pictures do not look alike: {distance} of 64 bits, at most {ALIKE}", distance
        )
    return Verdict(Agreement.LIKENESS, f"decoded frames differ, but look alike: {distance} of 64 bits", distance)


def _see(data: bytes, container: Container, limits: SegmentLimits) -> _Seen:
    try:
        with open_source(data, container, limits) as source:
            wanted = set(sampled(len(source.video_packets)))
            digest, hashes, count, size = sha256(), b"", 0, (0, 0)
            for frame in decode(source, limits):
                if frame is None:
                    continue
                size = size if count else (frame.width, frame.height)
                digest.update(_samples(frame))
                hashes += picture_hash(frame) if count in wanted else b""
                count += 1
            return _Seen(size, count, digest.digest(), hashes, _sound(source.audio_packets))
    except NoVideoError:
        with open_audio(data, container, limits) as heard:
            return _Seen((0, 0), 0, b"", b"", _sound(heard.packets))


def _sound(packets: Iterable[Packet[Any]]) -> tuple[tuple[int, bytes], ...]:
    """Times in ticks, and what is heard then."""
    return tuple((round((packet.pts or 0) * packet.time_base * CLOCK), bytes(packet)) for packet in packets)


def _samples(frame: VideoFrame) -> bytes:
    """Everything of a decoded frame: its time in ticks, its shape, and its samples without the gaps between lines."""
    ticks = None if frame.pts is None or frame.time_base is None else round(frame.pts * frame.time_base * CLOCK)
    pieces = [f"{ticks} {frame.width} {frame.height} {frame.format.name} ".encode()]
    for plane in frame.planes:
        raw, stride = memoryview(plane), plane.line_size
        bytes_wide = stride if frame.format.name != "yuv420p" else plane.width
        pieces += [bytes(raw[line * stride : line * stride + bytes_wide]) for line in range(plane.height)]
    return b"".join(pieces)
