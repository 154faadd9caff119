"""Connections to orchestrators: bounds of time and size, certificates, and where a URL may lead (security T20-T23)."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offchain.errors import OrchestratorRefusedError, OrchestratorUnreachableError, VerificationError
from offchain.gateway.client import OrchestratorClient
from offchain.gateway.grpc_transport import MAX_REASON_CHARS, printable
from offchain.gateway.http_transport import SegmentTimeouts, own_path
from offchain.gateway.service_uri import Endpoint, parse_service_uri, resolve
from offchain.wire import OrchestratorRequest, sign_request
from tests.support.gateway_values import GATEWAY_KEY
from tests.support.hostile_orchestrator import Answer, Hooks, TestOrchestrator

QUICK = SegmentTimeouts(status_s=1.5, total_s=2.0)
REQUEST = OrchestratorRequest(*sign_request(GATEWAY_KEY))


async def client_of(uri: str) -> OrchestratorClient:
    return OrchestratorClient(await resolve(parse_service_uri(uri), allow_private=True))


@asynccontextmanager
async def a_download(*pieces: tuple[float, bytes], headers=(), status: int = 200):
    """A client, and the path of something that comes in these pieces."""
    node = TestOrchestrator(1, hooks=Hooks(download=lambda _data: Answer(status, pieces, headers)))
    node._shelf["/x"] = b"here"
    async with node.serving():
        client = await client_of(node.uri)
        yield client
        await client.close()


async def test_t22_a_body_that_drips_is_cut_off_by_the_clock():
    async with a_download(*((0.1, b"x") for _ in range(50))) as client:
        began = time.monotonic()
        with pytest.raises(OrchestratorUnreachableError, match="no complete answer in time") as late:
            await client.fetch("/x", QUICK, 1_000)
        assert late.value.sent
        assert time.monotonic() - began < 4.5


async def test_t22_a_body_without_end_is_cut_off_at_its_limit():
    async with a_download(*((0.0, bytes(1_000)) for _ in range(1_000))) as client:
        with pytest.raises(OrchestratorUnreachableError, match="an answer of more than 5000 bytes"):
            await client.fetch("/x", QUICK, 5_000)
        assert len(await client.fetch("/x", QUICK, 1_000_000)) == 1_000_000


async def test_an_answer_that_is_there_waits_for_no_other():
    held = Answer(200, ((0.0, b"held"), (8.0, b"...")))
    node = TestOrchestrator(1, hooks=Hooks(download=lambda data: held if data == b"held" else Answer.text(200, "done")))
    node._shelf.update({"/held": b"held", "/done": b"done"})
    async with node.serving():
        client = await client_of(node.uri)
        patient = SegmentTimeouts(status_s=20.0, total_s=20.0)
        waiting = [asyncio.create_task(client.fetch("/held", patient, 1_000)) for _ in range(5)]
        await asyncio.sleep(0.5)
        soon = SegmentTimeouts(status_s=4.0, total_s=4.0)
        assert await client.fetch("/done", soon, 1_000) == b"done"
        assert not any(task.done() for task in waiting)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await client.close()


async def test_t22_a_redirect_is_a_refusal_and_not_followed():
    async with a_download((0.0, b""), headers=((b"location", b"http://169.254.169.254/"),), status=301) as client:
        with pytest.raises(OrchestratorRefusedError, match="refused: 301"):
            await client.fetch("/x", QUICK, 1_000)


async def test_an_error_page_without_end_is_quoted_in_part():
    async with a_download(*((0.0, b"<html>" * 500) for _ in range(500)), status=503) as client:
        with pytest.raises(OrchestratorRefusedError) as refused:
            await client.fetch("/x", QUICK, 1_000)
        assert len(refused.value.reason) == MAX_REASON_CHARS


@asynccontextmanager
async def a_raw_server(respond):
    """The URI of a bare TCP server whose connections `respond` handles."""

    async def handle(reader, writer):
        try:
            await respond(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_nobody_listening_means_that_nothing_was_sent():
    client = await client_of("http://127.0.0.1:9")
    with pytest.raises(OrchestratorUnreachableError) as refused:
        await client.send_segment("", "", b"data", QUICK)
    assert not refused.value.sent
    await client.close()


async def test_a_connection_that_is_dropped_may_have_brought_the_payment():
    async def drop(reader, writer):
        await reader.readuntil(b"\r\n\r\n")

    async with a_raw_server(drop) as uri:
        client = await client_of(uri)
        with pytest.raises(OrchestratorUnreachableError) as dropped:
            await client.send_segment("", "", b"data", QUICK)
        assert dropped.value.sent
        await client.close()


async def test_t22_headers_without_end_are_cut_off():
    async def flood(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(100_000):
            writer.write(b"X-%d: %s\r\n" % (number, b"x" * 100))
            await writer.drain()

    async with a_raw_server(flood) as uri:
        client = await client_of(uri)
        with pytest.raises(OrchestratorUnreachableError):
            await client.fetch("/x", QUICK, 1_000)
        await client.close()


async def test_a_server_that_says_nothing_is_left_in_time():
    async def silence(reader, writer):
        await asyncio.sleep(5)

    async with a_raw_server(silence) as uri:
        client = await client_of(uri)
        with pytest.raises(OrchestratorUnreachableError, match=r"no status within 1\.5 s"):
            await client.fetch("/x", QUICK, 1_000)
        await client.close()


async def test_an_http_uri_is_spoken_to_in_clear_text_with_grpc_on_the_same_port():
    node = TestOrchestrator(1)
    async with node.serving(tls=False):
        client = await client_of(node.uri)
        assert (await client.offer(REQUEST)).address == node.address
        node._shelf["/x"] = b"here"
        assert await client.fetch("/x", QUICK, 1_000) == b"here"
        await client.close()


async def test_a_certificate_in_another_name_is_no_obstacle_and_neither_is_a_new_one_after_a_restart():
    node = TestOrchestrator(1)
    async with node.serving():
        client = await client_of(node.uri)
        assert (await client.offer(REQUEST)).address == node.address
    with pytest.raises(OrchestratorUnreachableError):
        await client.offer(REQUEST)
    async with node.serving(port=client.endpoint.origin.port):
        assert (await client.offer(REQUEST)).address == node.address
        await client.close()


async def test_tls_that_is_none_is_an_unreachable_orchestrator():
    async def chatter(reader, writer):
        writer.write(b"220 mail.example ESMTP\r\n")
        await writer.drain()
        await asyncio.sleep(1)

    async with a_raw_server(chatter) as uri:
        client = await client_of(uri.replace("http:", "https:"))
        with pytest.raises(OrchestratorUnreachableError) as refused:
            await client.offer(REQUEST)
        assert not refused.value.sent
        await client.close()


ENDPOINT = Endpoint(parse_service_uri("https://node.example:8935"), "8.8.8.8")


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://node.example:8935/stream/a/0.ts", "/stream/a/0.ts"),
        ("https://NODE.example:8935/x?y=1", "/x?y=1"),
        ("/stream/a/0.ts", "/stream/a/0.ts"),
        ("stream/a/0.ts", "/stream/a/0.ts"),
        ("//node.example:8935/x", "/x"),
        ("https://node.example:8935", "/"),
        ("/../../etc/passwd", "/etc/passwd"),
    ],
)
def test_t20_a_rendition_lies_with_its_orchestrator(url, path):
    assert own_path(ENDPOINT, url) == path


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://node.example:8935/x",
        "https://node.example/x",
        "https://node.example:8936/x",
        "https://8.8.8.8:8935/x",
        "https://169.254.169.254/latest/meta-data",
        "https://user@node.example:8935/x",
        "https://node.example:8935@127.0.0.1/x",
        "//127.0.0.1/x",
        "file:///etc/passwd",
        "gopher://node.example:8935/x",
        "data:video/mp2t;base64,AAAA",
        "https://node.example:8935/x\r\nHost: other",
        "https://node.example:8935/a b",
        "https:\\\\node.example:8935/x",
        "/x" * 2_000,
        "https://nöde.example:8935/x",
    ],
)
def test_t20_a_rendition_elsewhere_is_no_rendition(url):
    with pytest.raises(VerificationError):
        own_path(ENDPOINT, url)


@given(st.text(max_size=80))
def test_any_text_is_a_path_of_the_orchestrator_or_the_typed_error(url):
    try:
        path = own_path(ENDPOINT, url)
    except VerificationError:
        return
    assert path.startswith("/")
    assert path.isascii()


@given(st.text(max_size=1_000))
def test_t32_a_peers_words_are_one_short_printable_line(text):
    words = printable(text)
    assert len(words) <= MAX_REASON_CHARS
    assert words.isprintable()


@pytest.mark.parametrize(
    ("duration_ms", "multiplier", "status_s", "total_s"),
    [(2_000, 1.0, 2.0, 8.0), (4_000, 1.0, 2.0, 16.0), (10_000, 1.0, 5.0, 40.0), (2_000, 3.0, 6.0, 24.0)],
)
def test_timeouts_follow_the_duration(duration_ms, multiplier, status_s, total_s):
    timeouts = SegmentTimeouts.of(duration_ms, multiplier)
    assert (timeouts.status_s, timeouts.total_s) == (status_s, total_s)
