"""Files cut into segments: nothing is lost, nothing is re-encoded, every piece stands alone."""

import io
import tracemalloc
from itertools import pairwise
from pathlib import Path

import av
import pytest

from offchain.errors import NoKeyFrameError, NotVideoError, SegmentLimitError, UnsupportedCodecError
from offchain.media.h264 import nal_units
from offchain.media.limits import SegmentLimits
from offchain.media.probe import count_pixels, probe
from offchain.media.segmenter import SourceSegment, cut_file, file_duration_ms
from offchain.types import Container
from tests.support.clips import SAMPLES, SINTEL, clip, without_start

LIMITS = SegmentLimits()


def saved(tmp_path: Path, data: bytes, name: str = "clip") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def cut(path: Path, target_ms: int = 2000) -> list[SourceSegment]:
    return list(cut_file(path, target_ms))


def pictures(data: bytes) -> list[bytes]:
    """The coded slices of a clip, whatever container and parameter sets surround them."""
    with av.open(io.BytesIO(data)) as container:
        stream = container.streams.video[0]
        prefix = 4 if (stream.codec_context.extradata or b"")[:1] == b"\x01" else 0
        packets = [bytes(packet) for packet in container.demux(stream) if packet.size]
    # Between two start codes a trailing zero belongs to nobody.
    return [unit.rstrip(b"\0") for packet in packets for unit in nal_units(packet, prefix) if unit[0] & 31 in (1, 5)]


def sound(data: bytes) -> list[bytes]:
    with av.open(io.BytesIO(data)) as container:
        return [bytes(packet) for packet in container.demux(audio=0) if packet.size]


@pytest.mark.parametrize("start", [0, 10 * 90_000])
@pytest.mark.parametrize("container", ["mpegts", "mp4", "matroska", "flv"])
def test_every_picture_of_a_file_comes_out_once_and_unchanged(tmp_path, container, start):
    data = clip(frames=150, keyint=30, format=container, start=start)
    segments = cut(saved(tmp_path, data))
    assert [segment.seq for segment in segments] == [0, 1, 2]
    assert [segment.duration_ms for segment in segments] == [2000, 2000, 1000]
    assert [segment.frames for segment in segments] == [60, 60, 30]
    assert [unit for segment in segments for unit in pictures(segment.data)] == pictures(data)
    for segment in segments:
        count = count_pixels(segment.data, Container.MPEGTS, LIMITS)
        assert (count.frames, count.corrupt) == (segment.frames, 0)


@pytest.mark.parametrize("open_gop", [False, True])
@pytest.mark.parametrize("container", ["mpegts", "mp4", "matroska"])
def test_hevc_is_cut_at_key_frames_that_close_their_group(tmp_path, container, open_gop):
    data = clip(frames=150, keyint=30, codec="libx265", format=container, open_gop=open_gop)
    segments = cut(saved(tmp_path, data))
    assert [segment.frames for segment in segments] == ([150] if open_gop else [60, 60, 30])
    for segment in segments:
        assert probe(segment.data, Container.MPEGTS, LIMITS).codecs.startswith("hvc1.1.6.")
        count = count_pixels(segment.data, Container.MPEGTS, LIMITS)
        assert (count.frames, count.corrupt) == (segment.frames, 0)


@pytest.mark.parametrize("container", ["mpegts", "mp4"])
def test_the_audio_is_copied_once_and_unchanged(tmp_path, container):
    data = clip(frames=150, keyint=30, format=container)
    there = [packet for segment in cut(saved(tmp_path, data)) for packet in sound(segment.data)]
    header = 0 if container == "mpegts" else 7  # MPEG-TS frames each packet of AAC
    assert [packet[header:] for packet in there] == sound(data)


def test_the_timeline_of_a_stream_is_kept_and_has_no_holes(tmp_path):
    segments = cut(saved(tmp_path, clip(frames=150, keyint=30)))
    assert segments[0].start_ms == 10_000
    for before, after in pairwise(segments):
        assert after.start_ms == before.start_ms + before.duration_ms
    for segment in segments:
        info = probe(segment.data, Container.MPEGTS, LIMITS)
        assert (info.start_ms, info.duration_ms) == (segment.start_ms, segment.duration_ms)


