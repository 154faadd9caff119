"""What can be told of a result from figures alone: bills, frames, sizes, limits of what is fetched."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offchain.errors import MediaError, VerificationError, WorkerCrashedError, WorkerTimeoutError
from offchain.gateway.outcome import SegmentJob
from offchain.gateway.verify import MUX_BYTES, Verifier, rendition_limit
from offchain.media.geometry import rendition_size
from offchain.media.probe import MediaInfo, PixelCount
from offchain.tickets import key_address
from offchain.types import Container, RenditionProfile
from offchain.wire import RenditionResult, SegmentResult, segment_hash, sign_result
from tests.support.gateway_clips import LADDER, clip
from tests.support.gateway_values import GATEWAY_KEY

SOURCE = MediaInfo(320, 180, Fraction(30), 0, 1_000, 30, "yuv420p", "avc1.64000d", 40)
JOB = SegmentJob("m", 3, b"", Container.MPEGTS, 1_000, LADDER)


class Figures:
    """Stands for the child process: says of every rendition what it was told to."""

    def __init__(self, info: MediaInfo | Exception, count: PixelCount | Exception) -> None:
        self.info, self.count = info, count

    async def probe(self, data: bytes, container: Container) -> MediaInfo:
        if isinstance(self.info, Exception):
            raise self.info
        return self.info

    async def count_pixels(self, data: bytes, container: Container) -> PixelCount:
        if isinstance(self.count, Exception):
            raise self.count
        return self.count


INFO = MediaInfo(160, 90, Fraction(30), 0, 1_000, 30, "yuv420p", "avc1.64000b", 40)
COUNT = PixelCount(30, 160 * 90 * 30, 0, 160, 90)


async def judged(info=INFO, count=COUNT, *, source=SOURCE, recount: bool = True, billed: int = COUNT.pixels):
    data = b"x" * 100
    result = SegmentResult(3, (RenditionResult("/x", billed),), sign_result(GATEWAY_KEY, [segment_hash(data)]))
    verifier = Verifier(Figures(info, count), recount=recount)
    job = replace(JOB, profiles=LADDER[:1])
    verifier.check_bill(result, job, source)
    return await verifier.check(result, [data], job, source, key_address(GATEWAY_KEY))


async def test_a_rendition_that_is_all_it_should_be_passes():
    (rendition,) = await judged()
    assert (rendition.width, rendition.height, rendition.frames, rendition.pixels) == (160, 90, 30, COUNT.pixels)


@pytest.mark.parametrize(
    ("info", "reason"),
    [
        ({"width": 157}, "157x90, it should be 160x90"),
        ({"height": 93}, "160x93, it should be"),
        ({"frames": 20}, "20 frames, between 21 and 39"),
        ({"frames": 40}, "40 frames"),
        ({"duration_ms": 499}, "499 ms long"),
        ({"duration_ms": 1_501}, "1501 ms long"),
        ({"audio_packets": 0}, "0 of 40 packets of sound"),
        ({"audio_packets": 31}, "31 of 40"),
    ],
)
async def test_t11_a_rendition_of_other_size_length_or_sound_is_refused(info, reason):
    with pytest.raises(VerificationError, match=reason):
        await judged(replace(INFO, **info))


@pytest.mark.parametrize(
    "info",
    [
        {"width": 158, "height": 92},
        {"frames": 21},
        {"frames": 39},
        {"duration_ms": 500},
        {"audio_packets": 32},
        {"audio_packets": 60},
    ],
)
async def test_small_differences_of_other_encoders_pass(info):
    await judged(replace(INFO, **info))


@pytest.mark.parametrize(
    ("count", "reason"),
    [
        ({"pixels": COUNT.pixels - 1}, "432000 pixels billed, 431999 are there"),
        ({"corrupt": 1}, "1 of its frames are damaged"),
    ],
)
async def test_t11_pixels_are_counted_again(count, reason):
    with pytest.raises(VerificationError, match=reason):
        await judged(count=replace(COUNT, **count))
    await judged(count=replace(COUNT, **count), recount=False)


@pytest.mark.parametrize(
    "error", [MediaError("broken"), WorkerCrashedError("worker died"), WorkerTimeoutError("too long")]
)
async def test_a_rendition_that_breaks_the_decoder_is_its_makers_fault(error):
    with pytest.raises(VerificationError, match=str(error)):
        await judged(info=error)
    with pytest.raises(VerificationError, match=str(error)):
        await judged(count=error)


ladders = st.lists(
    st.builds(
        RenditionProfile,
        name=st.just("r"),
        width=st.integers(146, 1920),
        height=st.integers(50, 1080),
        bitrate=st.integers(1_000, 10**7),
        fps=st.sampled_from([Fraction(0), Fraction(24), Fraction(30_000, 1001), Fraction(60)]),
    ),
    min_size=1,
    max_size=4,
)
sources = st.builds(
    MediaInfo,
    width=st.integers(16, 1920),
    height=st.integers(16, 1920),
    fps=st.just(Fraction(30)),
    start_ms=st.just(0),
    duration_ms=st.integers(40, 10_000),
    frames=st.integers(1, 600),
    pixel_format=st.just("yuv420p"),
    codecs=st.just(""),
    audio_packets=st.just(0),
)


@given(ladders, sources)
def test_an_honest_bill_always_passes_and_twice_as_much_never_does(ladder, source):
    verifier = Verifier(Figures(INFO, COUNT))
    job = replace(JOB, profiles=tuple(ladder))
    rows, double = [], []
    for profile in ladder:
        width, height = rendition_size(profile, source.width, source.height)
        frames = round(profile.fps * source.duration_ms / 1000) if profile.fps else source.frames
        rows.append(RenditionResult("/x", width * height * max(frames, 1)))
        double.append(RenditionResult("/x", (width + 4) * (height + 4) * (2 * frames + 8)))
    verifier.check_bill(SegmentResult(3, tuple(rows)), job, source)
    with pytest.raises(VerificationError, match="at most"):
        verifier.check_bill(SegmentResult(3, tuple(double)), job, source)


def test_the_limit_of_a_rendition_leaves_room_for_sound_and_for_an_encoder_that_overshoots():
    honest = clip().renditions
    for profile, rendition in zip(LADDER, honest, strict=True):
        assert len(rendition.data) < rendition_limit(profile, SOURCE, len(clip().data))
    assert rendition_limit(LADDER[0], SOURCE, 10**6) == 10**6 + 100_000 + MUX_BYTES
