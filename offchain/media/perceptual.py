"""A perceptual hash: 64 bits for a picture, alike for what looks alike, in integers on every machine.

Of some frames spread over a segment the luma is scaled to 32x32, put through a cosine transform, and each of the 64
lowest coefficients but the constant ones gives a bit: above the median or not. The same content differs by a few bits
whatever its size and encoder, other content by some twenty (facts: transcode 5). It tells a mix-up from honest work
of another encoder; it is no proof against somebody who makes pictures to fit.

Made of decoded frames: what was delivered, not what an encoder was given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from offchain.media.limits import SegmentLimits
from offchain.media.probe import decode
from offchain.media.source import open_source
from offchain.types import Container

__all__ = ["HASH_BYTES", "SAMPLES", "hash_distance", "perceptual_hash", "picture_hash", "sampled"]

HASH_BYTES = 8
"""Bytes of one picture's hash."""

SAMPLES = 16
"""Pictures of a segment that are hashed, at most."""

_SIDE = 32
_KEPT = 8
_STEPS = (256, 64)
"""Sides on the way down, where a picture is larger: the scaler's filters have a longest length."""
_SCALER = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.BITEXACT
# round(2**14 * cos(pi * k / 64)) for k = 0 .. 32, a quarter of the wave.
_QUARTER = (
    *(16384, 16364, 16305, 16207, 16069, 15893, 15679, 15426, 15137, 14811, 14449, 14053, 13623, 13160, 12665, 12140),
    *(11585, 11003, 10394, 9760, 9102, 8423, 7723, 7005, 6270, 5520, 4756, 3981, 3196, 2404, 1606, 804, 0),
)


def _cosine(k: int) -> int:
    """2**14 * cos(pi * k / 64), rounded."""
    k %= 128
    if k > 64:
        k = 128 - k
    return _QUARTER[k] if k <= 32 else -_QUARTER[64 - k]


_ROWS = tuple(tuple(_cosine((2 * x + 1) * u) for x in range(_SIDE)) for u in range(1, _KEPT + 1))


def perceptual_hash(data: bytes, container: Container, limits: SegmentLimits) -> bytes:
    """Hashes of up to 16 frames of a segment, spread evenly from the first to the last, 8 bytes each.

    Raises:
        MediaError: the segment cannot be worked on.
    """
    with open_source(data, container, limits) as source:
        frames = (frame for frame in decode(source, limits) if frame is not None)
        wanted = set(sampled(len(source.video_packets)))
        return b"".join(picture_hash(frame) for index, frame in enumerate(frames) if index in wanted)


def sampled(count: int) -> Sequence[int]:
    """Which of so many frames are hashed: the first, the last, and others evenly between; ascending."""
    if count <= SAMPLES:
        return range(count)
    return [index * (count - 1) // (SAMPLES - 1) for index in range(SAMPLES)]


def picture_hash(frame: VideoFrame) -> bytes:
    """The hash of one decoded frame; its colour tags and its size hardly matter."""
    lines = list(_luma(frame))
    across = [[sum(map(int.__mul__, row, line)) for line in lines] for row in _ROWS]
    coefficients = [sum(map(int.__mul__, row, column)) for column in across for row in _ROWS]
    ranked = sorted(coefficients)
    middle = ranked[31] + ranked[32]
    bits = 0
    for coefficient in coefficients:
        bits = bits << 1 | (2 * coefficient > middle)
    return bits.to_bytes(HASH_BYTES, "big")


def hash_distance(one: bytes, other: bytes) -> int | None:
    """Bits by which the most different pair of pictures differs; None when the hashes are of different numbers."""
    if len(one) != len(other) or len(one) % HASH_BYTES or not one:
        return None
    pairs = zip(_words(one), _words(other), strict=True)
    return max((a ^ b).bit_count() for a, b in pairs)


def _words(data: bytes) -> Iterator[int]:
    for start in range(0, len(data), HASH_BYTES):
        yield int.from_bytes(data[start : start + HASH_BYTES], "big")


def _luma(frame: VideoFrame) -> Iterator[list[int]]:
    """32 lines of 32 samples."""
    reformatter = VideoReformatter()
    for side in (*(step for step in _STEPS if max(frame.width, frame.height) > 4 * step), _SIDE):
        frame = reformatter.reformat(frame, side, side, "yuv420p", interpolation=_SCALER, threads=1)
    plane = frame.planes[0]
    raw, stride = bytes(plane), plane.line_size
    for line in range(_SIDE):
        yield list(raw[line * stride : line * stride + _SIDE])
