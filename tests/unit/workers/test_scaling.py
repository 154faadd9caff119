"""The exact scaler: its tables, its recipe and its header give what libswscale gives, sample for sample."""

import os
import random
import struct

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from offchain.errors import FieldRangeError
from offchain.media.profiles import BENCHMARK_LADDER
from offchain.workers.scaling.plan import MOST_SHRINKING, Layout, Siting, end_of, plan, plane_shapes
from offchain.workers.scaling.recipe import scaled_rows
from offchain.workers.scaling.siting import siting_of
from offchain.workers.scaling.taps import CENTRE, HORIZONTAL_ONE, LEFT, VERTICAL_ONE, taps
from tests.support.scaling import (
    compiler,
    host_scaled,
    noise,
    planes_of,
    tagged,
    wanted,
    with_interleaved_chroma,
)

CENTRED = Siting(CENTRE, CENTRE)
LADDER = tuple((profile.width, profile.height) for profile in BENCHMARK_LADDER)
SWEEP = int(os.environ.get("SCALER_SWEEP", "60"))
"""Random geometries to try; a sample by default."""

# Where the six places of H.264 put chroma (ITU-T H.264 figure E-1), as phases across and down.
SITINGS = {0: (64, 128), 1: (128, 128), 2: (64, 64), 3: (128, 64), 4: (64, 192), 5: (128, 192)}


def same(made: tuple[bytes, ...], rows: list[bytes]) -> bool:
    return list(made) == rows


compiled = pytest.mark.skipif(compiler() is None, reason="no C++ compiler here: g++, clang++ or c++")
lengths = st.integers(1, 900) | st.integers(1, 4096)


@settings(max_examples=150, deadline=None)
@given(lengths, lengths, st.sampled_from([HORIZONTAL_ONE, VERTICAL_ONE]), st.sampled_from([LEFT, CENTRE, 192]))
def test_a_table_stays_within_the_source_and_no_sum_of_it_overflows(source, target, one, phase):
    assume(source <= target * MOST_SHRINKING)
    table = taps(source, target, one, phase)
    assert len(table.starts) == target
    assert len(table.weights) == target * table.count
    assert list(table.starts) == sorted(table.starts)
    assert table.starts[0] >= 0
    assert table.starts[-1] + table.count <= source
    for index in range(target):
        row = table.row(index)
        assert abs(sum(row) - one) <= one // 1000 + table.count
        assert all(-(1 << 15) <= weight < 1 << 15 for weight in row), "two weights share a word"
        assert sum(map(abs, row)) * (255 if one == HORIZONTAL_ONE else 32767) + (1 << 18) < 1 << 31


@pytest.mark.parametrize(("target", "count"), [(720, 6), (480, 9), (360, 11), (240, 18)])
def test_the_ladder_from_1080_takes_as_many_taps_as_were_measured(target, count):
    assert taps(1080, target, VERTICAL_ONE).count == count


def test_a_length_that_stays_is_copied():
    table = taps(641, 641, VERTICAL_ONE, LEFT)
    assert (table.count, set(table.weights), table.starts) == (1, {VERTICAL_ONE}, tuple(range(641)))


