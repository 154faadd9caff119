"""Payments, judged in the network's order and with its severity (facts: offchain 1.4)."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offchain.orchestrator.acceptance import MAX_NONCES, TicketAcceptor
from offchain.orchestrator.terms import TermsDesk
from offchain.tickets import is_winner, rand_hash
from offchain.types import ZERO_ADDRESS
from offchain.wire import Payment, TicketSignature
from tests.support.orchestrator_values import (
    BLOCK,
    CLOCK,
    ETHER,
    FACE_VALUE,
    FUNDS,
    GATEWAY,
    GWEI,
    OTHER,
    OTHER_KEY,
    PRICE,
    ROUND,
    payment,
    signatures,
    terms_desk,
)

LATE = replace(CLOCK, l1_block=BLOCK + 40)


@pytest.fixture
def desk():
    return terms_desk()


@pytest.fixture
def acceptor(desk):
    return TicketAcceptor(desk)


@pytest.fixture
def params(desk):
    return desk.issue(GATEWAY, PRICE, FACE_VALUE, CLOCK)


@pytest.fixture
def winning():
    """Terms under which every ticket wins: face value and expected value are one."""
    desk = terms_desk(ev=GWEI)
    return TicketAcceptor(desk), desk.issue(GATEWAY, PRICE, GWEI, CLOCK)


def test_node68_good_tickets_earn_their_expected_value_to_the_last_fraction(acceptor, params):
    accepted = acceptor.accept(payment(params, range(1, 4)), FUNDS, CLOCK)
    assert accepted.error is None
    assert accepted.tickets == 3
    assert accepted.credit == 3 * Fraction(params.face_value * params.win_prob, 2**256 - 1)


def test_a_payment_without_tickets_earns_nothing_and_is_no_fault(acceptor, params):
    for empty in (payment(None), payment(params)):
        accepted = acceptor.accept(empty, FUNDS, CLOCK)
        assert (accepted.credit, accepted.winners, accepted.error) == (0, (), None)


def unlocking(offset):
    return replace(FUNDS, withdraw_round=ROUND + offset)


def recipient(payment):
    return replace(payment, params=replace(payment.params, recipient=OTHER))


def nobody(payment):
    return replace(payment, sender=ZERO_ADDRESS)


def stranger(payment):
    return replace(payment, sender=OTHER)


def other_rand(payment):
    return replace(payment, params=replace(payment.params, recipient_rand_hash=rand_hash(1)))


def price(payment):
    return replace(payment, expected_price=PRICE + 1)


def no_price(payment):
    return replace(payment, expected_price=None)


def face_value(payment):
    return replace(payment, params=replace(payment.params, face_value=payment.params.face_value + 1))


def win_prob(payment):
    return replace(payment, params=replace(payment.params, win_prob=payment.params.win_prob - 1))


def expiration(payment):
    return replace(payment, params=replace(payment.params, expiration_block=payment.params.expiration_block + 1))


def creation(payment):
    later = replace(payment.params.expiration_params, creation_round=ROUND + 1)
    return replace(payment, params=replace(payment.params, expiration_params=later))


COMMITMENT = "invalid recipientRand for ticket recipientRandHash"


@pytest.mark.parametrize(
    ("tamper", "sender", "reason"),
    [
        (lambda whole: whole, unlocking(0), "set to unlock soon"),
        (lambda whole: whole, unlocking(1), "set to unlock soon"),
        (recipient, FUNDS, "invalid ticket recipient"),
        (nobody, FUNDS, "invalid ticket sender"),
        (stranger, FUNDS, COMMITMENT),
        (other_rand, FUNDS, COMMITMENT),
        (price, FUNDS, COMMITMENT),
        (no_price, FUNDS, COMMITMENT),
        (face_value, FUNDS, COMMITMENT),
        (win_prob, FUNDS, COMMITMENT),
        (expiration, FUNDS, COMMITMENT),
        (creation, FUNDS, COMMITMENT),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_tick38_what_is_wrong_with_all_tickets_is_fatal_and_leaves_no_trace(winning, tamper, sender, reason):
    acceptor, params = winning
    good = payment(params, range(1, 3))
    refused = acceptor.accept(tamper(good), sender, CLOCK)
    assert reason in str(refused.error)
    assert refused.error.fatal
    assert (refused.credit, refused.winners, refused.nonces) == (0, (), frozenset())
    assert acceptor.accept(good, FUNDS, CLOCK).tickets == 2


def test_a_sender_that_unlocks_two_rounds_ahead_is_good(acceptor, params):
    assert acceptor.accept(payment(params, [1]), unlocking(2), CLOCK).error is None


def test_faults_come_in_the_networks_order(winning):
    """Each line cures the fault that was named before."""
    acceptor, params = winning
    acceptor.accept(payment(params, [1]), FUNDS, CLOCK)
    forged = Payment(ZERO_ADDRESS, replace(params, recipient=OTHER), (TicketSignature(1, bytes(64)),), PRICE + 1)
    steps = [
        (forged, unlocking(0), "unlock soon"),
        (forged, FUNDS, "ticket recipient"),
        (replace(forged, params=params), FUNDS, "ticket sender"),
        (replace(forged, params=params, sender=GATEWAY), FUNDS, COMMITMENT),
        (replace(forged, params=params, sender=GATEWAY, expected_price=PRICE), FUNDS, "ticket signature"),
        (payment(params, [1]), FUNDS, "already seen"),
        (payment(params, [2]), FUNDS, "TicketParams expired"),
    ]
    for step, sender, reason in steps:
        assert reason in str(acceptor.accept(step, sender, LATE).error)


def wrong_signer(params):
    return signatures(params, [2], key=OTHER_KEY)[0]


def short(params):
    return TicketSignature(2, signatures(params, [2])[0].signature[:64])


def high_s(params):
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    raw = signatures(params, [2])[0].signature
    flipped = (order - int.from_bytes(raw[32:64], "big")).to_bytes(32, "big")
    return TicketSignature(2, raw[:32] + flipped + bytes([55 - raw[64]]))


def zero_v(params):
    raw = signatures(params, [2])[0].signature
    return TicketSignature(2, raw[:64] + bytes([raw[64] - 27]))


@pytest.mark.parametrize("bad", [wrong_signer, short, high_s, zero_v])
def test_tick40_a_bad_signature_costs_its_ticket_and_the_credit_of_later_ones(winning, bad):
    acceptor, params = winning
    first, third = signatures(params, [1, 3])
    mixed = replace(payment(params), tickets=(first, bad(params), third))
    accepted = acceptor.accept(mixed, FUNDS, CLOCK)
    assert "invalid ticket signature" in str(accepted.error)
    assert not accepted.error.fatal
    assert accepted.tickets == 1
    assert [winner.ticket.sender_nonce for winner in accepted.winners] == [1, 3]
    assert accepted.nonces == {1, 3}


def test_tick37_a_replayed_nonce_earns_nothing(acceptor, params):
    assert acceptor.accept(payment(params, [1, 2]), FUNDS, CLOCK).error is None
    again = acceptor.accept(payment(params, [2]), FUNDS, CLOCK)
    assert "invalid ticket senderNonce: already seen 2" in str(again.error)
    assert not again.error.fatal
    assert again.credit == 0


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(min_value=0, max_value=40), min_size=1, max_size=60), st.data())
def test_node68_any_order_and_repetition_credits_each_nonce_once(nonces, data):
    desk = terms_desk()
    acceptor = TicketAcceptor(desk)
    params = desk.issue(GATEWAY, PRICE, FACE_VALUE, CLOCK)
    credited = 0
    left = list(nonces)
    while left:
        size = data.draw(st.integers(min_value=1, max_value=len(left)))
        chunk, left = left[:size], left[size:]
        credited += acceptor.accept(payment(params, chunk), FUNDS, CLOCK).tickets
    assert credited <= len(set(nonces))
    rest = [nonce for nonce in range(41) if acceptor.accept(payment(params, [nonce]), FUNDS, CLOCK).error is None]
    assert set(rest) == set(range(41)) - set(nonces)


def test_nonce_600_is_taken_and_one_more_refused(acceptor, params):
    assert acceptor.accept(payment(params, range(MAX_NONCES)), FUNDS, CLOCK).tickets == MAX_NONCES == 600
    refused = acceptor.accept(payment(params, [MAX_NONCES]), FUNDS, CLOCK)
    assert "too many values" in str(refused.error)
    assert not refused.error.fatal
    fresh = acceptor._terms.issue(GATEWAY, PRICE, FACE_VALUE, CLOCK)
    assert acceptor.accept(payment(fresh, [MAX_NONCES]), FUNDS, CLOCK).error is None


def test_tick39_a_late_winner_is_kept_but_earns_nothing(winning):
    acceptor, params = winning
    on_time = acceptor.accept(payment(params, [1]), FUNDS, replace(LATE, l1_block=BLOCK + 39))
    late = acceptor.accept(payment(params, [2]), FUNDS, LATE)
    assert on_time.error is None
    assert "TicketParams expired" in str(late.error)
    assert not late.error.fatal
    assert (late.credit, late.tickets) == (0, 0)
    [kept] = late.winners
    assert is_winner(kept.signature, kept.recipient_rand, kept.ticket.win_prob)
    assert rand_hash(kept.recipient_rand) == kept.ticket.recipient_rand_hash


@pytest.mark.parametrize(
    ("sender", "reason"),
    [
        (replace(FUNDS, deposit=0, reserve_funds=0), "neither deposit nor reserve"),
        (None, "funds of the sender are unknown"),
    ],
)
def test_tickets_of_doubtful_worth_earn_nothing_but_winners_are_kept(winning, sender, reason):
    acceptor, params = winning
    accepted = acceptor.accept(payment(params, [1]), sender, CLOCK)
    assert reason in str(accepted.error)
    assert (accepted.credit, len(accepted.winners)) == (0, 1)


def test_node71_a_random_number_earns_no_credit_from_the_block_on_at_which_it_may_be_shown(winning):
    acceptor, params = winning
    for block in range(BLOCK + 38, BLOCK + 43):
        accepted = acceptor.accept(payment(params, [block]), FUNDS, replace(CLOCK, l1_block=block))
        [kept] = accepted.winners
        assert (accepted.credit > 0) == (block < kept.expiration_block)


def test_nonces_are_forgotten_once_they_can_earn_nothing(winning):
    acceptor, params = winning
    acceptor.accept(payment(params, [1]), FUNDS, CLOCK)
    acceptor.prune(BLOCK + 39)
    assert "already seen" in str(acceptor.accept(payment(params, [1]), FUNDS, CLOCK).error)
    acceptor.prune(BLOCK + 40)
    assert "expired" in str(acceptor.accept(payment(params, [1]), FUNDS, LATE).error)


def test_a_payment_that_could_not_be_kept_may_come_again(acceptor, params):
    first = payment(params, [1, 2])
    acceptor.release(first, acceptor.accept(first, FUNDS, CLOCK))
    assert acceptor.accept(first, FUNDS, CLOCK).tickets == 2


def test_tick37_tickets_from_before_a_restart_are_worth_nothing(params):
    after = TicketAcceptor(terms_desk())
    refused = after.accept(payment(params, [1]), FUNDS, CLOCK)
    assert str(refused.error) == COMMITMENT
    assert refused.error.fatal


def test_terms_prove_their_price_while_they_hold(acceptor, params):
    good = payment(params)
    assert acceptor.terms_hold(good, CLOCK)
    assert not acceptor.terms_hold(good, LATE)
    assert not acceptor.terms_hold(price(good), CLOCK)
    assert not acceptor.terms_hold(stranger(good), CLOCK)
    assert not acceptor.terms_hold(payment(None), CLOCK)


@settings(max_examples=30, deadline=None)
@given(st.integers(min_value=1, max_value=20), st.integers(min_value=0, max_value=19), st.booleans())
def test_node68_credit_is_never_more_than_the_value_of_good_tickets(count, bad, wrong_nonce):
    desk: TermsDesk = terms_desk()
    params = desk.issue(GATEWAY, PRICE, FACE_VALUE, CLOCK)
    tickets = list(signatures(params, range(count)))
    if bad < count:
        raw = tickets[bad].signature
        tickets[bad] = TicketSignature(bad + 1, raw) if wrong_nonce else TicketSignature(bad, raw[::-1])
    accepted = TicketAcceptor(desk).accept(replace(payment(params), tickets=tuple(tickets)), FUNDS, CLOCK)
    assert accepted.tickets == min(bad, count)
    assert accepted.credit == accepted.tickets * params.expected_value
    assert accepted.credit < ETHER
