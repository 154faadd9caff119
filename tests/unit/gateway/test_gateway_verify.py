"""What can be told of a result from figures alone: bills, frames, sizes, limits of what is fetched."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offchain.errors import MediaError, VerificationError, WorkerCrashedError, WorkerTimeoutError
from offchain.gateway.outcome import SegmentJob
from offchain.gateway.verify import MUX_BYTES, Sampling, Verifier, rendition_limit
from offchain.media.agreement import Agreement, Verdict
from offchain.media.geometry import rendition_size
from offchain.media.inspector import Inspector
from offchain.media.probe import MediaInfo, PixelCount
from offchain.tickets import key_address
from offchain.types import Container, RenditionProfile
from offchain.wire import RenditionResult, SegmentResult, segment_hash, sign_result
from offchain.workers.remaker import Remaker
from tests.support.gateway_clips import LADDER, clip, clip_of, encode
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


class Verdicts:
    """Stands for the child process that makes renditions again; notes what it was shown."""

    def __init__(self, outcome: Verdict | Exception) -> None:
        self.outcome, self.seen = outcome, []

    async def verify(self, data: bytes, container: Container, profile: RenditionProfile, rendition: bytes) -> Verdict:
        self.seen.append((data, container, profile, rendition))
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


async def sampled(outcome: Verdict | Exception, *, share: float = 1.0, least: Agreement = Agreement.LIKENESS):
    remake = Verdicts(outcome)
    data = b"x" * 100
    result = SegmentResult(3, (RenditionResult("/x", COUNT.pixels),), sign_result(GATEWAY_KEY, [segment_hash(data)]))
    verifier = Verifier(Figures(INFO, COUNT), sampling=Sampling(remake, share, least))
    job = replace(JOB, profiles=LADDER[:1], data=b"source")
    return await verifier.check(result, [data], job, SOURCE, key_address(GATEWAY_KEY)), remake.seen


@pytest.mark.parametrize("least", [Agreement.LIKENESS, Agreement.FRAMES, Agreement.BYTES])
@pytest.mark.parametrize("agreement", list(Agreement))
async def test_a_rendition_made_again_must_agree_as_far_as_is_asked_for(agreement, least):
    if agreement >= least:
        (rendition,), seen = await sampled(Verdict(agreement), least=least)
        assert rendition.data == b"x" * 100
        assert seen == [(b"source", Container.MPEGTS, LADDER[0], b"x" * 100)]
    else:
        with pytest.raises(VerificationError, match=rf"low: made again, it agrees in {agreement.word} .*because"):
            await sampled(Verdict(agreement, "because"), least=least)


@pytest.mark.parametrize("error", [MediaError("not here"), WorkerTimeoutError("late"), WorkerCrashedError("dead")])
async def test_that_a_rendition_cannot_be_made_again_is_not_held_against_anybody(error):
    (rendition,), seen = await sampled(error)
    assert rendition.pixels == COUNT.pixels
    assert len(seen) == 1


async def test_as_many_segments_are_made_again_as_the_settings_say():
    counts = {0.0: 0, 0.5: 0, 1.0: 0}
    for share in counts:
        for _ in range(200):
            _, seen = await sampled(Verdict(Agreement.BYTES), share=share)
            counts[share] += len(seen)
    assert (counts[0.0], counts[1.0]) == (0, 200)
    assert 60 < counts[0.5] < 140


async def test_real_renditions_made_again_agree_and_those_of_another_stream_do_not():
    """The whole way: a real child that makes them, real renditions; the pictures of another stream in the same size."""
    made, other = clip(30), clip_of(encode(30, start=1, width=320, height=180, speed=-11))
    inspector, remaker = Inspector(), Remaker()
    try:
        verifier = Verifier(inspector, sampling=Sampling(remaker, 1.0, Agreement.LIKENESS))
        job = SegmentJob("m", 0, made.data, Container.MPEGTS, made.duration_ms, LADDER)
        source = await verifier.inspect(job)
        for delivered, good in ((made, True), (other, False)):
            data = [rendition.data for rendition in delivered.renditions]
            rows = tuple(RenditionResult("/x", rendition.pixels) for rendition in delivered.renditions)
            result = SegmentResult(0, rows, sign_result(GATEWAY_KEY, [segment_hash(each) for each in data]))
            verifier.check_bill(result, job, source)
            if good:
                assert len(await verifier.check(result, data, job, source, key_address(GATEWAY_KEY))) == len(LADDER)
            else:
                with pytest.raises(VerificationError, match="do not look alike"):
                    await verifier.check(result, data, job, source, key_address(GATEWAY_KEY))
    finally:
        await inspector.close()
        await remaker.close()
