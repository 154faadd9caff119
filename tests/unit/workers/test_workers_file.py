"""A whole file through the worker alone, by hand and by its command."""

import json
import os
import re
import stat

import av
import pytest
from click.testing import CliRunner

from offchain.cli import cli
from offchain.errors import NotVideoError, OffchainError, ProfileError, SettingsError, UnsupportedCodecError
from offchain.media.hls import HlsWriter
from offchain.media.inspector import Inspector
from offchain.types import RenditionProfile
from offchain.workers.cpu import CpuWorker
from offchain.workers.file_run import SegmentFaultError, transcode_file
from tests.support.clips import SINTEL, TS_PACKET, clip

LADDER = (RenditionProfile("low", 160, 90, 100_000), RenditionProfile("lower", 146, 82, 80_000))


@pytest.fixture
async def worker():
    worker = CpuWorker(2)
    yield worker
    await worker.close()


def saved(tmp_path, data: bytes):
    path = tmp_path / "clip.ts"
    path.write_bytes(data)
    return path


def frames_of(playlist) -> int:
    with av.open(str(playlist)) as container:
        return sum(1 for _ in container.decode(video=0))


async def test_a_file_becomes_a_stream_that_a_player_opens(tmp_path, worker):
    seen = []
    inspector = Inspector()
    summary = await transcode_file(
        saved(tmp_path, clip(frames=150, keyint=30)),
        worker,
        LADDER,
        HlsWriter(tmp_path / "out"),
        inspector=inspector,
        on_segment=lambda sums: seen.append(sums.segments),
    )
    await inspector.close()
    assert seen == [1, 2, 3]
    assert (summary.segments, summary.source_ms, summary.decoded_frames) == (3, 5000, 150)
    assert summary.decoded_pixels == 150 * 320 * 180
    assert summary.cpu_seconds > 0
    assert summary.times_real > 0
    for variant in summary.variants:
        assert variant.frames == 150
        assert variant.pixels == 150 * variant.width * variant.height
        assert variant.size == sum(p.stat().st_size for p in (tmp_path / "out" / variant.name).glob("*.ts"))
        assert frames_of(tmp_path / "out" / variant.name / "index.m3u8") == 150
    text = summary.master.read_text()
    for name in ("low", "lower", "source"):
        assert f"{name}/index.m3u8" in text


async def test_a_segment_that_fails_is_named_with_its_place_in_the_file(tmp_path, worker):
    good, later = clip(frames=60, keyint=30), clip(frames=60, keyint=30, start=900_000 + 180_000)
    # The later segment begins well, so that the file is cut there; then its packets stay in place and carry noise.
    sound = len(later) // TS_PACKET // 4 * TS_PACKET
    broken = later[:sound] + b"".join(
        later[i : i + 20] + b"\x5a" * 168 if not later[i + 1] & 0x40 else later[i : i + TS_PACKET]
        for i in range(sound, len(later), TS_PACKET)
    )
    with pytest.raises(ExceptionGroup) as caught:
        await transcode_file(saved(tmp_path, good + broken), worker, LADDER, HlsWriter(tmp_path / "out"))
    fault = caught.value.exceptions[0]
    assert isinstance(fault, SegmentFaultError)
    assert fault.seq == 1
    assert re.match(r"segment 1, at 1[23]\.000 s: ", str(fault))


def run(*arguments: object):
    return CliRunner().invoke(cli, ["transcode", *map(str, arguments)])


def test_the_command_transcodes_the_sample_and_says_so_in_json(tmp_path):
    result = run(SINTEL, "--output", tmp_path / "out", "--profiles", "P144p30fps16x9", "--json")
    assert result.exit_code == 0, result.output
    summary = json.loads(result.stdout)
    assert (summary["segments"], summary["source_ms"], summary["decoded_frames"]) == (2, 10_000, 240)
    assert (summary["devices"], summary["fallbacks"]) == ({"cpu": 2}, {})
    (variant,) = summary["variants"]
    # 256 pixels across, as asked for; the height follows the film's shape.
    assert (variant["width"], variant["height"], variant["frames"]) == (256, 108, 300)
    assert variant["pixels"] == 300 * 256 * 108
    assert frames_of(summary["master"]) in (240, 300)
    assert frames_of(tmp_path / "out" / "P144p30fps16x9" / "index.m3u8") == 300
    assert frames_of(tmp_path / "out" / "source" / "index.m3u8") == 240


