"""POST /segment over a real server: what it takes, what it refuses and with which status (facts: offchain 2.4)."""

import asyncio
import time
from dataclasses import replace
from fractions import Fraction

import httpx
import pytest

from offchain.errors import MediaError, WorkerCrashedError
from offchain.tickets.keccak import keccak
from offchain.types import Container
from offchain.wire import AuthToken, Capabilities, Capability, TicketSignature, verify_result
from offchain.wire import lp_rpc_pb2 as pb
from offchain.wire.info import info_from_wire
from tests.support.orchestrator_values import EV, FUNDS, GATEWAY, ORCHESTRATOR, OTHER_KEY, ROUND, payment, signatures

from .conftest import PROFILES, SEGMENT, TEST_PRICE, credentials, headers, papers, paying, result_of

PIXELS = 1_000_000


async def post(served, given, data=SEGMENT, path="/segment", **options):
    async with served.client(**options) as client:
        return await client.post(path, headers=given, content=data)


async def tasks():
    """How many tasks there are when all has settled."""
    await asyncio.sleep(0.5)
    return len(asyncio.all_tasks())


async def balance(served):
    return await served.node.ledger.balance(GATEWAY)


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


def no_payment(info):
    return headers(None, credentials(info))


def not_base64(info):
    return papers(info) | {"Livepeer-Payment": "ü$%".encode("latin-1").decode("latin-1")}


def no_protobuf(info):
    return papers(info) | {"Livepeer-Payment": "//////8="}


def no_segment(info):
    return headers(paying(info), None)


def broken_segment(info):
    return papers(info) | {"Livepeer-Segment": "AAAA"}


def foreign_signature(info):
    return headers(paying(info), credentials(info, key=OTHER_KEY))


def no_token(info):
    return papers(info, auth_token=None)


def forged_token(info):
    return papers(info, auth_token=AuthToken(bytes(32), info.auth_token.session_id, info.auth_token.expiration))


def sliced(info):
    return papers(info, slice_ms=(0, 1000))


def too_capable(info):
    return papers(info, capabilities=Capabilities.of([Capability.HEVC_ENCODE]))


def other_content(info):
    return papers(info, data=SEGMENT + b"!")


def wrong_signer(info):
    forged = replace(
        payment(info.ticket_params, price=info.price), tickets=signatures(info.ticket_params, [1], key=OTHER_KEY)
    )
    return headers(forged, credentials(info))


def short_signature(info):
    forged = replace(payment(info.ticket_params, price=info.price), tickets=(TicketSignature(1, bytes(64)),))
    return headers(forged, credentials(info))


def high_s(info):
    [ticket] = signatures(info.ticket_params, [1])
    forged = TicketSignature(1, ticket.signature[:32] + b"\xff" * 32 + ticket.signature[64:])
    return headers(replace(paying(info), tickets=(forged,)), credentials(info))


def twice(info):
    return headers(replace(paying(info), tickets=signatures(info.ticket_params, [1, 1])), credentials(info))


def cheaper(info):
    return headers(payment(None, price=info.price - Fraction(1, 1000)), credentials(info))


def free(info):
    return headers(payment(None, price=Fraction(0)), credentials(info))


def no_price(info):
    return headers(payment(None, price=None), credentials(info))


def own_price(info):
    return headers(replace(paying(info), expected_price=info.price * 2), credentials(info))


def no_credit(info):
    return headers(payment(None, price=info.price), credentials(info))


def by_uri(info):
    return papers(info) | {"content-type": "application/vnd+livepeer.uri"}


REFUSALS = [
    (no_payment, 402, "Livepeer-Payment header is absent"),
    (no_protobuf, 402, ""),
    (no_segment, 403, "Livepeer-Segment header is absent"),
    (broken_segment, 403, ""),
    (foreign_signature, 403, "invalid segment signature"),
    (no_token, 403, "missing auth token"),
    (forged_token, 403, "invalid auth token"),
    (sliced, 403, "incompatible capabilities"),
    (too_capable, 403, "incompatible capabilities: lacks HEVC_ENCODE"),
    (other_content, 403, "Forbidden"),
    (wrong_signer, 400, "invalid ticket signature"),
    (short_signature, 400, "invalid ticket signature: invalid signature length: expected 65 bytes, got 64"),
    (high_s, 400, "invalid ticket signature: signature s value too high"),
    (twice, 400, "invalid ticket senderNonce: already seen 1"),
    (cheaper, 400, "invalid expected price: 6999/1000 wei per pixel, the price is 7"),
    (free, 400, "invalid expected price"),
    (no_price, 400, "invalid expected price"),
    (own_price, 400, "invalid recipientRand for ticket recipientRandHash"),
    (no_credit, 400, "Insufficient balance"),
    (by_uri, 400, "BadRequest"),
]


