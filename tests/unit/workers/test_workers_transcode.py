"""Renditions: what is in them, against what the source held and what a decoder sees."""

import io
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offchain.errors import ProfileError, SegmentLimitError, TruncatedSegmentError
from offchain.media.geometry import rendition_size
from offchain.media.limits import SegmentLimits
from offchain.media.probe import count_pixels, probe
from offchain.media.profiles import BENCHMARK_LADDER, DEFAULT_LADDER
from offchain.types import Container, H264Profile, RenditionProfile
from offchain.workers.protocol import Rendition
from offchain.workers.transcode import Transcoded, transcode
from tests.support.clips import SAMPLES, SINTEL, clip, flipped, handmade

LIMITS = SegmentLimits()
PLAIN = RenditionProfile("plain", 160, 90, 100_000)
FORMATS = {Container.MPEGTS: "mpegts", Container.MP4: "mp4"}


def make(data: bytes, *profiles: RenditionProfile, container: Container = Container.MPEGTS, ms: int = 0) -> Transcoded:
    return transcode(data, container, ms, profiles or (PLAIN,), LIMITS)


def one(data: bytes, source: Container = Container.MPEGTS, **changes: object) -> Rendition:
    return make(data, replace(PLAIN, **changes), container=source).renditions[0]


def frames(data: bytes) -> list[av.VideoFrame]:
    with av.open(io.BytesIO(data)) as container:
        return list(container.decode(video=0))


