"""Ingest and playback: real HTTP on loopback, an orchestrator behind it (facts: offchain 6.6; security T10, T19)."""

from __future__ import annotations

import asyncio
import email
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest
import pytest_asyncio
from pydantic import ValidationError

from offchain.errors import SettingsError
from offchain.gateway.discovery import StaticSource
from offchain.gateway.live import LiveWindow, rendition_keys
from offchain.gateway.node import Gateway
from offchain.gateway.outcome import SegmentOutcome, VerifiedRendition
from offchain.gateway.server import serve_streams, server_config
from offchain.gateway.settings import GatewaySettings
from offchain.media.inspector import Inspector
from offchain.types import RenditionProfile
from tests.support.gateway_clips import LADDER, clip
from tests.support.gateway_values import GATEWAY_KEY, FixedChain
from tests.support.hostile_orchestrator import Answer, Hooks, TestOrchestrator

pytestmark = pytest.mark.asyncio(loop_scope="module")

TOKEN = "a token of some length"
DURATION = {"Content-Duration": "1000"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served():
    """Makes, as a context: a client of a gateway that serves, with an orchestrator behind it."""
    inspector = Inspector()

    @asynccontextmanager
    async def opened(node: TestOrchestrator, **settings: object):
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(node.serving())
            chosen = GatewaySettings(
                allow_private_hosts=True, timeout_multiplier=5.0, http_port=0, ladder="P144p30fps16x9", **settings
            )
            gateway = Gateway(chosen, GATEWAY_KEY, FixedChain(), StaticSource([node.uri]), inspector)
            config, stop = server_config(chosen), asyncio.Event()
            config.graceful_timeout = 0.1
            address = config.address
            serving = asyncio.create_task(serve_streams(gateway, stop, config))
            client = httpx.AsyncClient(base_url=f"http://{address}", timeout=30)
            try:
                yield client
            finally:
                await client.aclose()
                stop.set()
                await serving

    yield opened
    await inspector.close()


def parts(response: httpx.Response) -> list[email.message.Message]:
    head = f"Content-Type: {response.headers['content-type']}\r\n\r\n".encode()
    return email.message_from_bytes(head + response.content).get_payload()


async def test_a_pushed_segment_comes_back_in_parts_and_can_be_played(served):
    node = TestOrchestrator(1, price=10, works=True)
    async with served(node) as client:
        for seq in range(3):
            answer = await client.put(
                f"/live/stream-1/{seq}.ts", content=clip().data, headers=DURATION | {"Accept": "multipart/mixed"}
            )
            assert answer.status_code == 200, answer.text
        (part,) = parts(answer)
        assert part.get_content_type() == "video/mp2t"
        assert part.get_filename() == "P144p30fps16x9_2.ts"
        assert part["Rendition-Name"] == "P144p30fps16x9"
        content = part.get_payload(decode=True)
        assert len(content) == int(part["Content-Length"])
        master = await client.get("/stream/stream-1.m3u8")
        assert "stream-1/P144p30fps16x9.m3u8" in master.text
        media = await client.get("/stream/stream-1/P144p30fps16x9.m3u8")
        assert media.text.count("#EXTINF:1.000,") == 3
        played = await client.get("/stream/stream-1/P144p30fps16x9/2.ts")
        assert (played.content, played.headers["content-type"]) == (content, "video/mp2t")
    assert node.ended


async def test_without_the_wish_for_parts_the_answer_is_empty(served):
    async with served(TestOrchestrator(1, works=True)) as client:
        answer = await client.post("/live/s/0.ts", content=clip().data, headers=DURATION)
        assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/live/s/0.avi", {}, 400),
        ("/live/s/x.ts", {}, 400),
        ("/live/s/-1.ts", {}, 400),
        ("/live/s/0", {}, 400),
        ("/live/a.b/0.ts", {}, 400),
        ("/live/-a/0.ts", {}, 400),
        ("/live/a%2Fb/0.ts", {}, 404),
        ("/live/..%2F..%2Fetc/0.ts", {}, 404),
        ("/live/%00/0.ts", {}, 400),
        (f"/live/{'a' * 65}/0.ts", {}, 400),
        ("/live/s/0.ts", {"Content-Duration": "0"}, 400),
        ("/live/s/0.ts", {"Content-Duration": "300001"}, 400),
        ("/live/s/0.ts", {"Content-Duration": "2.5"}, 400),
        ("/live/s/0.ts", {"Content-Duration": "9" * 400}, 400),
        ("/live/s/0.ts", {"Livepeer-Transcode-Configuration": "{}"}, 400),
        ("/live/s/0.ts", {"Content-Slice-From": "0"}, 400),
        ("/elsewhere", {}, 404),
    ],
)
async def test_t19_what_is_no_push_of_a_segment_is_refused_and_reaches_nobody(served, path, headers, status):
    node = TestOrchestrator(1)
    async with served(node) as client:
        answer = await client.put(path, content=b"x" * 100_000, headers=headers)
        assert answer.status_code == status, answer.text
        assert (await client.get("/healthz")).status_code == 200
    assert node.offers == 0


