"""Payments: whatever an orchestrator offers, what is signed stays within bounds and is what the header says."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from offchain.errors import OffchainError, SpendCapError, TicketParamsError
from offchain.gateway.credit import CreditBook
from offchain.gateway.payer import Payer
from offchain.gateway.quotes import Quote
from offchain.gateway.spending import MAX_TICKETS_PER_PAYMENT, SpendGuard
from offchain.gateway.terms import PaymentLimits
from offchain.tickets import MAX_WIN_PROB, ExpirationParams, TicketParams, recover_signer
from offchain.tickets.value import win_prob
from offchain.wire import AuthToken, decode_payment
from tests.support.gateway_values import (
    BLOCK,
    ETHER,
    EV,
    FACE_VALUE,
    FUNDS,
    GATEWAY_KEY,
    LIMITS,
    OTHER,
    PARAMS,
    RECIPIENT,
    ROUND,
    ROUND_HASH,
    FixedChain,
)

TOKEN = AuthToken(b"code", "s", 0)
CAP = 10**14


def quote(params: TicketParams | None = PARAMS, price: Fraction | int = 1) -> Quote:
    return Quote(RECIPIENT, Fraction(price), params, TOKEN, float("inf"))


def payer(cap: int = 0, limits: PaymentLimits = LIMITS) -> Payer:
    return Payer(GATEWAY_KEY, FixedChain(), limits, SpendGuard(cap, 0), CreditBook())


def prepare(paying: Payer, offered: Quote, fee: Fraction | int):
    return asyncio.run(paying.prepare(offered, offered.price, Fraction(fee)))


words = st.one_of(st.sampled_from([0, 1, 2, EV, FACE_VALUE, ETHER, MAX_WIN_PROB]), st.integers(0, MAX_WIN_PROB))
blocks = st.one_of(st.sampled_from([0, BLOCK, BLOCK + 1, BLOCK + 2, BLOCK + 40, 2**63 - 1]), st.integers(0, 2**63 - 1))
hostile = st.builds(
    TicketParams,
    recipient=st.sampled_from([RECIPIENT, RECIPIENT, RECIPIENT, OTHER]),
    face_value=words,
    win_prob=words,
    recipient_rand_hash=st.sampled_from([bytes(32), b"\1" * 32, b"\2" * 32]),
    seed=words,
    expiration_block=blocks,
    expiration_params=st.builds(
        ExpirationParams,
        st.sampled_from([0, ROUND - 1, ROUND, ROUND + 1, ROUND + 2]),
        st.sampled_from([bytes(32), ROUND_HASH]),
    ),
)
honest = st.builds(
    lambda face, ev, number: replace(
        PARAMS, face_value=face, win_prob=win_prob(face, ev), recipient_rand_hash=bytes([number]) * 32
    ),
    face=st.integers(10**9, ETHER),
    ev=st.integers(1, 10**9 - 1),
    number=st.integers(1, 4),
)
prices = st.fractions(min_value=0, max_value=10**12, max_denominator=1000)
fees = st.fractions(min_value=0, max_value=10**13, max_denominator=1000)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.one_of(hostile, honest), prices, fees), max_size=12), st.integers(1, CAP))
def test_t14_signed_exposure_never_exceeds_the_caps_and_no_nonce_comes_twice(offers, cap):
    paying = payer(cap)
    signed, nonces = Fraction(0), set()
    for params, price, fee in offers:
        held = paying.credit.held
        try:
            made = prepare(paying, quote(params, price), fee)
        except OffchainError:
            assert paying.credit.held == held
            continue
        message = decode_payment(made.header)
        assert (message.sender, message.expected_price) == (paying.sender, price)
        worth = Fraction(0)
        for ticket, signature in message.signed_tickets():
            assert recover_signer(ticket, signature) == paying.sender
            assert ticket.recipient == RECIPIENT
            assert ticket.face_value <= FUNDS.deposit
            mark = ticket.recipient_rand_hash, ticket.sender_nonce
            assert mark not in nonces
            nonces.add(mark)
            worth += Fraction(ticket.face_value * ticket.win_prob, MAX_WIN_PROB)
        assert worth == made.ev == made.payment.new <= LIMITS.max_total_ev
        assert made.tickets == len(message.tickets) <= MAX_TICKETS_PER_PAYMENT
        assert price == 0 or made.payment.existing + worth >= fee
        signed += worth
        assert signed <= cap
        made.payment.settle()
    assert paying.signed == len(nonces)
    event(f"signed {min(len(nonces), 3)} tickets")


def test_a_payment_covers_the_fee_and_one_ticket_at_least():
    paying = payer()
    assert prepare(paying, quote(), 1).tickets == 1
    assert prepare(payer(), quote(), 5 * EV).tickets == 5


def test_a_payment_that_credit_covers_has_neither_tickets_nor_terms():
    paying = payer()
    first = prepare(paying, quote(), 3 * EV)
    first.payment.sent()
    first.payment.change(Fraction(0))
    first.payment.settle()
    second = prepare(paying, quote(), EV)
    message = decode_payment(second.header)
    assert (second.tickets, message.params, message.tickets, message.expected_price) == (0, None, (), 1)
    assert paying.credit.held == 0
    second.payment.settle()
    assert paying.credit.held == first.ev


def test_free_work_takes_the_credit_out_and_signs_nothing():
    paying = payer()
    made = prepare(paying, quote(None, 0), 0)
    assert decode_payment(made.header).expected_price == 0
    assert (made.tickets, made.face_value, paying.signed) == (0, 0, 0)


def test_more_tickets_than_a_header_should_hold_are_refused_and_nothing_is_counted():
    paying = payer(cap=10**16, limits=replace(LIMITS, max_total_ev=10**18))
    with pytest.raises(TicketParamsError, match="worth too little: 101 for one segment"):
        prepare(paying, quote(), 101 * EV)
    assert paying.signed == 0
    assert prepare(paying, quote(), 100 * EV).tickets == 100


def test_parameters_that_are_used_up_say_so_in_time():
    paying = payer(limits=replace(LIMITS, max_total_ev=10**18))
    for used in (100, 200, 300, 400, 500):
        assert not paying.params_used_up(quote())
        prepare(paying, quote(), 100 * EV)
        assert paying.signed == used
    assert not paying.params_used_up(quote())
    prepare(paying, quote(), EV)
    assert paying.params_used_up(quote())
    assert not paying.params_used_up(quote(None))


def test_a_spend_cap_that_is_reached_leaves_the_credit_where_it_was():
    paying = payer(cap=2 * EV)
    first = prepare(paying, quote(), EV)
    first.payment.sent()
    first.payment.change(Fraction(1))
    first.payment.settle()
    held = paying.credit.held
    with pytest.raises(SpendCapError):
        prepare(paying, quote(), 3 * EV)
    assert paying.credit.held == held
    assert paying.signed == 1
