"""The size of a rendition, against the rule's own filter in libav."""

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offchain.media.geometry import MAX_HEIGHT, MAX_WIDTH, MIN_HEIGHT, MIN_WIDTH, rendition_size
from offchain.media.profiles import PRESETS
from offchain.types import RenditionProfile


def profile(width: int, height: int) -> RenditionProfile:
    return RenditionProfile("p", width, height, 100_000)


def by_the_filter(longest: int, width: int, height: int) -> tuple[int, int]:
    """What libav's scale filter makes of the expression that the network's transcoder gives it."""
    graph = av.filter.Graph()
    shape = f"w=if(gte(iw\\,ih)\\,{longest}\\,-2):h=if(lt(iw\\,ih)\\,{longest}\\,-2)"
    nodes = [
        graph.add("color", f"size={width}x{height}:rate=1:duration=1"),
        graph.add("scale", shape),
        graph.add("buffersink"),
    ]
    nodes[0].link_to(nodes[1])
    nodes[1].link_to(nodes[2])
    graph.configure()
    frame = graph.pull()
    return frame.width, frame.height


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ((1920, 1080), (426, 240)),
        ((1080, 1920), (240, 426)),
        ((400, 170), (426, 182)),
        ((388, 300), (426, 330)),
        ((720, 720), (426, 426)),
        ((321, 241), (426, 320)),
        ((4096, 100), (2048, 50)),
        ((100, 4096), (146, 4096)),
    ],
)
def test_a_240p_rendition_follows_the_shape_of_its_source(source, expected):
    assert rendition_size(PRESETS["P240p30fps16x9"], *source) == expected


@settings(max_examples=60, deadline=None)
@given(width=st.integers(16, 1000), height=st.integers(16, 1000), longest=st.integers(90, 500).map(lambda n: 2 * n))
def test_the_size_is_the_scale_filter_s_wherever_no_bound_is_touched(width, height, longest):
    expected = by_the_filter(longest, width, height)
    inside = MIN_WIDTH <= expected[0] <= MAX_WIDTH and MIN_HEIGHT <= expected[1] <= MAX_HEIGHT
    if inside:
        assert rendition_size(profile(longest, 16), width, height) == expected


@given(
    width=st.integers(1, 4096),
    height=st.integers(1, 4096),
    wanted=st.tuples(st.integers(16, 4096), st.integers(16, 4096)),
)
def test_every_size_is_even_and_within_the_encoder_s_bounds(width, height, wanted):
    made = rendition_size(profile(*wanted), width, height)
    assert MIN_WIDTH <= made[0] <= MAX_WIDTH
    assert MIN_HEIGHT <= made[1] <= MAX_HEIGHT
    assert made[0] % 2 == made[1] % 2 == 0


@given(width=st.integers(1, 4096), height=st.integers(1, 4096))
def test_a_profile_asked_for_sideways_is_the_same_profile(width, height):
    assert rendition_size(profile(640, 360), width, height) == rendition_size(profile(360, 640), width, height)