async def test_other_methods_are_not_allowed(served):
    async with served(TestOrchestrator(1)) as client:
        assert (await client.get("/live/s/0.ts")).status_code == 405
        assert (await client.delete("/live/s/0.ts")).status_code == 405


@pytest.mark.parametrize("data", [b"", b"no video", clip().data[:188]], ids=["empty", "text", "one packet"])
async def test_an_input_that_is_no_video_is_unprocessable(served, data):
    async with served(TestOrchestrator(1)) as client:
        answer = await client.put("/live/s/0.ts", content=data, headers=DURATION)
        assert answer.status_code == 422, answer.text


async def test_t10_a_body_that_is_too_large_is_refused_announced_or_not(served):
    async def dribble():
        for _ in range(20):
            yield bytes(1_000)

    node = TestOrchestrator(1)
    async with served(node, max_segment_bytes=10_000) as client:
        announced = await client.put("/live/s/0.ts", content=bytes(10_001))
        surprising = await client.put("/live/s/0.ts", content=dribble())
        assert (announced.status_code, surprising.status_code) == (413, 413)
        assert (await client.get("/healthz")).status_code == 200
    assert node.offers == 0


async def test_a_gateway_that_holds_too_much_asks_to_come_again(served):
    async with served(TestOrchestrator(1), max_queued_bytes=1_000) as client:
        assert (await client.put("/live/s/0.ts", content=clip().data)).status_code == 503


async def test_no_orchestrator_and_failing_orchestrators_have_their_status(served):
    node = TestOrchestrator(1, price=10**6)
    async with served(node, max_price_per_unit=1) as client:
        answer = await client.put("/live/s/0.ts", content=clip().data, headers=DURATION)
        assert (answer.status_code, "no orchestrator" in answer.text) == (503, True)
    node = TestOrchestrator(1, hooks=Hooks(segment=lambda _c: Answer.text(500, "out of order")))
    async with served(node) as client:
        answer = await client.put("/live/s/0.ts", content=clip().data, headers=DURATION)
        assert (answer.status_code, "out of order" in answer.text) == (500, True)


async def test_more_streams_than_allowed_are_refused_until_one_ends(served):
    node = TestOrchestrator(1, works=True)
    async with served(node, max_streams=1, stream_idle_s=1) as client:
        push = {"content": clip().data, "headers": DURATION}
        assert (await client.put("/live/a/0.ts", **push)).status_code == 200
        assert (await client.put("/live/b/0.ts", **push)).status_code == 503
        for _ in range(50):
            if (await client.get("/stream/a.m3u8")).status_code == 404:
                break
            await asyncio.sleep(0.2)
        assert (await client.put("/live/b/0.ts", **push)).status_code == 200
        assert len(node.ended) == 1


async def test_the_same_segment_twice_at_once_is_a_conflict(served):
    hooks = Hooks(segment=lambda _c: Answer(500, delay_s=1.0))
    async with served(TestOrchestrator(1, hooks=hooks)) as client:
        push = {"content": clip().data, "headers": DURATION}
        answers = await asyncio.gather(*(client.put("/live/s/0.ts", **push) for _ in range(2)))
        assert sorted(answer.status_code for answer in answers) == [409, 500]


