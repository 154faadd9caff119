"""POST /segment over a real server: paid, worked on, signed, charged (facts: offchain 2.4)."""

from fractions import Fraction

import pytest

from offchain.tickets.keccak import keccak
from offchain.types import Container
from offchain.wire import lp_rpc_pb2 as pb
from offchain.wire import verify_result
from offchain.wire.info import info_from_wire
from tests.support.orchestrator_values import ORCHESTRATOR, payment

from .conftest import (
    PIXELS,
    SEGMENT,
    TEST_PRICE,
    balance,
    credentials,
    headers,
    papers,
    post,
    result_of,
)


@pytest.mark.parametrize("http2", [True, False], ids=["HTTP/2", "HTTP/1.1"])
async def test_a_paid_segment_comes_back_signed_and_charged(served, http2):
    info = await served.offer()
    result = result_of(await post(served, papers(info, tickets=2, data=SEGMENT), http2=http2))
    assert (result.seq, result.error, result.pixels) == (1, None, PIXELS)
    verify_result(ORCHESTRATOR, [keccak(SEGMENT)], result.signature)
    async with served.client(http2=http2) as client:
        rendition = await client.get(result.renditions[0].url)
    assert (rendition.content, rendition.headers["content-type"]) == (SEGMENT, "video/mp2t")
    assert await balance(served) == 2 * info.ticket_params.expected_value - PIXELS * TEST_PRICE
    assert result.info.auth_token == info.auth_token
    assert result.info.price == info.price
    assert result.info.ticket_params.recipient_rand_hash != info.ticket_params.recipient_rand_hash


async def test_the_new_terms_of_a_result_pay_for_the_next_segment(served):
    first = result_of(await post(served, papers(await served.offer())))
    second = result_of(await post(served, papers(first.info, seq=2)))
    assert second.error is None
    assert [job.session_id for job in served.worker.jobs] == [first.info.auth_token.session_id] * 2


async def test_credit_pays_for_a_segment_without_tickets_in_any_session_of_the_sender(served):
    result_of(await post(served, papers(await served.offer(), tickets=3)))
    other = await served.offer()
    unpaid = headers(payment(None, price=other.price), credentials(other))
    assert result_of(await post(served, unpaid)).error is None


@pytest.mark.parametrize("http2", [True, False], ids=["HTTP/2", "HTTP/1.1"])
async def test_a_payment_of_six_hundred_tickets_fits_the_header(served, http2):
    info = await served.offer()
    result_of(await post(served, papers(info, tickets=600), http2=http2))
    assert await balance(served) == 600 * info.ticket_params.expected_value - PIXELS * TEST_PRICE


async def test_a_clear_text_node_serves_http1_and_http2(serving):
    async with serving(tls=False, keep_alive_s=0.2) as served:
        assert result_of(await post(served, papers(await served.offer()), http2=False)).error is None


async def test_mp4_is_told_from_its_first_box(served):
    data = b"\0\0\0\x18ftypiso5" + SEGMENT
    info = await served.offer()
    result_of(await post(served, papers(info, data=data), data))
    assert served.worker.jobs[0].container is Container.MP4


# --- refusals before the work -----------------------------------------------------------------------------------------


async def test_the_price_that_a_session_was_told_holds_when_prices_rise(served):
    info = await served.offer()
    served.chain.move(gas_price=10**9)
    served.chain.max_float = 350_000 * 10**9
    assert (await served.offer()).price > info.price
    kept = result_of(await post(served, papers(info)))
    assert kept.info.price == info.price
    assert result_of(await post(served, papers(kept.info, seq=2))).error is None


async def test_credit_and_session_outlive_a_restart_but_terms_do_not(serving):
    async with serving() as before:
        info = await before.offer()
        result_of(await post(before, papers(info, tickets=3)))
        left = await balance(before)
    async with serving() as after:
        assert await balance(after) == left
        stale = await post(after, papers(info, tickets=1))
        assert (stale.status_code, "invalid recipientRand" in stale.text) == (400, True)
        paid_ahead = headers(payment(None, price=info.price), credentials(info))
        assert result_of(await post(after, paid_ahead)).error is None


async def test_payment_ahead_of_work_is_credited_and_answered_with_new_terms(served):
    info = await served.offer()
    async with served.client() as client:
        answer = await client.post("/payment", headers=papers(info, tickets=2))
        refused = await client.post("/payment", headers=papers(info, tickets=2))
    renewed = info_from_wire(pb.PaymentResult.FromString(answer.content).info)
    assert renewed.ticket_params.recipient_rand_hash != info.ticket_params.recipient_rand_hash
    assert await balance(served) == 2 * info.ticket_params.expected_value
    assert (refused.status_code, "already seen" in refused.text) == (400, True)


async def test_free_work_needs_neither_tickets_nor_price(serving):
    async with serving(price_per_unit=0) as served:
        info = await served.offer()
        for price in (Fraction(0), None):
            unpaid = headers(payment(None, price=price), credentials(info))
            assert result_of(await post(served, unpaid)).error is None
        assert await balance(served) == 0


@pytest.mark.parametrize(
    "path", ["/stream/nobody/1-0-x.ts", "/stream/../../etc/passwd", "/stream/%2e%2e/x", "/nothing"]
)
async def test_what_is_not_there_is_not_found(served, path):
    async with served.client() as client:
        assert (await client.get(path)).status_code == 404


async def test_other_methods_are_refused(served):
    async with served.client() as client:
        assert (await client.get("/segment")).status_code == 405
        assert (await client.put("/healthz")).status_code == 405


async def test_health_tells_how_many_sessions_there_are(served):
    result_of(await post(served, papers(await served.offer())))
    async with served.client() as client:
        assert (await client.get("/healthz")).json() == {"status": "ok", "sessions": 1, "max_sessions": 10}
