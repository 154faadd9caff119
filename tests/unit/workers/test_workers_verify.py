"""Renditions made again: in a child process, and by the command."""

import asyncio
import json
import os
import signal
from dataclasses import replace

import pytest
from click.testing import CliRunner

from offchain.cli import cli
from offchain.errors import NotVideoError, ProfileError, SettingsError, WorkerCrashedError, WorkerTimeoutError
from offchain.media.agreement import Agreement
from offchain.media.limits import SegmentLimits
from offchain.types import Container, RenditionProfile
from offchain.workers.protocol import Mode
from offchain.workers.remaker import Remaker
from offchain.workers.transcode import Manner, transcode
from tests.support.clips import SINTEL, clip, handmade

TS = Container.MPEGTS
LADDER = (RenditionProfile("low", 160, 90, 100_000), RenditionProfile("high", 320, 180, 300_000))
LIMITS = SegmentLimits()


def made(data: bytes, mode: Mode = Mode.VERIFIABLE, ladder=LADDER) -> list[bytes]:
    return [rendition.data for rendition in transcode(data, TS, 0, ladder, LIMITS, Manner(mode)).renditions]


@pytest.fixture
async def remaker():
    remaker = Remaker()
    yield remaker
    await remaker.close()


async def test_a_child_says_how_far_a_rendition_agrees(remaker):
    data = clip()
    honest, live, other = made(data), made(data, Mode.LIVE), made(clip(frames=45))
    for place, profile in enumerate(LADDER):
        verdicts = [await remaker.verify(data, TS, profile, each[place]) for each in (honest, live, other)]
        assert [v.agreement for v in verdicts] == [Agreement.BYTES, Agreement.LIKENESS, Agreement.NOTHING]
        assert verdicts[1].distance is not None


async def test_a_rendition_that_is_no_video_agrees_in_nothing_and_a_source_that_is_none_is_an_error(remaker):
    verdict = await remaker.verify(clip(), TS, LADDER[0], b"junk" * 100)
    assert verdict.agreement is Agreement.NOTHING
    assert (await remaker.verify(clip(), TS, LADDER[0], handmade(16384, 16384))).agreement is Agreement.NOTHING
    with pytest.raises(NotVideoError):
        await remaker.verify(b"junk" * 100, TS, LADDER[0], made(clip())[0])
    with pytest.raises(ProfileError):
        await remaker.verify(clip(), TS, replace(LADDER[0], bitrate=1), made(clip())[0])


async def test_a_child_that_dies_or_takes_too_long_says_nothing_of_the_rendition(remaker):
    await remaker.verify(clip(), TS, LADDER[0], made(clip())[0])
    (pid,) = remaker._pool.pids
    os.kill(pid, signal.SIGKILL)
    while pid in remaker._pool.pids:  # noqa: ASYNC110 its end is noticed a moment later
        await asyncio.sleep(0.01)
    assert (await remaker.verify(clip(), TS, LADDER[0], made(clip())[0])).agreement is Agreement.BYTES
    hasty = Remaker(deadline_s=0.2)
    try:
        with pytest.raises((WorkerTimeoutError, WorkerCrashedError)):
            await hasty.verify(SINTEL.read_bytes(), TS, replace(LADDER[1], width=1280, height=720), b"x" * 100)
    finally:
        await hasty.close()


@pytest.fixture
def delivered(tmp_path):
    """A segment, a ladder file, and files of renditions by what is to be said of them."""
    data = clip()
    files = {"source": data, "other": made(clip(frames=45))[0]}
    files |= {f"honest{n}": each for n, each in enumerate(made(data))}
    files |= {f"live{n}": each for n, each in enumerate(made(data, Mode.LIVE))}
    (tmp_path / "ladder.json").write_text(
        json.dumps([{"name": p.name, "width": p.width, "height": p.height, "bitrate": p.bitrate} for p in LADDER])
    )
    for name, content in files.items():
        (tmp_path / f"{name}.ts").write_bytes(content)
    mp4 = made(data, ladder=(replace(LADDER[0], container=Container.MP4),))[0]
    (tmp_path / "honest.mp4").write_bytes(mp4)
    return tmp_path


def run(folder, *renditions: str, options: tuple[str, ...] = ()):
    named = [
        f"{text.split('=')[0]}={folder / text.split('=')[1]}" if "=" in text else str(folder / text)
        for text in renditions
    ]
    arguments = ["verify", str(folder / "source.ts"), *named, "--profiles", str(folder / "ladder.json"), *options]
    return CliRunner().invoke(cli, arguments)


@pytest.mark.parametrize(
    ("renditions", "options", "code", "lines"),
    [
        (("honest0.ts", "honest1.ts"), (), 0, ["low: bytes", "high: bytes"]),
        (("high=honest1.ts",), (), 0, ["high: bytes"]),
        (("honest.mp4",), (), 0, ["low: bytes"]),
        (("honest0.ts", "live1.ts"), (), 4, ["low: bytes", "high: likeness (decoded frames differ, but look alike: "]),
        (("live0.ts", "live1.ts"), ("--least", "likeness"), 0, ["low: likeness", "high: likeness"]),
        (("live0.ts",), ("--least", "frames"), 4, ["low: likeness"]),
        (("live0.ts", "other.ts"), ("--least", "likeness"), 5, ["low: likeness", "high: nothing (45 frames"]),
        (("honest1.ts",), (), 5, ["low: nothing (320x180, it should be 160x90)"]),
    ],
)
def test_the_command_says_how_far_each_agrees_and_exits_by_the_worst(delivered, renditions, options, code, lines):
    result = run(delivered, *renditions, options=options)
    assert result.exit_code == code, result.output
    printed = result.output.splitlines()
    assert len(printed) == len(lines)
    assert all(line.startswith(start) for line, start in zip(printed, lines, strict=True)), printed


def test_decoded_frames_that_agree_have_a_code_of_their_own(delivered):
    honest = (delivered / "honest0.ts").read_bytes()
    (delivered / "padded.ts").write_bytes(honest + b"\x47\x1f\xff\x10" + b"\xff" * 184)
    assert run(delivered, "padded.ts").exit_code == 3
    assert run(delivered, "padded.ts", options=("--least", "frames")).exit_code == 0


def test_the_command_speaks_json(delivered):
    result = run(delivered, "honest0.ts", "live1.ts", options=("--json",))
    first, second = json.loads(result.stdout)
    assert (first["profile"], first["agreement"], first["reason"], first["distance"]) == ("low", "bytes", "", None)
    assert (second["profile"], second["agreement"]) == ("high", "likeness")
    assert second["distance"] <= 8


def test_wrong_usage_and_files_that_are_not_there(delivered):
    assert run(delivered).exit_code == 2
    assert run(delivered, "honest0.ts", "honest1.ts", "live0.ts").exit_code == 2
    assert "no profile 'middle'" in run(delivered, "middle=honest0.ts").output
    missing = run(delivered, "none.ts")
    assert missing.exit_code == 1
    assert isinstance(missing.exception, SettingsError)
    (delivered / "source.ts").write_bytes(b"no video")
    assert isinstance(run(delivered, "honest0.ts").exception, NotVideoError)