@pytest.mark.parametrize("siting", SITINGS)
def test_libswscale_takes_chroma_from_where_the_stream_says_it_lies(siting):
    frame, size = tagged(34, 22, siting), (26, 30)
    luma, *chroma = wanted(frame, size)
    source = planes_of(frame)
    assert same(scaled_rows(source[0], size), luma)
    half = (size[0] // 2, size[1] // 2)
    for rows, made in zip(source[1:], chroma, strict=True):
        assert same(scaled_rows(rows, half, *SITINGS[siting]), made)
    others = [scaled_rows(source[1], half, *phases) for place, phases in SITINGS.items() if place != siting]
    assert tuple(chroma[0]) not in others, "each place gives another picture"


@settings(max_examples=25, deadline=None)
@given(*[st.integers(2, 40)] * 4, st.integers(0, 1 << 30))
def test_the_recipe_equals_libswscale_on_small_pictures_of_any_shape(width, height, to_width, to_height, seed):
    frame = noise(width, height, seed)
    made = wanted(frame, (to_width, to_height))
    sizes = [(len(rows[0]), len(rows)) for rows in made]
    for rows, size, want in zip(planes_of(frame), sizes, made, strict=True):
        assert same(scaled_rows(rows, size), want)


@compiled
def test_the_header_equals_libswscale_over_random_shapes_in_both_layouts():
    dice = random.Random(20_26)
    for seed in range(SWEEP):
        most = dice.choice([16, 64, 300, 700])
        source, *sizes = [(dice.randint(2, most), dice.randint(2, most)) for _ in range(dice.randint(2, 4))]
        if seed % 5 == 0:
            sizes += [(source[0], sizes[0][1]), (sizes[0][0], source[1]), source]
        sizes = [size for size in sizes if _fits(source, size)]
        frame = noise(*source, seed)
        target = dice.choice(list(Layout))
        want = [wanted(frame, size) for size in sizes]
        work = plan(source, tuple(sizes), CENTRED, target)
        assert host_scaled(work, frame) == want, (source, sizes, target)
        assert host_scaled(work, with_interleaved_chroma(frame)) == want, (source, sizes, target)


def _fits(source: tuple[int, int], size: tuple[int, int]) -> bool:
    return all((a + 1) // 2 <= MOST_SHRINKING * (b // 2) for a, b in zip(source, size, strict=True))


@compiled
@pytest.mark.parametrize("source", [(1920, 1080), (1279, 719), (720, 1280)])
def test_the_header_equals_libswscale_on_the_whole_ladder(source):
    sizes = LADDER if source[0] > source[1] else tuple((b, a) for a, b in LADDER)
    frame = noise(*source, 7)
    assert host_scaled(plan(source, sizes, CENTRED), frame) == [wanted(frame, size) for size in sizes]


@compiled
@pytest.mark.parametrize("source", [(4096, 2304), (4096, 64), (400, 4096)])
def test_the_header_equals_libswscale_on_the_largest_pictures(source):
    frame = noise(*source, 3)
    sizes = ((146, 104), (4096, 2304), (426, 240))
    assert host_scaled(plan(source, sizes, CENTRED), frame) == [wanted(frame, size) for size in sizes]


@compiled
@pytest.mark.parametrize("siting", SITINGS)
def test_the_header_takes_chroma_from_where_it_lies(siting):
    frame, sizes = tagged(320, 180, siting), ((426, 240), (146, 82))
    work = plan((320, 180), sizes, Siting(*SITINGS[siting]))
    assert host_scaled(work, frame) == [wanted(frame, size) for size in sizes]


@pytest.mark.parametrize("size", [(320, 180), (16, 16), (1280, 720)])
@pytest.mark.parametrize("siting", SITINGS)
def test_libswscale_tells_where_the_chroma_of_a_frame_lies(siting, size):
    frame = tagged(*size, siting)
    before = planes_of(frame)
    assert siting_of(frame) == Siting(*SITINGS[siting])
    assert planes_of(frame) == before, "the frame itself is left alone"


def test_a_frame_that_says_nothing_has_its_chroma_in_the_middle():
    assert siting_of(noise(64, 48, 1)) == siting_of(noise(64, 48, 1, "nv12")) == CENTRED


def test_the_fields_of_interlaced_pictures_are_scaled_apart_and_have_no_known_place():
    assert siting_of(tagged(320, 180, 0, "tff=1")) is None


def test_beyond_forty_to_one_the_recipe_is_not_used():
    frame = noise(410, 30, 1)
    made = wanted(frame, (10, 30))
    assert same(scaled_rows(planes_of(frame)[0], (10, 30)), made[0]), "libswscale still takes one step here"
    frame = noise(450, 30, 1)
    assert not same(scaled_rows(planes_of(frame)[0], (10, 30)), wanted(frame, (10, 30))[0]), "and two steps here"
    with pytest.raises(FieldRangeError, match="40th of 450x30"):
        plan((450, 30), ((10, 30),))


@settings(max_examples=60, deadline=None)
@given(*[st.integers(2, 1000)] * 2, st.sampled_from(list(Layout)), st.integers(0, 4096))
def test_planes_in_a_buffer_do_not_overlap(width, height, layout, start):
    luma, first, second = plane_shapes(width, height, layout, start * 64)
    samples = [
        {shape.offset + y * shape.pitch + x * shape.step for y in (0, shape.height - 1) for x in (0, shape.width - 1)}
        for shape in (luma, first, second)
    ]
    assert luma.offset == start * 64
    assert luma.offset + luma.pitch * luma.height <= first.offset
    assert not samples[1] & samples[2]
    assert max(map(max, samples)) < end_of((luma, first, second))
    assert all(value % 16 == 0 for value in (luma.pitch, first.pitch))
    assert all(value % 64 == 0 for value in (first.offset, end_of((luma, first, second))))


def test_tiles_cover_every_sample_once_and_fit_into_shared_memory():
    work = plan((1919, 1079), ((854, 480), (146, 82)), CENTRED, Layout.NV12)
    planes = list(struct.iter_unpack("15i", work.planes))
    covered = [0] * len(planes)
    for place, column, row in struct.iter_unpack("3i", work.tiles):
        _, _, _, width, height, tile_height, *_ = planes[place]
        covered[place] += (min(column + 64, width) - column) * (min(row + tile_height, height) - row)
    assert covered == [fields[3] * fields[4] for fields in planes]
    assert len(work.tiles) == 12 * work.tile_count
    assert work.shared_bytes <= 48 << 10