def times(data: bytes) -> list[int]:
    """Presentation times in ticks of 1/90000 s, in order."""
    with av.open(io.BytesIO(data)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
        return sorted(round(packet.pts * packet.time_base * 90_000) for packet in packets)


def key_times(data: bytes) -> list[int]:
    return [round(f.pts * f.time_base * 90_000) for f in frames(data) if f.key_frame]


def sound(data: bytes) -> list[tuple[int, bytes]]:
    with av.open(io.BytesIO(data)) as container:
        packets = [packet for packet in container.demux(audio=0) if packet.size]
        return [(round(packet.pts * packet.time_base * 90_000), bytes(packet)) for packet in packets]


def test_the_sample_into_the_default_ladder():
    done = make(SINTEL.read_bytes(), *DEFAULT_LADDER, ms=10_000)
    low, high = done.renditions
    assert (done.decoded_frames, done.decoded_pixels, done.corrupt_frames) == (240, 240 * 400 * 170, 0)
    assert (low.width, low.height, low.frames, low.fps) == (426, 182, 300, 30)
    assert (high.width, high.height, high.frames, high.fps) == (640, 272, 300, 30)
    assert [r.profile for r in done.renditions] == list(DEFAULT_LADDER)
    assert low.duration_ms == high.duration_ms == 10_000


@pytest.mark.parametrize("name", ["test-segment.ts", "test-middle-pat-pmt.ts", "multi-channel-608-captions.ts"])
def test_segments_of_other_encoders_keep_their_times_and_their_sound(name):
    data = (SAMPLES / name).read_bytes()
    made = one(data)
    assert times(made.data) == times(data)
    assert made.frames == len(times(data))
    info = probe(data, Container.MPEGTS, LIMITS)
    if info.audio_packets:
        assert sound(made.data) == sound(data)


@pytest.mark.parametrize("container", list(Container))
@pytest.mark.parametrize("fps", [Fraction(0), Fraction(30), Fraction(25), Fraction(60), Fraction(30000, 1001)])
def test_the_pixels_that_are_billed_are_the_pixels_that_a_decoder_finds(container, fps):
    for fields in ({}, {"skip": 3, "frames": 45}, {"fps": 25, "b_frames": 0}):
        made = one(clip(**fields), container=container, fps=fps)
        assert made.pixels == made.frames * made.width * made.height
        count = count_pixels(made.data, made.profile.container, LIMITS)
        assert (count.frames, count.pixels, count.corrupt) == (made.frames, made.pixels, 0)
        assert (count.width, count.height) == (made.width, made.height)


def test_the_timing_of_the_source_is_kept_to_the_tick():
    for fields in ({}, {"skip": 3, "frames": 45}, {"start": 2**33 - 30_000}, {"start": 0}):
        data = clip(**fields)
        assert times(one(data).data) == times(data)


@pytest.mark.parametrize("target", list(Container))
@pytest.mark.parametrize("source", list(Container))
@pytest.mark.parametrize("start", [0, 10 * 90_000])
def test_every_container_into_every_other_keeps_times_and_sound(source, target, start):
    data = clip(format=FORMATS[source], start=start)
    made = one(data, source, container=target, h264_profile=H264Profile.MAIN)
    assert times(made.data) == times(data)
    here, there = sound(data), sound(made.data)
    # MP4 counts sound in samples, MPEG-TS in ticks of 1/90000 s.
    assert [time for time, _ in there] == pytest.approx([time for time, _ in here], abs=2)
    assert len(there) == len(here)
    if source is target:
        assert [packet for _, packet in there] == [packet for _, packet in here]
    else:
        header = 7
        longer, shorter = (here, there) if source is Container.MPEGTS else (there, here)
        assert [packet[header:] for _, packet in longer] == [packet for _, packet in shorter]


def test_damaged_sound_is_left_out_packet_by_packet():
    data = bytearray(clip())
    starts = [i for i in range(0, len(data), 188) if data[i + 1] & 0x5F == 0x41 and data[i + 2] == 1]
    spoilt = starts[0]
    sync = data.index(b"\xff", spoilt + 4 + data[spoilt + 4] * (data[spoilt + 3] >> 5 & 1))
    data[data.index(b"\xff\xf1", sync)] = 0
    whole, made = (
        sound(one(clip(), container=Container.MP4).data),
        sound(one(bytes(data), container=Container.MP4).data),
    )
    assert 0 < len(made) < len(whole)
    assert {packet for _, packet in made} <= {packet for _, packet in whole}


def test_mp4_comes_in_fragments_with_times_of_their_own():
    made = one(clip(frames=60), container=Container.MP4, fps=Fraction(30), gop_ms=500)
    assert made.data.count(b"moof") == 4
    assert made.data.index(b"moov") < made.data.index(b"moof")
    assert b"elst" not in made.data


@pytest.mark.parametrize(
    ("fps", "count", "step"),
    [(Fraction(15), 15, 6000), (Fraction(60), 60, 1500), (Fraction(30000, 1001), 30, 3003), (Fraction(10), 10, 9000)],
)
def test_a_change_of_frame_rate_lies_on_one_grid_for_the_whole_stream(fps, count, step):
    made = one(clip(), fps=fps)
    there = times(made.data)
    assert made.frames == count
    assert {b - a for a, b in pairwise(there)} == {step}
    assert there[0] % step == 0
    assert abs(there[0] - 900_000) <= step / 2


def test_two_segments_at_another_rate_neither_overlap_nor_leave_a_hole():
    first, second = clip(frames=17), clip(frames=20, start=900_000 + 17 * 3000)
    joined = [time for data in (first, second) for time in times(one(data, fps=Fraction(24)).data)]
    assert {b - a for a, b in pairwise(joined)} == {3750}


def test_a_change_of_frame_rate_is_the_one_that_the_fps_filter_makes():
    data = clip(frames=45, skip=3)
    graph = av.filter.Graph()
    source = graph.add_buffer(
        width=320, height=180, format=av.VideoFormat("yuv420p", 320, 180), time_base=Fraction(1, 90_000)
    )
    rate, sink = graph.add("fps", "30"), graph.add("buffersink")
    source.link_to(rate)
    rate.link_to(sink)
    graph.configure()
    expected = []
    decoded = frames(data)
    # Transport streams do not say how long the last frame is shown: as long as the mean, we say.
    decoded[-1].duration = (decoded[-1].pts - decoded[0].pts) // (len(decoded) - 1)
    for frame in [*decoded, None]:
        graph.push(frame)
        while True:
            try:
                expected.append(graph.pull().pts * 3000)
            except (av.error.BlockingIOError, av.error.EOFError):
                break
    assert times(one(data, fps=Fraction(30)).data) == expected


def test_the_first_frame_is_a_key_frame_whatever_the_source_says():
    for fields in ({}, {"keyint": 7}, {"open_gop": True, "keyint": 10}):
        assert key_times(one(clip(**fields)).data)[0] == 900_000


@pytest.mark.parametrize("fps", [Fraction(0), Fraction(30)])
def test_key_frames_come_as_often_as_the_profile_asks(fps):
    made = one(clip(frames=60), fps=fps, gop_ms=500)
    assert key_times(made.data) == [900_000 + n * 45_000 for n in range(4)]


def test_key_frames_of_a_variable_rate_are_placed_by_time():
    made = one(clip(frames=60, skip=3), gop_ms=500)
    gaps = key_times(made.data)
    assert len(gaps) == 4
    assert all(45_000 <= b - a < 45_000 + 9000 for a, b in pairwise(gaps))


def test_a_profile_may_ask_for_key_frames_only():
    made = one(clip(frames=10, b_frames=0), gop_ms=-1)
    assert len(key_times(made.data)) == made.frames == 10


@pytest.mark.parametrize(
    ("profile", "codec", "b_frames"),
    [
        (H264Profile.DEFAULT, "64", True),
        (H264Profile.BASELINE, "42", False),
        (H264Profile.MAIN, "4d", True),
        (H264Profile.HIGH, "64", True),
        (H264Profile.CONSTRAINED_HIGH, "64", False),
    ],
)
def test_an_encoder_profile_is_what_a_player_is_told(profile, codec, b_frames):
    made = one(clip(frames=60), h264_profile=profile)
    assert made.codecs.startswith(f"avc1.{codec}")
    assert made.codecs == probe(made.data, Container.MPEGTS, LIMITS).codecs
    kinds = {frame.pict_type for frame in frames(made.data)}
    assert (av.video.frame.PictureType.B in kinds) == b_frames


def test_the_bit_rate_is_kept():
    for bitrate in (300_000, 900_000):
        made = one(clip(frames=120, audio=False), bitrate=bitrate, width=320, height=180)
        assert len(made.data) * 8 / 4 == pytest.approx(bitrate, rel=0.35)


@pytest.mark.parametrize(
    ("width", "height"),
    [(180, 320), (322, 242), (200, 200), (400, 50), (50, 400), (16, 16)],
)
def test_every_shape_of_source_gets_the_size_of_the_rule(width, height):
    made = one(clip(width=width, height=height, frames=3, b_frames=0))
    assert (made.width, made.height) == rendition_size(PLAIN, width, height)
    decoded = frames(made.data)[0]
    assert (decoded.width, decoded.height) == (made.width, made.height)


@pytest.mark.parametrize("pixel_format", ["yuv422p", "yuv444p", "yuv420p10le", "yuv422p10le", "yuvj420p"])
def test_every_kind_of_sample_becomes_eight_bit_420(pixel_format):
    data = clip(frames=5, pixel_format=pixel_format, b_frames=0)
    made = frames(one(data, width=320, height=180, bitrate=2_000_000).data)
    plain = frames(clip(frames=5, b_frames=0))
    assert made[0].format.name in ("yuv420p", "yuvj420p")
    assert len(made) == 5
    # The same picture: means of luma within a few levels of the eight-bit clip's.
    luma = [sum(bytes(frame.planes[0])[::97]) / len(bytes(frame.planes[0])[::97]) for frame in (made[0], plain[0])]
    assert luma[0] == pytest.approx(luma[1], abs=8)


def test_a_rendition_of_the_source_s_own_size_and_timing_is_made_like_any_other():
    data = clip()
    made = one(data, width=320, height=180, bitrate=500_000)
    assert (made.width, made.height, made.frames) == (320, 180, 30)
    assert times(made.data) == times(data)
    both = make(
        data,
        replace(PLAIN, name="a", width=320, height=180, fps=Fraction(15)),
        replace(PLAIN, name="b", width=320, height=180),
        replace(PLAIN, name="c", width=320, height=180, fps=Fraction(60)),
    )
    assert [rendition.frames for rendition in both.renditions] == [15, 30, 60]


def test_captions_stay_in_the_picture_data():
    data = SINTEL.read_bytes()
    made = one(data)
    captions = [[bytes(part) for part in frame.side_data if part.type.name == "A53_CC"] for frame in frames(data)]
    there = [[bytes(part) for part in frame.side_data if part.type.name == "A53_CC"] for frame in frames(made.data)]
    assert any(captions)
    assert there == captions


def test_the_same_segment_gives_the_same_bytes():
    data = clip(frames=45)
    ladder = (*BENCHMARK_LADDER[:2], DEFAULT_LADDER[0], replace(PLAIN, container=Container.MP4))
    first, second = make(data, *ladder), make(data, *ladder)
    assert [r.data for r in first.renditions] == [r.data for r in second.renditions]


def test_a_rendition_does_not_depend_on_the_others_of_its_ladder():
    data = clip()
    alone = {profile.name: one_of(data, profile) for profile in DEFAULT_LADDER}
    together = {r.profile.name: r.data for r in make(data, *DEFAULT_LADDER).renditions}
    assert together == alone


def one_of(data: bytes, profile: RenditionProfile) -> bytes:
    return make(data, profile).renditions[0].data


def test_a_gap_is_not_filled_with_more_frames_than_the_limit():
    data = clip(frames=2, fps=1, b_frames=0, audio=False)
    assert one(data, fps=Fraction(20)).frames == 40
    with pytest.raises(SegmentLimitError, match="for each decoded one"):
        one(data, fps=Fraction(60))


def test_t16_times_that_run_backwards_are_damage():
    with pytest.raises(TruncatedSegmentError, match="damaged or missing"):
        make(handmade(64, 64, tuple(range(930_000, 900_000, -3000))))


def test_damage_beyond_the_limit_is_refused_and_below_it_reported():
    data = clip(frames=60, audio=False, b_frames=0, keyint=10)
    light = make(flipped(data, bits=2, seed=3))
    assert 0 < light.corrupt_frames <= 12
    assert count_pixels(light.renditions[0].data, Container.MPEGTS, LIMITS).corrupt == 0
    with pytest.raises(TruncatedSegmentError, match="damaged or missing"):
        make(flipped(data, bits=60, seed=3))


def test_a_profile_that_cannot_be_made_is_named():
    with pytest.raises(ProfileError, match="1 to 10 profiles"):
        transcode(clip(), Container.MPEGTS, 0, (), LIMITS)
    with pytest.raises(ProfileError, match="'plain': bitrate"):
        one(clip(), bitrate=1)


@settings(max_examples=12, deadline=None)
@given(
    width=st.integers(8, 200).map(lambda n: 2 * n),
    height=st.integers(8, 200).map(lambda n: 2 * n),
    wanted=st.tuples(st.integers(16, 400), st.integers(16, 400)),
    fps=st.sampled_from([Fraction(0), Fraction(12), Fraction(48)]),
)
def test_whatever_is_asked_for_is_counted_right(width, height, wanted, fps):
    data = clip(width=width, height=height, frames=6, b_frames=0, audio=False)
    made = one(data, width=wanted[0], height=wanted[1], fps=fps)
    count = count_pixels(made.data, Container.MPEGTS, LIMITS)
    assert (count.pixels, count.frames) == (made.pixels, made.frames)
