"""A whole file: cut, paid for, written as a playlist that plays; broken off, and taken up again."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from fractions import Fraction
from pathlib import Path

import av
import pytest

from offchain.errors import NotVideoError, SegmentFailedError, SettingsError
from offchain.gateway.discovery import StaticSource
from offchain.gateway.journal import FILE, Journal
from offchain.gateway.node import Gateway
from offchain.gateway.runner import transcode_file
from offchain.gateway.settings import GatewaySettings
from offchain.media.inspector import Inspector
from offchain.media.profiles import parse_ladder
from tests.support.gateway_clips import encode
from tests.support.gateway_values import GATEWAY_KEY, FixedChain
from tests.support.hostile_orchestrator import Answer, Hooks, TestOrchestrator

SEGMENTS = 4
LADDER = [
    {"name": "low", "width": 160, "height": 90, "bitrate": 100_000, "fps": 30},
    {"name": "../high", "width": 240, "height": 134, "bitrate": 200_000},
]


@pytest.fixture
def film(tmp_path) -> Path:
    path = tmp_path / "film.ts"
    path.write_bytes(encode(frames=30 * SEGMENTS))
    return path


@pytest.fixture
def ladder(tmp_path) -> str:
    path = tmp_path / "ladder.json"
    path.write_text(json.dumps(LADDER))
    return str(path)


@asynccontextmanager
async def a_gateway(node: TestOrchestrator, ladder: str, **settings: object):
    async with node.serving():
        chosen = GatewaySettings(
            allow_private_hosts=True, timeout_multiplier=5.0, segment_ms=900, ladder=ladder, **settings
        )
        inspector = Inspector()
        yield Gateway(chosen, GATEWAY_KEY, FixedChain(), StaticSource([node.uri]), inspector)
        await inspector.close()


def frames_played(playlist: Path) -> int:
    with av.open(str(playlist), options={"protocol_whitelist": "file", "allowed_extensions": "ALL"}) as played:
        return sum(1 for _ in played.decode(video=0))


async def test_a_file_becomes_a_ladder_that_plays_and_an_account_that_adds_up(tmp_path, film, ladder):
    node, told = TestOrchestrator(1, price=100, works=True), []
    async with a_gateway(node, ladder) as gateway:
        summary = await transcode_file(gateway, film, tmp_path / "out", told.append)
    assert (summary.segments, summary.resumed, summary.retries) == (SEGMENTS, 0, 0)
    assert sorted(progress.seq for progress in told) == list(range(SEGMENTS))
    assert summary.duration_ms == SEGMENTS * 1000 == told[0].total_ms
    for line in summary.renditions:
        assert line.frames == 30 * SEGMENTS
        assert line.pixels == line.frames * line.width * line.height
    sums = summary.orchestrators[node.address]
    assert sums.fees == node.books.charged == 100 * sum(line.pixels for line in summary.renditions)
    assert sums.expected_value == node.books.received
    assert sums.expected_wins == sums.expected_value / (sums.face_value // sums.tickets)
    written = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert written["segments"] == SEGMENTS
    assert written["orchestrators"][0]["tickets"] == len(node.books.nonces)
    assert Fraction(written["orchestrators"][0]["expected_wins"]) > 0
    for playlist in (tmp_path / "out").glob("*/index.m3u8"):
        assert frames_played(playlist) == 30 * SEGMENTS
    assert "#EXT-X-ENDLIST" in playlist.read_text()
    assert len((tmp_path / "out" / "master.m3u8").read_text().split("#EXT-X-STREAM-INF")) == 3


async def test_t19_a_profile_name_does_not_lead_out_of_the_directory(tmp_path, film, ladder):
    async with a_gateway(TestOrchestrator(1, works=True), ladder) as gateway:
        await transcode_file(gateway, film, tmp_path / "deep" / "out")
    assert {path.name for path in (tmp_path / "deep").iterdir()} == {"out"}


async def test_a_run_that_broke_off_goes_on_and_pays_for_nothing_twice(tmp_path, film, ladder):
    asked: list[int] = []

    def fails_from_the_third(credentials):
        asked.append(credentials.seq)
        return Answer.text(500, "out of order") if credentials.seq >= 2 else None

    broken = TestOrchestrator(1, price=100, hooks=Hooks(segment=fails_from_the_third), works=True)
    async with a_gateway(broken, ladder, in_flight=1) as gateway:
        with pytest.raises(SegmentFailedError, match="out of order"):
            await transcode_file(gateway, film, tmp_path / "out")
    assert asked == [0, 1, 2]
    assert broken.served == 2
    whole = TestOrchestrator(1, price=100, works=True)
    async with a_gateway(whole, ladder) as gateway:
        summary = await transcode_file(gateway, film, tmp_path / "out")
    assert (summary.segments, summary.resumed, whole.served) == (SEGMENTS, 2, SEGMENTS - 2)
    assert frames_played(tmp_path / "out" / "low" / "index.m3u8") == 30 * SEGMENTS


async def test_a_segment_whose_file_was_harmed_is_done_again(tmp_path, film, ladder):
    node = TestOrchestrator(1, works=True)
    async with a_gateway(node, ladder) as gateway:
        await transcode_file(gateway, film, tmp_path / "out")
        (tmp_path / "out" / "low" / "00001.ts").write_bytes(b"harmed")
        summary = await transcode_file(gateway, film, tmp_path / "out")
    assert (summary.resumed, node.served) == (SEGMENTS - 1, SEGMENTS + 1)


async def test_another_film_in_the_same_directory_is_not_taken_for_the_first(tmp_path, film, ladder):
    node = TestOrchestrator(1, works=True)
    async with a_gateway(node, ladder) as gateway:
        await transcode_file(gateway, film, tmp_path / "out")
        film.write_bytes(encode(frames=30 * SEGMENTS, start=2))
        assert (await transcode_file(gateway, film, tmp_path / "out")).resumed == 0


async def test_what_is_under_way_when_a_segment_fails_is_finished_and_kept(tmp_path, film, ladder):
    hooks = Hooks(segment=lambda c: Answer.text(500, "no") if c.seq == 0 else None)
    node = TestOrchestrator(1, hooks=hooks, works=True)
    async with a_gateway(node, ladder, in_flight=2) as gateway:
        with pytest.raises(SegmentFailedError, match="segment 0 failed"):
            await transcode_file(gateway, film, tmp_path / "out")
        assert gateway.payer.credit.billed == node.books.charged > 0
    assert (tmp_path / "out" / "low" / "00001.ts").exists()


async def test_a_file_that_is_no_video_ends_the_run_before_anybody_is_asked(tmp_path, ladder):
    node = TestOrchestrator(1)
    (tmp_path / "text.ts").write_text("not video")
    async with a_gateway(node, ladder) as gateway:
        with pytest.raises(NotVideoError):
            await transcode_file(gateway, tmp_path / "text.ts", tmp_path / "out")
    assert node.offers == 0


def test_a_directory_with_another_ladder_is_refused(tmp_path):
    Journal(tmp_path, parse_ladder("P240p30fps16x9"))
    Journal(tmp_path, parse_ladder("P240p30fps16x9"))
    with pytest.raises(SettingsError, match="another ladder"):
        Journal(tmp_path, parse_ladder("P360p30fps16x9"))


@pytest.mark.parametrize(
    "line",
    [
        '{"seq": 0, "source":',
        "[]",
        '{"seq": "0"}',
        '{"seq": 0, "source": "x", "renditions": []}',
        '{"seq": 0, "source": "%s", "renditions": [{"file": "../../etc/passwd", "sha256": ""}]}',
        '{"seq": 0, "source": "%s", "renditions": 7}',
    ],
)
def test_a_journal_line_that_is_cut_off_or_forged_counts_for_nothing(tmp_path, line):
    digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    Journal(tmp_path, parse_ladder("P240p30fps16x9"))
    with (tmp_path / FILE).open("a") as journal:
        journal.write(line.replace("%s", digest))
    assert Journal(tmp_path, parse_ladder("P240p30fps16x9")).renditions(0, b"") is None
