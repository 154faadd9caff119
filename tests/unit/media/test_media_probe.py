"""What a segment is said to be, and which are turned away before anything is decoded."""

import asyncio
import struct
import time
from fractions import Fraction

import pytest

from offchain.errors import (
    MediaError,
    NoKeyFrameError,
    NotVideoError,
    SegmentLimitError,
    TruncatedSegmentError,
    UnsupportedCodecError,
)
from offchain.media.inspector import Inspector
from offchain.media.limits import SegmentLimits
from offchain.media.probe import count_pixels, probe
from offchain.media.source import check_declared, open_source
from offchain.types import Container
from tests.support.clips import (
    SAMPLES,
    SINTEL,
    clip,
    handmade,
    many_streams,
    sound_alone,
    truncated,
    without_start,
)

LIMITS = SegmentLimits()


def test_the_sample_is_described_as_it_is():
    info = probe(SINTEL.read_bytes(), Container.MPEGTS, LIMITS)
    assert (info.width, info.height, info.fps) == (400, 170, 24)
    assert (info.start_ms, info.duration_ms, info.frames) == (10_000, 10_000, 240)
    assert (info.codecs, info.audio_packets, info.pixel_format) == ("avc1.42c00d,mp4a.40.2", 212, "yuv420p")


@pytest.mark.parametrize(
    ("container", "fields"),
    [
        (Container.MPEGTS, {}),
        (Container.MP4, {"format": "mp4"}),
        (Container.MP4, {"format": "mp4", "muxer": (("movflags", "frag_keyframe+empty_moov"),)}),
        (Container.MPEGTS, {"audio": False, "b_frames": 0, "pixel_format": "yuv422p10le"}),
        (Container.MPEGTS, {"start": 2**33 - 30_000}),
    ],
    ids=["ts", "mp4", "fragmented", "10 bit", "across the wrap of the clock"],
)
def test_a_clip_is_described_and_counted(container, fields):
    data = clip(frames=45, **fields)
    info, count = probe(data, container, LIMITS), count_pixels(data, container, LIMITS)
    assert (info.width, info.height, info.frames, info.duration_ms, info.fps) == (320, 180, 45, 1500, 30)
    assert info.pixel_format == fields.get("pixel_format", "yuv420p")
    assert (info.audio_packets > 0) == fields.get("audio", True)
    assert (count.frames, count.pixels, count.corrupt) == (45, 45 * 320 * 180, 0)
    assert (count.width, count.height) == (320, 180)


def test_a_variable_frame_rate_has_its_mean_and_its_whole_duration():
    info = probe(clip(frames=60, skip=3), Container.MPEGTS, LIMITS)
    assert info.frames == 31 + 9
    assert info.duration_ms == pytest.approx(57 / 30 * 1000 + 100, abs=60)
    assert info.fps == pytest.approx(Fraction(40_000, info.duration_ms), rel=0.01)


def test_a_single_frame_has_a_duration():
    info = probe(clip(frames=1, b_frames=0), Container.MPEGTS, LIMITS)
    assert info.frames == 1
    assert 0 < info.duration_ms <= 40


def test_audio_that_is_announced_and_never_comes_is_no_audio():
    info = probe((SAMPLES / "test-no-audio-segment.ts").read_bytes(), Container.MPEGTS, LIMITS)
    assert (info.audio_packets, info.codecs) == (0, "avc1.42c015")


PLAYLIST = b"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n%s\n#EXT-X-ENDLIST\n"


@pytest.mark.parametrize("container", list(Container))
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x47" * 188,
        b"hello " * 1000,
        bytes(188 * 40),
        PLAYLIST % b"/etc/hostname",
        b"ffconcat version 1.0\nfile /etc/hostname\n",
        (SAMPLES / "test-aac-segment.aac").read_bytes(),
        b"\x00\x00\x00\x18ftypisom" + bytes(100),
    ],
    ids=["empty", "one packet", "text", "zeros", "playlist", "concat", "aac", "an empty box"],
)
def test_t17_what_is_no_segment_of_the_declared_container_is_refused(data, container):
    with pytest.raises(NotVideoError):
        probe(data, container, LIMITS)


