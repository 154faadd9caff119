"""What goes wrong once a segment was let in stands in its result; what was produced is charged."""

import asyncio

import httpx
import pytest

from offchain.errors import MediaError, WorkerCrashedError
from tests.support.orchestrator_values import payment

from .conftest import (
    PIXELS,
    SEGMENT,
    TEST_PRICE,
    balance,
    credentials,
    headers,
    papers,
    paying,
    post,
    result_of,
)


async def failing(served, monkeypatch, error):
    async def transcode(_job):
        raise error

    monkeypatch.setattr(served.worker, "transcode", transcode)
    info = await served.offer()
    return info, result_of(await post(served, papers(info)))


@pytest.mark.parametrize("error", [MediaError("no H.264 in it"), WorkerCrashedError("worker died")])
async def test_a_failure_of_the_work_stands_in_the_result_and_costs_nothing(served, monkeypatch, error):
    info, result = await failing(served, monkeypatch, error)
    assert result.error == str(error)
    assert result.info.ticket_params.recipient_rand_hash != info.ticket_params.recipient_rand_hash
    assert result.info.auth_token == info.auth_token
    assert await balance(served) == info.ticket_params.expected_value
    # The claim on the balance is gone as well: the same credit pays for the next try.
    monkeypatch.undo()
    again = headers(payment(None, price=info.price), credentials(info))
    assert result_of(await post(served, again)).error is None


async def test_a_fault_of_ours_is_not_told_in_detail(served, monkeypatch):
    _, result = await failing(served, monkeypatch, ValueError("at line 7 of secret.py"))
    assert result.error == "internal error"


async def test_what_was_produced_is_charged_though_it_is_incomplete(serving):
    async with serving() as served:
        served.worker.short = True
        info = await served.offer()
        assert result_of(await post(served, papers(info))).error == "MismatchedSegments"
        served.worker.short = False
        tiny = b"tiny"
        result = result_of(await post(served, papers(await served.offer(), data=tiny), tiny))
        assert result.error == "ZeroSegments"
        assert await balance(served) == 2 * info.ticket_params.expected_value - PIXELS * TEST_PRICE


async def test_a_full_line_is_told_in_the_result(served):
    served.worker.gate = asyncio.Event()
    info = await served.offer()
    # A connection for each: over HTTP/2 this client reads an answer only when its turn comes.
    async with served.client(http2=False) as client:
        sent = [
            asyncio.create_task(
                client.post(
                    "/segment", headers=headers(paying(info, 1, nonce), credentials(info, seq=nonce)), content=SEGMENT
                )
            )
            for nonce in range(1, 7)
        ]
        done, _ = await asyncio.wait(sent, return_when=asyncio.FIRST_COMPLETED, timeout=10)
        [refused] = done
        assert result_of(refused.result()).error == "OrchestratorBusy"
        served.worker.gate.set()
        results = [result_of(answer) for answer in await asyncio.gather(*sent)]
    assert [result.error for result in results].count(None) == 5
    assert await balance(served) == 6 * info.ticket_params.expected_value - 5 * PIXELS * TEST_PRICE


async def test_the_answer_begins_before_the_work(served):
    served.worker.gate = asyncio.Event()
    info = await served.offer()
    for http2 in (True, False):
        async with served.client(http2=http2) as client:
            given = papers(await served.offer(), seq=7)
            async with client.stream("POST", "/segment", headers=given, content=SEGMENT) as answer:
                assert answer.status_code == 200
                assert served.worker.jobs == []
                served.worker.gate.set()
                await answer.aread()
            served.worker.jobs.clear()
            served.worker.gate.clear()
    assert info.price == TEST_PRICE


async def test_work_whose_gateway_hangs_up_is_done_and_charged(served):
    served.worker.gate = asyncio.Event()
    info = await served.offer()
    with pytest.raises(httpx.ReadTimeout):
        async with served.client() as client:
            await client.post("/segment", headers=papers(info), content=SEGMENT, timeout=0.3)
    served.worker.gate.set()
    for _ in range(100):
        await asyncio.sleep(0.02)
        if await balance(served) != info.ticket_params.expected_value:
            break
    assert await balance(served) == info.ticket_params.expected_value - PIXELS * TEST_PRICE


async def test_node68_parallel_segments_never_share_a_tickets_worth(served):
    """One ticket's value lets one segment in at a time, however many are sent at once."""
    served.worker.gate = asyncio.Event()
    info = await served.offer()
    async with served.client() as client:
        first = asyncio.create_task(client.post("/segment", headers=papers(info), content=SEGMENT))
        await asyncio.sleep(0.2)
        unpaid = headers(payment(None, price=info.price), credentials(info, seq=2))
        refused = await client.post("/segment", headers=unpaid, content=SEGMENT)
        assert (refused.status_code, "Insufficient balance" in refused.text) == (400, True)
        served.worker.gate.set()
        assert result_of(await first).error is None


async def test_a_stopping_node_finishes_what_it_has_and_takes_no_more(served):
    served.worker.gate = asyncio.Event()
    info, late = await served.offer(), await served.offer()
    async with served.client() as client:
        running = asyncio.create_task(client.post("/segment", headers=papers(info), content=SEGMENT))
        await asyncio.sleep(0.2)
        served.node.sessions.refuse_new_work()
        refused = await client.post("/segment", headers=papers(late), content=SEGMENT)
        assert (refused.status_code, refused.text) == (403, "OrchestratorCapped")
        served.worker.gate.set()
        assert result_of(await running).error is None
