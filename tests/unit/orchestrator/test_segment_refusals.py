"""What POST /segment refuses, with which status and why (facts: offchain 2.4); the node serves on."""

from dataclasses import replace
from fractions import Fraction

import pytest

from offchain.wire import AuthToken, Capabilities, Capability, TicketSignature
from tests.support.orchestrator_values import FUNDS, OTHER_KEY, ROUND, payment, signatures

from .conftest import (
    SEGMENT,
    balance,
    credentials,
    headers,
    papers,
    paying,
    post,
    result_of,
)


def no_payment(info):
    return headers(None, credentials(info))


def no_protobuf(info):
    return papers(info) | {"Livepeer-Payment": "//////8="}


def not_base64(info):
    return papers(info) | {"Livepeer-Payment": "?*?"}


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
    (not_base64, 402, "not base64"),
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


async def test_a_session_too_many_is_refused(serving):
    async with serving(max_sessions=1) as served:
        first, second = await served.offer(), await served.offer()
        result_of(await post(served, papers(first)))
        answer = await post(served, papers(second))
        assert (answer.status_code, answer.text) == (403, "OrchestratorCapped")


# --- failures of the work ---------------------------------------------------------------------------------------------