async def test_t17_a_playlist_that_poses_as_a_segment_reaches_no_server():
    hits = []
    server = await asyncio.start_server(lambda *connection: hits.append(connection), "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/canary.ts".encode()
    for container in Container:
        with pytest.raises(NotVideoError):
            await asyncio.to_thread(probe, PLAYLIST % url, container, LIMITS)
    server.close()
    await server.wait_closed()
    assert not hits


def test_the_declared_container_is_the_only_one_that_is_tried():
    with pytest.raises(NotVideoError):
        probe(clip(), Container.MP4, LIMITS)
    with pytest.raises(NotVideoError):
        probe(clip(format="mp4"), Container.MPEGTS, LIMITS)


def test_a_codec_that_nobody_knows_is_named_so():
    data = clip(frames=5, audio=False, format="mp4").replace(b"avc1", b"zzz9")
    with pytest.raises(UnsupportedCodecError, match=r"the video is unknown, only H\.264"):
        probe(data, Container.MP4, LIMITS)


@pytest.mark.parametrize("codec", ["mpeg2video", "mpeg4"])
def test_another_codec_is_named(codec):
    with pytest.raises(UnsupportedCodecError, match=rf"the video is {codec}, only H\.264, HEVC, VP9 are taken"):
        probe(clip(codec=codec, frames=5, fps=25, b_frames=0), Container.MPEGTS, LIMITS)


@pytest.mark.parametrize(
    ("container", "fields", "codecs", "pixel_format"),
    [
        (Container.MPEGTS, {"codec": "libx265"}, "hvc1.1.6.L60.90", "yuv420p"),
        (Container.MP4, {"codec": "libx265", "format": "mp4"}, "hvc1.1.6.L60.90", "yuv420p"),
        (Container.MPEGTS, {"codec": "libx265", "pixel_format": "yuv420p10le"}, "hvc1.2.4.L60.90", "yuv420p10le"),
        (Container.MP4, {"codec": "libx265", "format": "mp4", "pixel_format": "yuv420p10le"}, "hvc1.2.4.L60.90",
         "yuv420p10le"),
        (Container.MP4, {"codec": "libvpx-vp9", "format": "mp4"}, "vp09.00.11.08", "yuv420p"),
    ],
    ids=["hevc ts", "hevc mp4", "hevc 10 bit ts", "hevc 10 bit mp4", "vp9"],
)  # fmt: skip
def test_hevc_and_vp9_are_described_and_counted(container, fields, codecs, pixel_format):
    data = clip(frames=12, **fields)
    info, count = probe(data, container, LIMITS), count_pixels(data, container, LIMITS)
    assert (info.width, info.height, info.frames, info.fps, info.pixel_format) == (320, 180, 12, 30, pixel_format)
    assert info.codecs == f"{codecs},mp4a.40.2"
    assert (count.frames, count.pixels, count.corrupt) == (12, 12 * 320 * 180, 0)


def test_audio_alone_is_no_video():
    with pytest.raises(NotVideoError, match="no video"):
        probe(sound_alone(clip()), Container.MPEGTS, LIMITS)


@pytest.mark.parametrize(
    ("size", "reason"),
    [((16384, 16384), "side"), ((8192, 64), "side"), ((64, 8192), "side"), ((4096, 4096), "pixels of a picture")],
)
def test_t15_a_picture_beyond_the_limits_is_refused_before_it_is_decoded(size, reason):
    data = handmade(*size)
    assert len(data) < 1000
    begun = time.monotonic()
    for look in (probe, count_pixels):
        with pytest.raises(SegmentLimitError, match=reason):
            look(data, Container.MPEGTS, LIMITS)
    assert time.monotonic() - begun < 1


@pytest.mark.parametrize("codec", ["libx264", "libx265", "libvpx-vp9"])
def test_t15_a_container_that_understates_the_picture_gains_nothing(codec):
    """The track speaks of 64x64, the pictures are of 320x180; of such a one no sample is made."""
    data = clip(codec=codec, frames=12, format="mp4", audio=False)
    for form, unit in ((">HH", 1), (">II", 1 << 16)):
        data = data.replace(struct.pack(form, 320 * unit, 180 * unit), struct.pack(form, 64 * unit, 64 * unit))
    limits = SegmentLimits(max_pixels=64 * 64)
    assert (probe(data, Container.MP4, limits).width, probe(data, Container.MP4, limits).height) == (64, 64)
    if codec == "libx265":
        with pytest.raises(SegmentLimitError, match="pixels of a picture: 57600 > 4096"):
            count_pixels(data, Container.MP4, limits)
    else:
        count = count_pixels(data, Container.MP4, limits)
        assert (count.frames, count.pixels, count.corrupt) == (0, 0, 12)


def test_t15_the_largest_picture_that_is_allowed_is_taken():
    assert probe(handmade(4096, 2304), Container.MPEGTS, LIMITS).width == 4096


def test_t16_hours_in_a_few_bytes_are_refused():
    with pytest.raises(SegmentLimitError, match="duration"):
        probe(handmade(64, 64, (900_000, 900_000 + 7200 * 90_000)), Container.MPEGTS, LIMITS)


def test_t16_a_rate_of_thousands_of_frames_a_second_is_refused():
    with pytest.raises(SegmentLimitError, match="frames in"):
        probe(handmade(64, 64, tuple(range(900_000, 900_000 + 3000, 5))), Container.MPEGTS, LIMITS)


def test_t16_dozens_of_streams_are_refused():
    assert probe(many_streams(3), Container.MPEGTS, LIMITS).frames == 5
    with pytest.raises(SegmentLimitError, match="streams: 18 > 16"):
        probe(many_streams(17), Container.MPEGTS, LIMITS)


def test_a_segment_that_starts_without_a_key_frame_is_refused():
    with pytest.raises(NoKeyFrameError):
        probe(without_start(clip(frames=60, b_frames=0)), Container.MPEGTS, LIMITS)


def test_an_mp4_that_ends_too_early_is_refused():
    whole = clip(frames=60, format="mp4")
    with pytest.raises(NotVideoError):  # its index stands at the end
        probe(whole[: len(whole) // 2], Container.MP4, LIMITS)


@pytest.mark.parametrize(("declared", "error"), [(4100, TruncatedSegmentError), (100, None), (2000, None), (0, None)])
def test_a_declared_duration_is_held_against_the_one_that_is_there(declared, error):
    with open_source(clip(frames=60), Container.MPEGTS, LIMITS) as source:
        if error:
            with pytest.raises(error, match="2000 ms of video are there, 4100 ms were declared"):
                check_declared(source, declared, LIMITS)
        else:
            check_declared(source, declared, LIMITS)


def test_t16_far_more_than_declared_is_refused():
    limits = SegmentLimits(overrun_grace_ms=0)
    with open_source(clip(frames=60), Container.MPEGTS, limits) as source:
        check_declared(source, 500, limits)
        with pytest.raises(SegmentLimitError, match="499 being declared"):
            check_declared(source, 499, limits)


def test_the_first_half_of_a_segment_is_seen_by_its_duration():
    part = truncated(clip(frames=60), 0.4)
    with open_source(part, Container.MPEGTS, LIMITS) as source, pytest.raises(TruncatedSegmentError):
        check_declared(source, 2000, LIMITS)


async def test_the_inspector_sees_from_its_child_what_is_seen_here():
    inspector = Inspector()
    try:
        data = SINTEL.read_bytes()
        assert await inspector.probe(data, Container.MPEGTS) == probe(data, Container.MPEGTS, LIMITS)
        assert await inspector.count_pixels(data, Container.MPEGTS) == count_pixels(data, Container.MPEGTS, LIMITS)
        for bad, kind in ((b"junk", NotVideoError), (handmade(16384, 16384), SegmentLimitError)):
            with pytest.raises(MediaError) as caught:
                await inspector.count_pixels(bad, Container.MPEGTS)
            assert type(caught.value) is kind
    finally:
        await inspector.close()