def test_a_file_that_starts_at_zero_is_moved_up_by_a_second(tmp_path):
    segments = cut(saved(tmp_path, clip(frames=90, keyint=30, format="mp4", start=0)), 1000)
    assert [segment.start_ms for segment in segments] == [1000, 2000, 3000]


def test_the_sample_of_the_demo_has_two_groups_of_pictures_and_so_two_segments():
    segments = cut(SINTEL)
    assert [(s.start_ms, s.duration_ms, s.frames) for s in segments] == [(10_000, 2917, 70), (12_917, 7083, 170)]
    assert file_duration_ms(SINTEL) == pytest.approx(10_000, rel=0.02)  # audio and video together


def test_segments_of_other_encoders_are_cut_at_their_key_frames():
    segments = cut(SAMPLES / "test-segment.ts")
    assert [segment.frames for segment in segments] == [30, 30, 30, 30, 14]
    assert cut(SAMPLES / "test-no-audio-segment.ts")[4].duration_ms == 933


@pytest.mark.parametrize("container", ["mpegts", "mp4"])
def test_an_open_group_is_cut_late_and_loses_only_what_refers_back(tmp_path, container):
    data = clip(frames=150, keyint=30, open_gop=True, format=container)
    segments = cut(saved(tmp_path, data), 500)
    assert [segment.start_ms - segments[0].start_ms for segment in segments] == [0, 2000, 4000]
    assert [segment.dropped_frames for segment in segments] == [0, 2, 2]
    assert sum(segment.frames + segment.dropped_frames for segment in segments) == 150
    for segment in segments:
        count = count_pixels(segment.data, Container.MPEGTS, LIMITS)
        assert (count.frames, count.corrupt) == (segment.frames, 0)


def test_a_recording_that_begins_in_the_middle_begins_at_its_first_key_frame(tmp_path):
    data = without_start(clip(frames=90, keyint=30, b_frames=0))
    segments = cut(saved(tmp_path, data), 1000)
    assert [(s.frames, s.dropped_frames) for s in segments] == [(30, 29), (30, 0)]


def test_a_break_in_the_timeline_starts_a_segment_and_is_marked(tmp_path):
    data = clip(frames=60, keyint=30) + clip(frames=60, keyint=30, start=100 * 90_000)
    segments = cut(saved(tmp_path, data))
    assert [(s.start_ms, s.duration_ms, s.discontinuity) for s in segments] == [
        (10_000, 2000, False),
        (100_000, 2000, True),
    ]


def test_a_variable_frame_rate_is_cut_by_time(tmp_path):
    segments = cut(saved(tmp_path, clip(frames=120, keyint=15, skip=3)), 1000)
    assert sum(segment.frames for segment in segments) == 61 + 19
    for before, after in pairwise(segments):
        assert after.start_ms == before.start_ms + before.duration_ms


def test_one_segment_at_a_time_is_in_memory(tmp_path):
    path = saved(tmp_path, clip(frames=300, keyint=30, width=640, height=360))
    longest = max(len(segment.data) for segment in cut(path, 1000))
    tracemalloc.start()
    for _ in cut_file(path, 1000):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 6 * longest < path.stat().st_size * 3 // 2


def test_a_segment_that_grows_too_large_is_refused(tmp_path):
    path = saved(tmp_path, clip(frames=60))
    with pytest.raises(SegmentLimitError, match="bytes of a segment"):
        list(cut_file(path, 2000, max_bytes=20_000))


def test_what_cannot_be_cut_is_refused_with_the_reason(tmp_path):
    for path, reason in ((tmp_path / "none.ts", "No such file"), (tmp_path, "directory")):
        with pytest.raises(NotVideoError, match=reason):
            cut(path)
    for content in (b"", b"text " * 100, b"#EXTM3U\n#EXTINF:2,\nfile:///etc/hostname\n"):
        with pytest.raises(NotVideoError, match=r"no video file|neither"):
            cut(saved(tmp_path, content))
    with pytest.raises(UnsupportedCodecError, match=r"mpeg4.*re-encode"):
        cut(saved(tmp_path, clip(codec="mpeg4", frames=5, format="mp4")))
    with pytest.raises(NotVideoError, match="neither MPEG-TS"):
        cut(SAMPLES / "test-aac-segment.aac")


def test_a_file_without_any_key_frame_is_refused(tmp_path):
    with pytest.raises(NoKeyFrameError, match="no key frame"):
        cut(saved(tmp_path, without_start(clip(frames=20, b_frames=0))))
