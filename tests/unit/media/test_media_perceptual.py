"""The perceptual hash: alike for what looks alike, and the same integers everywhere."""

import io
import math

import av
import pytest

from offchain.media.limits import SegmentLimits
from offchain.media.perceptual import HASH_BYTES, SAMPLES, hash_distance, perceptual_hash, picture_hash, sampled
from offchain.media.profiles import BENCHMARK_LADDER
from offchain.types import Container
from offchain.workers.transcode import Manner, transcode
from tests.support.clips import SINTEL, clip

LIMITS = SegmentLimits()
ALIKE = 8


def hashed(data: bytes) -> bytes:
    return perceptual_hash(data, Container.MPEGTS, LIMITS)


def grey(samples: list[int], width: int, height: int) -> av.VideoFrame:
    frame = av.VideoFrame(width, height, "gray")
    plane = frame.planes[0]
    lines = [bytes(samples[width * y : width * (y + 1)]) for y in range(height)]
    plane.update(b"".join(line + bytes(plane.line_size - width) for line in lines))
    return frame


def by_floats(samples: list[int]) -> int:
    """The hash of a 32x32 picture by the textbook's cosine transform."""
    coefficients = [
        sum(
            samples[32 * y + x] * math.cos(math.pi * (2 * x + 1) * u / 64) * math.cos(math.pi * (2 * y + 1) * v / 64)
            for y in range(32)
            for x in range(32)
        )
        for u in range(1, 9)
        for v in range(1, 9)
    ]
    middle = sum(sorted(coefficients)[31:33]) / 2
    return int("".join("1" if coefficient > middle else "0" for coefficient in coefficients), 2)


@pytest.mark.parametrize("seed", range(3))
def test_the_integers_are_those_of_the_cosine_transform(seed):
    samples = [(x * x * (seed + 3) + 7 * x * (x // 32) ** 2) % 251 for x in range(1024)]
    ours = int.from_bytes(picture_hash(grey(samples, 32, 32)), "big")
    assert (ours ^ by_floats(samples)).bit_count() <= 1, "but for a coefficient that lies on the median"


def test_the_hash_of_a_fixed_picture_is_a_fixed_number():
    samples = [(3 * x + 5 * y + x * y // 7) % 256 for y in range(180) for x in range(320)]
    assert picture_hash(grey(samples, 320, 180)).hex() == "fcf9f8f8f8f80000"


def test_every_rung_looks_like_its_source_and_other_content_does_not():
    data = SINTEL.read_bytes()
    source = hashed(data)
    assert len(source) == SAMPLES * HASH_BYTES
    made = transcode(data, Container.MPEGTS, 0, BENCHMARK_LADDER[:2], LIMITS, Manner(perceptual_hashes=True)).renditions
    distances = [hash_distance(source, rendition.perceptual_hash or b"") for rendition in made]
    assert max(distance for distance in distances if distance is not None) <= 4
    assert None not in distances
    other = hashed(clip(frames=60, width=400, height=170))
    assert (hash_distance(source, other) or 0) > 2 * ALIKE


def test_a_rendition_comes_with_the_hash_of_what_a_decoder_sees_of_it():
    made = transcode(clip(), Container.MPEGTS, 0, BENCHMARK_LADDER[:1], LIMITS, Manner(perceptual_hashes=True))
    (rendition,) = made.renditions
    assert rendition.perceptual_hash == hashed(rendition.data)


@pytest.mark.parametrize(("count", "wanted"), [(0, []), (1, [0]), (3, [0, 1, 2]), (16, list(range(16)))])
def test_few_frames_are_all_hashed(count, wanted):
    assert list(sampled(count)) == wanted


@pytest.mark.parametrize("count", [17, 60, 9_000])
def test_of_many_frames_the_first_the_last_and_some_between_are_hashed(count):
    indices = sampled(count)
    assert (indices[0], indices[-1], len(set(indices))) == (0, count - 1, SAMPLES)


def test_the_largest_and_the_smallest_picture_have_a_hash():
    for size in ((4096, 2304), (2, 2), (4096, 2)):
        frame = grey([x % 251 for x in range(size[0] * size[1])], *size)
        assert len(picture_hash(frame)) == HASH_BYTES


def test_hashes_of_different_numbers_of_pictures_are_not_compared():
    assert hash_distance(bytes(8), bytes(16)) is None
    assert hash_distance(b"", b"") is None
    assert hash_distance(bytes(16), bytes(15) + b"\x07") == 3


def test_colour_tags_do_not_change_the_hash():
    with av.open(io.BytesIO(clip())) as container:
        frame = next(container.decode(video=0))
    before = picture_hash(frame)
    for tag in (1, 2, 5, 9):
        frame.colorspace = tag
        assert picture_hash(frame) == before
