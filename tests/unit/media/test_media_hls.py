"""HLS on disk: what the playlists say, and that a player finds every frame through them."""

import re
from dataclasses import replace
from fractions import Fraction

import av
import pytest

from offchain.errors import MediaError, SettingsError
from offchain.media.hls import HlsWriter, SegmentEntry
from offchain.media.segmenter import cut_file
from offchain.types import Container
from tests.support.clips import clip

ENTRY = SegmentEntry(0, Container.MPEGTS, 2000, 320, 180, Fraction(30), "avc1.4d400d,mp4a.40.2")


def play(path) -> list[int]:
    """Times of the frames that a player sees, in ticks of its own clock."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frames = list(container.decode(stream))
        assert not any(frame.is_corrupt for frame in frames)
        return [round(frame.pts * frame.time_base * 90_000) for frame in frames]


@pytest.fixture
def segments(tmp_path):
    path = tmp_path / "source.ts"
    path.write_bytes(clip(frames=150, keyint=30))
    return list(cut_file(path))


def entry_of(segment, **changes) -> SegmentEntry:
    return replace(ENTRY, seq=segment.seq, duration_ms=segment.duration_ms, **changes)


def test_a_player_finds_every_frame_on_one_timeline(tmp_path, segments):
    writer = HlsWriter(tmp_path / "out")
    for segment in segments:
        writer.add("source", entry_of(segment), segment.data)
    assert play(writer.finish()) == [900_000 + 3000 * n for n in range(150)]


def test_the_playlists_say_what_is_there(tmp_path, segments):
    writer = HlsWriter(tmp_path)
    for segment in segments:
        writer.add("low", entry_of(segment), segment.data)
        writer.add("high", entry_of(segment, width=640, height=360, fps=Fraction(30000, 1001)), segment.data * 2)
    master = writer.finish().read_text().splitlines()
    peak = max(-(-len(s.data) * 8000 // s.duration_ms) for s in segments)
    average = -(-sum(len(s.data) for s in segments) * 8000 // 5000)
    assert master[:3] == ["#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-INDEPENDENT-SEGMENTS"]
    assert master[3] == (
        f"#EXT-X-STREAM-INF:BANDWIDTH={peak},AVERAGE-BANDWIDTH={average},"
        'CODECS="avc1.4d400d,mp4a.40.2",RESOLUTION=320x180,FRAME-RATE=30.000'
    )
    assert master[4] == "low/index.m3u8"
    assert "RESOLUTION=640x360,FRAME-RATE=29.970" in master[5]
    assert (tmp_path / "low" / "index.m3u8").read_text().splitlines() == [
        "#EXTM3U",
        "#EXT-X-VERSION:6",
        "#EXT-X-TARGETDURATION:2",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        "#EXTINF:2.000,",
        "00000.ts",
        "#EXTINF:2.000,",
        "00001.ts",
        "#EXTINF:1.000,",
        "00002.ts",
        "#EXT-X-ENDLIST",
    ]


def test_segments_out_of_order_are_listed_in_order_and_without_a_hole(tmp_path, segments):
    writer = HlsWriter(tmp_path)
    listed = []
    for index in (2, 0, 1):
        writer.add("v", entry_of(segments[index]), segments[index].data)
        listed.append(re.findall(r"\d+\.ts", (tmp_path / "v" / "index.m3u8").read_text()))
    assert listed == [["00002.ts"], ["00000.ts"], ["00000.ts", "00001.ts", "00002.ts"]]
    assert "ENDLIST" not in (tmp_path / "v" / "index.m3u8").read_text()
    assert len(play(writer.finish())) == 150


def test_a_segment_that_never_came_leaves_a_marked_hole(tmp_path, segments):
    writer = HlsWriter(tmp_path)
    for index in (0, 2):
        writer.add("v", entry_of(segments[index]), segments[index].data)
    writer.finish()
    lines = (tmp_path / "v" / "index.m3u8").read_text().splitlines()
    assert lines[lines.index("00000.ts") + 1] == "#EXT-X-DISCONTINUITY"
    assert len(play(tmp_path / "v" / "index.m3u8")) == 90


def test_a_break_in_the_timeline_is_marked(tmp_path, segments):
    writer = HlsWriter(tmp_path)
    writer.add("v", entry_of(segments[0]), segments[0].data)
    writer.add("v", entry_of(segments[1], discontinuity=True), segments[1].data)
    writer.finish()
    assert (tmp_path / "v" / "index.m3u8").read_text().count("#EXT-X-DISCONTINUITY") == 1


def test_fragmented_mp4_is_listed_with_its_head_apart(tmp_path):
    flags = (("movflags", "frag_keyframe+empty_moov+default_base_moof"),)
    data = clip(frames=30, format="mp4", muxer=flags, start=0)
    head = data.index(b"moof") - 4
    writer = HlsWriter(tmp_path)
    for seq in (0, 1):
        writer.add("v", replace(ENTRY, seq=seq, container=Container.MP4), data)
    writer.finish()
    text = (tmp_path / "v" / "index.m3u8").read_text()
    assert "#EXT-X-VERSION:7" in text
    assert text.count("#EXT-X-MAP") == 1
    assert f'#EXT-X-MAP:URI="00000.mp4",BYTERANGE="{head}@0"' in text
    assert f"#EXT-X-BYTERANGE:{len(data) - head}@{head}\n00001.mp4" in text


def test_mp4_that_is_not_fragmented_is_refused(tmp_path):
    with pytest.raises(MediaError, match="fragmented"):
        HlsWriter(tmp_path).add("v", replace(ENTRY, container=Container.MP4), clip(format="mp4"))


@pytest.mark.parametrize("name", ["../../escape", "/etc/passwd", "a/b", "..", "", ".", "ü\x00\n", "x" * 300])
def test_t19_no_name_of_a_variant_leads_out_of_the_directory(tmp_path, name):
    root = tmp_path / "root"
    path = HlsWriter(root).add(name, ENTRY, b"data")
    assert path.resolve().is_relative_to(root.resolve())
    assert path.parent.parent == root
    assert [entry.name for entry in tmp_path.iterdir()] == ["root"]


def test_variants_whose_names_look_alike_on_disk_are_kept_apart(tmp_path):
    writer = HlsWriter(tmp_path)
    paths = {writer.add(name, ENTRY, name.encode()) for name in ("a/b", "a:b", "a_b")}
    assert len(paths) == 3


def test_a_very_short_last_segment_does_not_set_the_bandwidth(tmp_path):
    writer = HlsWriter(tmp_path)
    writer.add("v", ENTRY, bytes(20_000))
    writer.add("v", replace(ENTRY, seq=1, duration_ms=40), bytes(20_000))
    assert "BANDWIDTH=80000,AVERAGE-BANDWIDTH=156863" in writer.finish().read_text()


def test_a_directory_that_cannot_be_written_is_a_setting_to_change(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SettingsError, match="cannot write"):
        HlsWriter(tmp_path / "file")
    with pytest.raises(SettingsError, match="cannot write"):
        HlsWriter(tmp_path / "file" / "below")


def test_nothing_half_written_is_left_behind(tmp_path, segments):
    out = tmp_path / "out"
    writer = HlsWriter(out)
    writer.add("v", entry_of(segments[0]), segments[0].data)
    writer.finish()
    names = sorted(path.name for path in out.rglob("*") if path.is_file())
    assert names == ["00000.ts", "index.m3u8", "master.m3u8"]