def test_a_file_in_hevc_is_transcoded_to_h264(tmp_path):
    path = saved(tmp_path, clip(codec="libx265", frames=90, keyint=30, format="mp4"))
    result = run(path, "--output", tmp_path / "out", "--profiles", "P144p30fps16x9", "--segment-ms", 1000, "--json")
    assert result.exit_code == 0, result.output
    summary = json.loads(result.stdout)
    assert (summary["segments"], summary["decoded_frames"], summary["variants"][0]["frames"]) == (3, 90, 90)
    assert 'CODECS="hvc1.1.6.' in (tmp_path / "out" / "master.m3u8").read_text()
    assert 'CODECS="avc1.' in (tmp_path / "out" / "master.m3u8").read_text()
    assert frames_of(tmp_path / "out" / "source" / "index.m3u8") == 90


def test_the_command_prints_a_table_for_people(tmp_path):
    ladder = tmp_path / "ladder.json"
    ladder.write_text(json.dumps([{"name": "tiny", "width": 160, "height": 90, "bitrate": 90_000, "format": "mp4"}]))
    path = saved(tmp_path, clip())
    result = run(path, "--output", tmp_path / "out", "--profiles", ladder, "--no-keep-source", "--worker-processes", 1)
    assert result.exit_code == 0, result.output
    for word in ("1 segments, 1.000 s of video", "tiny", "160x90", "432,000", "x real time", "master.m3u8"):
        assert word in result.output
    assert frames_of(tmp_path / "out" / "tiny" / "index.m3u8") == 30
    assert not (tmp_path / "out" / "source").exists()


def test_settings_come_from_the_environment_and_from_a_file(tmp_path, monkeypatch):
    settings = tmp_path / "settings.yaml"
    settings.write_text(f"output: {tmp_path / 'from-file'}\nkeep_source: false\nprofiles: P144p25fps16x9\n")
    monkeypatch.setenv("OFFCHAIN_PROFILES", "P144p30fps16x9")
    result = run(saved(tmp_path, clip()), "--config", settings, "--json")
    assert result.exit_code == 0, result.output
    summary = json.loads(result.stdout)
    assert summary["master"] == str(tmp_path / "from-file" / "master.m3u8")
    assert [variant["name"] for variant in summary["variants"]] == ["P144p30fps16x9"], "environment before file"


@pytest.mark.parametrize(
    ("content", "error", "reason"),
    [
        (b"no video at all " * 50, NotVideoError, "clip.ts"),
        (b"", NotVideoError, "clip.ts"),
        (clip(codec="mpeg2video", frames=5, fps=25), UnsupportedCodecError, "mpeg2video"),
    ],
    ids=["text", "empty", "another codec"],
)
def test_a_file_that_cannot_be_worked_on_is_an_error_with_its_reason(tmp_path, content, error, reason):
    result = run(saved(tmp_path, content), "--output", tmp_path / "out")
    assert result.exit_code == 1
    assert type(result.exception) is error
    assert reason in str(result.exception)
    assert not (tmp_path / "out" / "master.m3u8").exists()


def test_a_missing_file_and_a_wrong_option_are_wrong_usage(tmp_path):
    assert run(tmp_path / "none.ts").exit_code == 2
    assert "does not exist" in run(tmp_path / "none.ts").output
    assert run(SINTEL, "--no-such-option").exit_code == 2


def test_an_unknown_ladder_and_a_value_out_of_range_are_named(tmp_path):
    for arguments, kind, reason in (
        (("--profiles", "P1080p"), ProfileError, "P1080p"),
        (("--segment-ms", 5), SettingsError, "--segment-ms"),
        (("--worker-memory-mib", 1), SettingsError, "--worker-memory-mib"),
    ):
        result = run(SINTEL, "--output", tmp_path / "out", *arguments)
        assert result.exit_code == 1
        assert type(result.exception) is kind
        assert reason in str(result.exception)


def test_a_directory_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    result = run(SINTEL, "--output", tmp_path / "file")
    assert (result.exit_code, type(result.exception)) == (1, SettingsError)
    assert isinstance(result.exception, OffchainError)


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_directory_without_permission_is_named(tmp_path):
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        result = run(SINTEL, "--output", tmp_path / "out")
    finally:
        tmp_path.chmod(stat.S_IRWXU)
    assert "Permission denied" in str(result.exception)


def test_the_help_names_every_setting():
    text = run("--help").output
    for option in ("--profiles", "--output", "--segment-ms", "--worker-processes", "--json", "--config"):
        assert option in text