@pytest.mark.parametrize(("spoil", "status", "reason"), REFUSALS, ids=[spoil.__name__ for spoil, *_ in REFUSALS])
async def test_a_bad_request_gets_its_status_and_reason_and_the_node_serves_on(served, spoil, status, reason):
    for http2 in (True, False):
        answer = await post(served, spoil(await served.offer()), http2=http2)
        assert (answer.status_code, reason in answer.text) == (status, True), answer.text
    assert served.worker.jobs == []
    assert result_of(await post(served, papers(await served.offer()))).error is None


async def test_a_header_that_is_no_ascii_is_refused(served):
    info = await served.offer()
    raw = [(name.encode(), value.encode()) for name, value in no_payment(info).items()]
    answer = await post(served, [*raw, (b"Livepeer-Payment", b"\xff\xfe\xc3")], http2=False)
    assert answer.status_code == 402


async def test_expired_terms_are_refused_with_their_name(served):
    info = await served.offer()
    served.chain.move(l1_block=info.ticket_params.expiration_block)
    answer = await post(served, papers(info))
    assert (answer.status_code, answer.text) == (400, "TicketParams expired")


@pytest.mark.parametrize(
    ("funds", "reason"),
    [
        ({"withdraw_round": ROUND + 1}, "set to unlock soon"),
        ({"deposit": 0, "reserve_funds": 0}, "neither deposit nor reserve"),
    ],
)
async def test_a_sender_without_funds_or_about_to_take_them_is_refused(served, funds, reason):
    info = await served.offer()
    served.chain.info = replace(FUNDS, **funds)
    answer = await post(served, papers(info))
    assert answer.status_code == 400
    assert reason in answer.text
    assert await balance(served) == 0


async def test_an_inactive_orchestrator_takes_no_payment_unless_it_may(serving):
    async with serving() as served:
        info = await served.offer()
        served.chain.active = False
        answer = await post(served, papers(info))
        assert answer.status_code == 400
        assert f"is inactive in round {ROUND}, cannot process payments" in answer.text
    async with serving(require_active=False) as served:
        served.chain.active = False
        assert result_of(await post(served, papers(await served.offer()))).error is None


async def test_a_winner_is_on_disk_even_when_the_request_is_refused_after_all(serving):
    async with serving(ticket_ev=10**6) as served:
        served.chain.max_float = 10**6  # face value and expected value are one: every ticket wins
        info = await served.offer()
        served.chain.max_float = 0
        answer = await post(served, papers(info, tickets=3))
        assert answer.status_code == 500
        assert "insufficient sender reserve" in answer.text
        assert len(served.winners) == 1
        assert await balance(served) == 3 * 10**6


async def test_credit_stays_when_the_segment_is_refused(served):
    info = await served.offer()
    answer = await post(served, papers(info, tickets=2, data=SEGMENT + b"!"))
    assert answer.status_code == 403
    assert await balance(served) == 2 * info.ticket_params.expected_value


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
            answer = await client.post("/segment", headers=no_payment(info), content=bytes(5_000_000))
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


async def test_a_session_too_many_is_refused(serving):
    async with serving(max_sessions=1) as served:
        first, second = await served.offer(), await served.offer()
        result_of(await post(served, papers(first)))
        answer = await post(served, papers(second))
        assert (answer.status_code, answer.text) == (403, "OrchestratorCapped")


# --- failures of the work ---------------------------------------------------------------------------------------------


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
    async with served.client() as client:
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


def test_the_ladder_and_the_ticket_value_of_these_tests_are_what_they_reckon_with():
    assert len(PROFILES) == 1
    assert PIXELS * TEST_PRICE < EV
