"""Bodies of requests: too large, too slow, too many, unread (facts: security T10, T23)."""

import asyncio
import time

import pytest

from tests.support.orchestrator_values import payment

from .conftest import (
    balance,
    credentials,
    headers,
    papers,
    post,
    result_of,
    tasks,
)


@pytest.mark.parametrize("http2", [True, False], ids=["HTTP/2", "HTTP/1.1"])
async def test_a_body_that_announces_itself_as_too_large_is_refused_unpaid(serving, http2):
    async with serving(max_segment_bytes=1000) as served:
        answer = await post(served, papers(await served.offer()), http2=http2)
        assert answer.status_code == 413
        assert "exceeds the limit on bytes: 10240 > 1000" in answer.text
        assert await balance(served) == 0


@pytest.mark.parametrize("http2", [True, False], ids=["HTTP/2", "HTTP/1.1"])
async def test_a_body_that_turns_out_too_large_is_refused(serving, http2):
    async def drip():
        for _ in range(100):
            yield bytes(4_000)

    async with serving(max_segment_bytes=100_000) as served:
        answer = await post(served, papers(await served.offer()), drip(), http2=http2)
        assert answer.status_code == 413
        assert result_of(await post(served, papers(await served.offer()))).error is None


@pytest.mark.parametrize("http2", [True, False], ids=["HTTP/2", "HTTP/1.1"])
async def test_a_large_body_behind_a_refusal_does_not_block_its_connection(served, http2):
    """The server hands bodies over through a short queue; what nobody reads must not stop it up."""
    info = await served.offer()
    async with served.client(http2=http2) as client:
        for _ in range(3):
            answer = await client.post("/segment", headers=headers(None, credentials(info)), content=bytes(5_000_000))
            assert answer.status_code == 402
        assert (await client.get("/healthz")).status_code == 200


@pytest.mark.parametrize("http2", [True, False], ids=["HTTP/2", "HTTP/1.1"])
async def test_a_large_body_that_nobody_reads_leaves_nothing_behind(serving, http2):
    async with serving(tls=False, keep_alive_s=0.2) as served:
        before = await tasks()
        for _ in range(3):
            answer = await post(served, {}, bytes(5_000_000), http2=http2, path="/nothing")
            assert answer.status_code == 404
        assert await tasks() == before


async def test_a_peer_that_never_stops_sending_is_cut_off(serving, monkeypatch):
    monkeypatch.setattr("offchain.orchestrator.server.MAX_DISCARD_BYTES", 1_000)
    head = b"POST /nothing HTTP/1.1\r\nhost: here\r\ntransfer-encoding: chunked\r\n\r\n"
    async with serving(tls=False) as served:
        reader, writer = await asyncio.open_connection(*served.authority.split(":"))
        writer.write(head + b"1\r\nx\r\n" * 100_000)
        answer = await asyncio.wait_for(reader.read(), 5)
        assert answer.startswith(b"HTTP/1.1 404")
        writer.close()
        assert result_of(await post(served, papers(await served.offer()))).error is None


async def test_a_body_that_does_not_come_is_given_up(serving):
    async def never():
        yield b"x"
        await asyncio.sleep(1.5)

    async with serving(body_timeout_s=0.1) as served:
        started = time.monotonic()
        async with (
            served.client() as client,
            client.stream("POST", "/segment", headers=papers(await served.offer()), content=never()) as answer,
        ):
            assert answer.status_code == 408
        assert time.monotonic() - started < 20


async def test_bodies_together_stay_within_their_budget(serving):
    gate = asyncio.Event()

    async def held():
        yield bytes(8_000)
        await gate.wait()

    async with serving(max_segment_bytes=10_240, max_buffered_bytes=10_240) as served:
        info = await served.offer()
        holding = asyncio.create_task(post(served, papers(info, tickets=2), held()))
        await asyncio.sleep(0.2)
        answer = await post(served, headers(payment(None, price=info.price), credentials(info)))
        assert (answer.status_code, "OrchestratorBusy" in answer.text) == (503, True)
        gate.set()
        await holding
        assert result_of(await post(served, papers(await served.offer()))).error is None