async def test_t24_a_token_is_asked_of_whoever_pushes_but_not_of_whoever_plays(served, tmp_path):
    path = tmp_path / "token"
    path.write_text(TOKEN + "\n")
    async with served(TestOrchestrator(1, works=True), ingest_token_file=path) as client:
        push = {"content": clip().data}
        for wrong in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}, {"Authorization": "Bearer é"}):
            wrong = {name: value.encode("latin-1") for name, value in wrong.items()}
            assert (await client.put("/live/s/0.ts", headers=DURATION | wrong, **push)).status_code == 403
        right = DURATION | {"Authorization": f"Bearer {TOKEN}"}
        assert (await client.put("/live/s/0.ts", headers=right, **push)).status_code == 200
        assert (await client.get("/stream/s.m3u8")).status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "node.example"])
async def test_t24_a_public_address_without_a_token_is_refused_at_start(host, tmp_path):
    with pytest.raises(ValidationError, match="ingest_token_file is required"):
        GatewaySettings(http_host=host)
    GatewaySettings(http_host=host, ingest_token_file=tmp_path / "token")
    for loopback in ("127.0.0.1", "127.0.0.53", "::1", "localhost"):
        GatewaySettings(http_host=loopback)


async def test_a_short_token_or_a_ladder_that_cannot_be_played_ends_the_start(tmp_path):
    path = tmp_path / "token"
    path.write_text("short")
    gateway = Gateway(
        GatewaySettings(http_port=0, ingest_token_file=path), GATEWAY_KEY, FixedChain(), StaticSource([]), Inspector()
    )
    with pytest.raises(SettingsError, match="16 or more"):
        await serve_streams(gateway, asyncio.Event())


async def test_a_port_in_use_is_an_error_of_the_settings():
    first = server_config(GatewaySettings(http_port=0))
    port = int(first.address.rpartition(":")[2])
    with pytest.raises(SettingsError, match=f"cannot listen on 127.0.0.1:{port}"):
        server_config(GatewaySettings(http_port=port))
    for each in first.create_sockets().insecure_sockets:
        each.close()


def outcome(seq: int) -> SegmentOutcome:
    rendition = VerifiedRendition(LADDER[0], b"x" * 100, 160, 90, 30, 432_000, 1_000, LADDER[0].fps, "avc1.64000b")
    return SegmentOutcome(seq, (rendition, rendition), "0x", "https://", 1, 1.0, 1.0, 0, LADDER[1].fps, LADDER[1].fps)


class TestLiveWindow:
    pytestmark = pytest.mark.asyncio(loop_scope="module")

    async def test_a_segment_is_listed_when_those_before_it_have_ended(self):
        window = LiveWindow(LADDER, 5)
        assert [window.begin(seq) for seq in (0, 1, 2, 1)] == [True, True, True, False]
        window.end(2, outcome(2))
        assert window.media("low") is None
        window.end(0, outcome(0))
        assert "low/0.ts" in window.media("low")
        assert "low/2.ts" not in window.media("low")
        window.end(1, None)
        assert "#EXT-X-DISCONTINUITY\n#EXTINF:1.000,\nlow/2.ts" in window.media("low")

    async def test_numbers_in_the_playlist_only_go_up_by_one(self):
        window = LiveWindow(LADDER, 2)
        for seq in (3, 4, 7, 8):
            window.begin(seq)
            window.end(seq, outcome(seq))
        text = window.media("high")
        assert "#EXT-X-MEDIA-SEQUENCE:2" in text
        assert text.count("#EXTINF") == 2
        window.begin(9)
        window.end(9, outcome(9))
        assert "#EXT-X-DISCONTINUITY-SEQUENCE:1" in window.media("high")
        assert window.segment("high", 7) is None
        assert window.segment("high", 9).pixels == 432_000

    async def test_a_segment_that_comes_too_late_is_not_listed_any_more(self):
        window = LiveWindow(LADDER, 5)
        for seq in (0, 2, 1):
            window.begin(seq)
            window.end(seq, outcome(seq))
        assert "low/1.ts" not in window.media("low")

    async def test_names_of_renditions_are_fit_for_a_path_and_differ(self):
        names = ["low", "low", "../etc/passwd", "", "häß lich", "a/b", "a_b"]
        keys = rendition_keys(tuple(RenditionProfile(name, 160, 90, 1000) for name in names))
        assert len(set(keys)) == len(names)
        assert all(key.replace("_", "").replace("-", "").isascii() and "/" not in key for key in keys)
