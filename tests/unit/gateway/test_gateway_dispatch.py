"""One segment against orchestrators that lie, refuse, stall or die: real sockets, real video, real decoding."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from fractions import Fraction

import pytest
import pytest_asyncio

from offchain.errors import (
    MessageError,
    NoOrchestratorError,
    NotVideoError,
    OrchestratorRefusedError,
    OrchestratorUnreachableError,
    SegmentFailedError,
    SenderFundsError,
    SpendCapError,
    TicketParamsError,
    VerificationError,
)
from offchain.gateway.discovery import StaticSource
from offchain.gateway.node import Gateway
from offchain.gateway.outcome import SegmentJob
from offchain.gateway.settings import GatewaySettings
from offchain.media.inspector import Inspector
from offchain.tickets import MAX_WIN_PROB
from offchain.types import Container
from offchain.wire import sign_result
from tests.support.gateway_clips import LADDER, clip
from tests.support.gateway_values import EV, FUNDS, GATEWAY_KEY, FixedChain
from tests.support.hostile_orchestrator import Answer, Hooks, TestOrchestrator, in_a_process


def job(seq: int = 0, **changes: object) -> SegmentJob:
    piece = clip()
    return replace(SegmentJob("stream-1", seq, piece.data, Container.MPEGTS, piece.duration_ms, LADDER), **changes)


# One event loop for all of them: the child process that looks into segments is started once.
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def a_stream():
    """Makes, as a context: running orchestrators, a gateway that is configured with them, one of its streams."""
    inspector = Inspector()

    @asynccontextmanager
    async def opened(
        *nodes: TestOrchestrator, chain: FixedChain | None = None, also: Sequence[str] = (), **settings: object
    ):
        async with AsyncExitStack() as stack:
            for node in nodes:
                await stack.enter_async_context(node.serving())
            # Patient, for machines that have much to do: all are asked before one is chosen.
            patience = {"discovery_timeout_ms": 6_000, "timeout_multiplier": 5.0, "discovery_interval_s": 1}
            chosen = GatewaySettings(allow_private_hosts=True, **(patience | settings))
            source = StaticSource([*also, *(node.uri for node in nodes)])
            made = Gateway(chosen, GATEWAY_KEY, chain or FixedChain(), source, inspector)
            stream = made.open_stream(LADDER)
            stack.push_async_callback(stream.close)
            yield made, stream

    yield opened
    await inspector.close()


def answering(answer: Answer) -> Hooks:
    return Hooks(segment=lambda _credentials: answer)


def telling(change) -> Hooks:
    return Hooks(result=change)


def with_urls(url: str) -> Hooks:
    return telling(lambda result: replace(result, renditions=tuple(replace(r, url=url) for r in result.renditions)))


def other_clip(**changes: int) -> Hooks:
    other = clip(**changes).renditions
    return Hooks(
        renditions=lambda _data: [rendition.data for rendition in other],
        pixels=lambda _pixels: [rendition.pixels for rendition in other],
    )


def billed(factor: Fraction) -> Hooks:
    return Hooks(pixels=lambda pixels: [int(count * factor) for count in pixels])


TAMPERS = {
    "signed with another key": (
        telling(lambda r: replace(r, signature=sign_result(bytes([9]) * 32, [bytes(32)] * 2))),
        VerificationError,
        "invalid result signature",
    ),
    "signed by nobody": (telling(lambda r: replace(r, signature=b"")), VerificationError, "invalid result signature"),
    "signature in another encoding": (
        telling(lambda r: replace(r, signature=r.signature[:64] + bytes([r.signature[64] - 27]))),
        VerificationError,
        "invalid result signature",
    ),
    "one rendition less": (Hooks(renditions=lambda d: d[:1]), VerificationError, "1 renditions, 2 were asked for"),
    "one rendition more": (
        telling(lambda r: replace(r, renditions=(*r.renditions, r.renditions[0]))),
        VerificationError,
        "3 renditions, 2 were asked for",
    ),
    "no rendition": (telling(lambda r: replace(r, renditions=())), VerificationError, "0 renditions"),
    "an empty rendition": (Hooks(renditions=lambda d: [d[0], b""]), VerificationError, "0 bytes"),
    "noise": (Hooks(renditions=lambda d: [d[0], os.urandom(5_000)]), VerificationError, "high"),
    "renditions swapped": (Hooks(renditions=lambda d: d[::-1]), VerificationError, "it should be"),
    "the source itself": (Hooks(renditions=lambda d: [clip().data, d[1]]), VerificationError, "320x180"),
    "cut short": (
        Hooks(renditions=lambda d: [d[0], d[1][: len(d[1]) // 376 * 188]]),
        VerificationError,
        "high",
    ),
    "half of the frames": (other_clip(frames=15), VerificationError, "15 frames"),
    "twice the frames": (other_clip(frames=60), VerificationError, "pixels billed, at most"),
    "another shape": (other_clip(width=320, height=240), VerificationError, "it should be 160x90|at most"),
    "one pixel more billed": (Hooks(pixels=lambda p: [p[0] + 1, p[1]]), VerificationError, "432001 pixels billed"),
    "one pixel less billed": (Hooks(pixels=lambda p: [p[0] - 1, p[1]]), VerificationError, "431999 pixels billed"),
    "nothing billed": (billed(Fraction(0)), VerificationError, "0 pixels billed"),
    "twice the pixels billed": (billed(Fraction(2)), VerificationError, "at most"),
    "all pixels there are billed": (Hooks(pixels=lambda p: [2**63 - 1] * 2), VerificationError, "at most"),
    "another segment's result": (telling(lambda r: replace(r, seq=7)), VerificationError, "segment 7, not 0"),
    "an error": (
        telling(lambda r: replace(r, renditions=(), signature=b"", error="MismatchedSegments")),
        OrchestratorRefusedError,
        "refused: 200 MismatchedSegments",
    ),
    "no protobuf": (answering(Answer.text(200, "\xff\xff not a message")), MessageError, ""),
    "an empty result": (answering(Answer.text(200, "")), MessageError, "without data or error"),
    "a result without end": (
        answering(Answer(200, ((0.0, bytes(700_000)), (0.0, bytes(700_000))))),
        OrchestratorUnreachableError,
        "more than 1048576 bytes",
    ),
    "a redirect": (
        answering(Answer(302, headers=((b"location", b"http://127.0.0.1:1/"),))),
        OrchestratorRefusedError,
        "refused: 302",
    ),
    "compressed": (
        answering(Answer(200, headers=((b"content-encoding", b"gzip"),))),
        OrchestratorUnreachableError,
        "content encoding",
    ),
    "payment refused": (
        answering(Answer.text(402, "invalid payment")),
        OrchestratorRefusedError,
        "402 invalid payment",
    ),
    "no room": (
        answering(Answer.text(403, "OrchestratorCapped")),
        OrchestratorRefusedError,
        "403 OrchestratorCapped",
    ),
    "forbidden again and again": (answering(Answer.text(403, "Forbidden")), OrchestratorRefusedError, "403"),
    "bad request again and again": (
        answering(Answer.text(400, "a reason\r\nwith\x1b[31m controls")),
        OrchestratorRefusedError,
        "400 a reason  with",
    ),
    "out of order": (answering(Answer.text(500, "internal error")), OrchestratorRefusedError, "500"),
    "renditions on another port": (
        with_urls("https://127.0.0.1:1/x"),
        VerificationError,
        "keeps a rendition elsewhere",
    ),
    "renditions on another host": (with_urls("https://169.254.169.254/x"), VerificationError, "elsewhere"),
    "renditions in files": (with_urls("file:///etc/passwd"), VerificationError, "by no URL"),
    "renditions without URL": (with_urls(""), VerificationError, "by no URL"),
    "renditions that are gone": (with_urls("/stream/elsewhere"), OrchestratorRefusedError, "404"),
    "renditions without end": (
        Hooks(download=lambda data: Answer(200, ((0.0, bytes(1 << 20)),) * 4)),
        OrchestratorUnreachableError,
        "an answer of more than",
    ),
    "renditions that redirect": (
        Hooks(download=lambda data: Answer(307, headers=((b"location", b"https://169.254.169.254/"),))),
        OrchestratorRefusedError,
        "307",
    ),
    "other bytes than were signed": (
        Hooks(download=lambda data: Answer(200, ((0.0, data[:-188]),))),
        VerificationError,
        "invalid result signature",
    ),
}


@pytest.mark.parametrize("name", TAMPERS)
async def test_t11_each_lie_has_its_error_and_the_segment_goes_to_another(a_stream, name):
    hooks, error, reason = TAMPERS[name]
    liar, honest = TestOrchestrator(1, price=1, hooks=hooks), TestOrchestrator(2, price=4)
    async with a_stream(liar, honest, max_attempts=1) as (_, stream):
        with pytest.raises(SegmentFailedError) as failed:
            await stream.send(job())
        assert [type(cause) for cause in failed.value.causes] == [error]
        assert failed.match(reason)
        outcome = await stream.send(job())
    assert (outcome.orchestrator, outcome.attempts) == (honest.address, 1)
    assert [len(r.data) for r in outcome.renditions] == [len(r.data) for r in honest.clip.renditions]
    assert liar.books.faults == honest.books.faults == []


async def test_an_answer_that_does_not_begin_in_time_is_waited_for_no_longer(a_stream):
    node = TestOrchestrator(1, hooks=answering(Answer(delay_s=4.0)))
    async with a_stream(node, timeout_multiplier=1.0) as (gateway, stream):
        with pytest.raises(SegmentFailedError, match="no status within 2 s"):
            await stream.send(job())
        assert gateway.payer.credit.lost == gateway.payer.credit.sent > 0


async def test_a_failed_try_is_followed_by_another_within_the_same_segment(a_stream):
    liar = TestOrchestrator(1, price=1, hooks=TAMPERS["signed by nobody"][0])
    honest = TestOrchestrator(2, price=4)
    async with a_stream(liar, honest) as (gateway, stream):
        outcome = await stream.send(job())
        assert (outcome.orchestrator, outcome.attempts) == (honest.address, 2)
        assert outcome.ev == gateway.payer.credit.sent == liar.books.received + honest.books.received
        assert gateway.payer.credit.lost == liar.books.received - liar.books.charged


async def test_all_that_lie_make_a_segment_fail_with_the_reason_of_each(a_stream):
    nodes = [TestOrchestrator(n, hooks=answering(Answer.text(500, f"broken {n}"))) for n in (1, 2)]
    async with a_stream(*nodes) as (_, stream):
        with pytest.raises(SegmentFailedError, match="broken 1") as failed:
            await stream.send(job())
    assert failed.match("broken 2")
    assert len(failed.value.causes) == 2


async def test_an_orchestrator_that_was_killed_is_replaced(a_stream):
    heir = TestOrchestrator(2, price=4)
    async with in_a_process(1, price=1) as (mortal, uri), a_stream(heir, also=[uri]) as (_, stream):
        assert (await stream.send(job(0))).uri == uri
        mortal.kill()
        await mortal.wait()
        second = await stream.send(job(1))
        assert (second.orchestrator, second.attempts) == (heir.address, 2)
        assert (await stream.send(job(2))).attempts == 1


async def test_node68_credit_agrees_with_the_orchestrators_books_to_the_wei(a_stream):
    node = TestOrchestrator(1, price=Fraction(1_000, 3))
    async with a_stream(node) as (gateway, stream):
        for seq in range(5):
            await stream.send(job(seq))
        credit = gateway.payer.credit
        assert credit.sent == node.books.received == credit.billed + credit.held
        assert credit.billed == node.books.charged == 5 * 1_411_200 * Fraction(1_000, 3)
        assert credit.held == sum(node.books.balances.values())
        assert gateway.payer.signed == len(node.books.nonces)
    assert node.ended == list(node.books.balances)


async def test_free_work_is_asked_for_without_tickets(a_stream):
    node = TestOrchestrator(1, price=0)
    async with a_stream(node) as (gateway, stream):
        outcome = await stream.send(job())
        assert (outcome.tickets, outcome.fee, gateway.payer.signed) == (0, 0, 0)


async def test_a_balance_that_the_orchestrator_lost_is_paid_anew(a_stream):
    node = TestOrchestrator(1)
    async with a_stream(node) as (gateway, stream):
        await stream.send(job(0))
        await stream.send(job(1))
        held = gateway.payer.credit.held
        assert held > EV
        node.books.balances.clear()
        outcome = await stream.send(job(2))
        assert (outcome.attempts, outcome.tickets) == (1, 1)
        assert gateway.payer.credit.lost == held
        assert gateway.payer.credit.held == sum(node.books.balances.values())


async def test_parameters_that_ran_out_are_renewed_before_they_are_used(a_stream):
    node, chain = TestOrchestrator(1), FixedChain()
    async with a_stream(node, chain=chain) as (_, stream):
        await stream.send(job(0))
        session = next(iter(node.books.balances))
        node.block += 38
        chain.move(l1_block=node.block)
        await stream.send(job(1))
        assert node.offers == 2
        assert list(node.books.balances) == [session]


async def test_parameters_that_the_orchestrator_no_longer_knows_are_renewed_once(a_stream):
    refusals = [Answer.text(400, "invalid recipientRand for ticket recipientRandHash")]
    node = TestOrchestrator(1, hooks=Hooks(segment=lambda _c: refusals.pop() if refusals else None))
    async with a_stream(node) as (_, stream):
        outcome = await stream.send(job())
    assert (outcome.attempts, node.offers, node.served) == (1, 2, 1)


async def test_an_offer_that_fails_several_segments_at_once_is_renewed_once(a_stream):
    refused: set[int] = set()

    def once_each(credentials):
        if credentials.seq in refused:
            return None
        refused.add(credentials.seq)
        return Answer(400, ((0.0, b"TicketParams expired"),), delay_s=0.3)

    node = TestOrchestrator(1, hooks=Hooks(segment=once_each))
    async with a_stream(node) as (_, stream):
        outcomes = await asyncio.gather(*(stream.send(job(seq)) for seq in range(4)))
    assert [outcome.attempts for outcome in outcomes] == [1] * 4
    assert (node.offers, node.served) == (2, 4)


async def test_a_token_that_is_refused_is_replaced_with_its_session(a_stream):
    refusals = [Answer.text(403, "expired auth token")]
    node = TestOrchestrator(1, hooks=Hooks(segment=lambda _c: refusals.pop() if refusals else None))
    async with a_stream(node) as (_, stream):
        outcome = await stream.send(job())
    assert (outcome.attempts, node.offers) == (1, 2)


async def test_t12_a_price_that_more_than_doubles_between_segments_is_not_paid(a_stream):
    node = TestOrchestrator(1, price=10)
    honest = TestOrchestrator(2, price=18)
    async with a_stream(node, honest) as (_, stream):
        assert (await stream.send(job(0))).orchestrator == node.address
        node.price = Fraction(21)
        await stream.send(job(1))
        before = node.books.received
        outcome = await stream.send(job(2))
        assert (outcome.orchestrator, outcome.attempts) == (honest.address, 2)
        assert node.books.received == before


async def test_t12_one_wei_above_the_cap_is_never_asked_for_work(a_stream):
    node = TestOrchestrator(1, price=101)
    async with a_stream(node, max_price_per_unit=100) as (gateway, stream):
        with pytest.raises(NoOrchestratorError, match="above the price limit"):
            await stream.send(job())
        assert gateway.payer.signed == 0


HOSTILE_PARAMS = {
    "worth nothing": {"win_prob": 0},
    "certain to win": {"win_prob": MAX_WIN_PROB},
    "beyond the deposit": {"face_value": FUNDS.deposit + 1},
    "all the money there is": {"face_value": 2**256 - 1},
    "expired": {"expiration_block": 1},
    "for ever": {"expiration_block": 2**63 - 1},
    "for somebody else": {"recipient": "0x" + "11" * 20},
    "no commitment": {"recipient_rand_hash": bytes(32)},
}


@pytest.mark.parametrize("name", HOSTILE_PARAMS)
async def test_t14_nothing_is_signed_under_hostile_parameters(a_stream, name):
    def offer(info):
        return replace(info, ticket_params=replace(info.ticket_params, **HOSTILE_PARAMS[name]))

    node = TestOrchestrator(1, hooks=Hooks(offer=offer))
    async with a_stream(node) as (gateway, stream):
        with pytest.raises(SegmentFailedError) as failed:
            await stream.send(job())
        assert isinstance(failed.value.causes[0], TicketParamsError)
        assert gateway.payer.signed == 0
        assert gateway.payer.credit.sent == 0


async def test_t14_a_price_without_ticket_parameters_is_not_worked_with(a_stream):
    node = TestOrchestrator(1, hooks=Hooks(offer=lambda info: replace(info, ticket_params=None)))
    async with a_stream(node) as (_, stream):
        with pytest.raises(SegmentFailedError, match="no ticket parameters"):
            await stream.send(job())


async def test_t14_the_spend_cap_ends_the_run_and_blames_nobody(a_stream):
    node = TestOrchestrator(1, price=10**4)
    async with a_stream(node, max_spend=3 * EV) as (gateway, stream):
        await stream.send(job(0))
        with pytest.raises(SpendCapError, match="spend cap of 24000000000 wei"):
            await stream.send(job(1))
        assert gateway.payer.credit.sent <= 3 * EV
        assert gateway.suspensions.of(node.address).strikes == 0


async def test_a_gateway_without_deposit_blames_itself_and_signs_nothing(a_stream):
    node = TestOrchestrator(1)
    async with a_stream(node, chain=FixedChain(info=replace(FUNDS, deposit=0))) as (gateway, stream):
        with pytest.raises(SenderFundsError, match="no deposit"):
            await stream.send(job())
        assert gateway.suspensions.of(node.address).strikes == 0
    assert node.served == 0


@pytest.mark.parametrize("data", [b"", b"not video", os.urandom(4_000)])
async def test_an_input_that_is_no_video_ends_at_once_and_costs_nothing(a_stream, data):
    node = TestOrchestrator(1)
    async with a_stream(node) as (gateway, stream):
        with pytest.raises(NotVideoError):
            await stream.send(job(data=data))
        assert (gateway.payer.signed, node.offers) == (0, 0)


async def test_a_price_that_doubles_at_most_is_paid(a_stream):
    node = TestOrchestrator(1, price=10)
    async with a_stream(node) as (_, stream):
        await stream.send(job(0))
        node.price = Fraction(20)
        await stream.send(job(1))
        assert (await stream.send(job(2))).fee == 20 * 1_411_200


async def test_node68_credit_is_conserved_with_many_segments_under_way(a_stream):
    nodes = [TestOrchestrator(1, price=Fraction(700_000, 7)), TestOrchestrator(2, price=10**5)]
    async with a_stream(*nodes) as (gateway, stream):
        outcomes = await asyncio.gather(*(stream.send(job(seq)) for seq in range(12)))
        credit = gateway.payer.credit
        assert credit.sent == sum(node.books.received for node in nodes) == sum(o.ev for o in outcomes)
        assert credit.sent == credit.billed + credit.lost + credit.held
        assert credit.billed == sum(node.books.charged for node in nodes)
        assert credit.lost == 0
        assert [node.books.faults for node in nodes] == [[], []]


async def test_node68_a_segment_that_is_given_up_under_way_counts_as_paid(a_stream):
    began = asyncio.Event()

    def slow(_credentials):
        began.set()
        return Answer(200, delay_s=1.0)

    node = TestOrchestrator(1, hooks=Hooks(segment=slow))
    async with a_stream(node) as (gateway, stream):
        task = asyncio.create_task(stream.send(job()))
        await began.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        credit = gateway.payer.credit
        assert credit.sent == credit.lost > 0
        assert credit.held == 0


async def test_nonces_of_an_offer_that_is_not_renewed_do_not_run_out_unnoticed(a_stream):
    node = TestOrchestrator(1, price=5 * 10**5, hooks=telling(lambda result: replace(result, info=None)))
    async with a_stream(node) as (gateway, stream):
        while node.offers <= 1:
            before = gateway.payer.signed
            await stream.send(job(node.served))
        assert 500 < before <= 600
        assert node.books.faults == []


async def test_an_error_in_a_result_leaves_what_was_paid_as_credit(a_stream):
    told = [True]
    hooks = telling(lambda r: replace(r, renditions=(), signature=b"", error="no") if told.pop() else r)
    node = TestOrchestrator(1, hooks=hooks)
    async with a_stream(node, max_attempts=1) as (gateway, stream):
        with pytest.raises(SegmentFailedError):
            await stream.send(job(0))
        told.append(False)
        assert gateway.payer.credit.held == node.books.received
        assert (await stream.send(job(1))).tickets == 0
