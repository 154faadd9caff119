"""The terms a gateway pays on: every bound, one step on either side (facts: offchain 1.5; security T12, T14)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from offchain.errors import PriceError, SenderFundsError, TicketParamsError
from offchain.gateway.fees import estimate_fee, estimate_pixels
from offchain.gateway.terms import check_funds, check_params, check_price, expires_soon
from offchain.media.probe import MediaInfo
from offchain.media.profiles import PRESETS
from offchain.tickets import MAX_WIN_PROB, ExpirationParams
from offchain.tickets.value import win_prob
from tests.support.gateway_values import (
    BLOCK,
    CLOCK,
    ETHER,
    FACE_VALUE,
    FUNDS,
    LIMITS,
    OTHER,
    PARAMS,
    PREVIOUS_HASH,
    RECIPIENT,
    ROUND,
)

OTHER_HASH = bytes([5]) * 32


def check(params, tickets=1, *, clock=CLOCK, funds=FUNDS, limits=LIMITS):
    check_params(params, tickets, RECIPIENT, clock, funds, limits)


def test_usual_terms_are_taken():
    check(PARAMS, tickets=100)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"recipient": OTHER}, "tickets would pay"),
        ({"recipient_rand_hash": bytes(32)}, "no commitment"),
        ({"expiration_block": 0}, "TicketParams expired"),
        ({"expiration_block": BLOCK + 1}, "TicketParams expired"),
        ({"expiration_block": BLOCK + 401}, "at most 400"),
        ({"expiration_block": 2**63 - 1}, "at most 400"),
        ({"face_value": 0}, "worth nothing"),
        ({"win_prob": 0}, "worth nothing"),
        ({"win_prob": MAX_WIN_PROB, "face_value": 10**9}, "faceValue too low"),
        ({"face_value": 2**256 - 1}, "above the limit of 3000000000000 wei"),
        ({"face_value": ETHER + 1, "win_prob": win_prob(ETHER + 1, 10**9)}, "higher than the deposit"),
        ({"win_prob": win_prob(FACE_VALUE, 3 * 10**12) + 2**220}, "above the limit of 3000000000000 wei"),
        ({"expiration_params": ExpirationParams()}, "no block hash"),
        ({"expiration_params": ExpirationParams(ROUND, bytes(32))}, "no block hash"),
        ({"expiration_params": ExpirationParams(ROUND, OTHER_HASH)}, "not the one on chain"),
        ({"expiration_params": ExpirationParams(ROUND - 1, OTHER_HASH)}, "not the one on chain"),
        ({"expiration_params": ExpirationParams(ROUND - 2, PREVIOUS_HASH)}, "cannot be redeemed"),
        ({"expiration_params": ExpirationParams(ROUND + 2, OTHER_HASH)}, "cannot be redeemed"),
    ],
)
def test_t14_hostile_terms_are_refused_with_the_bound_they_break(change, reason):
    with pytest.raises(TicketParamsError, match=reason):
        check(replace(PARAMS, **change))


@pytest.mark.parametrize(
    "change",
    [
        {"expiration_block": BLOCK + 2},
        {"expiration_block": BLOCK + 400},
        {"face_value": ETHER, "win_prob": win_prob(ETHER, 10**9)},
        {"expiration_params": ExpirationParams(ROUND - 1, PREVIOUS_HASH)},
        {"expiration_params": ExpirationParams(ROUND + 1, OTHER_HASH)},
    ],
)
def test_the_last_value_within_each_bound_is_taken(change):
    check(replace(PARAMS, **change))


def test_t14_the_sum_of_a_payment_is_bounded_too():
    check(PARAMS, tickets=2_499)
    with pytest.raises(TicketParamsError, match="2501 tickets are worth"):
        check(PARAMS, tickets=2_501)


def test_the_deposit_must_cover_several_winners_where_the_operator_says_so():
    limits = replace(LIMITS, deposit_multiplier=1_000)
    check(PARAMS, limits=limits)
    with pytest.raises(TicketParamsError, match="divided by 1001"):
        check(PARAMS, limits=replace(LIMITS, deposit_multiplier=1_001))


def test_a_limit_of_nought_refuses_every_ticket():
    for field in ("max_ticket_ev", "max_total_ev"):
        with pytest.raises(TicketParamsError):
            check(PARAMS, limits=replace(LIMITS, **{field: 0}))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"deposit": 0}, "no deposit"),
        ({"reserve_funds": 0}, "no reserve"),
        ({"withdraw_round": ROUND + 1}, f"unlock in round {ROUND + 1}"),
        ({"withdraw_round": 1}, "unlock in round 1"),
    ],
)
def test_a_gateway_without_funds_blames_itself(change, reason):
    with pytest.raises(SenderFundsError, match=reason):
        check_funds(replace(FUNDS, **change), ROUND)


def test_an_unlock_further_ahead_does_not_stop_payments():
    check_funds(replace(FUNDS, withdraw_round=ROUND + 2), ROUND)


def test_t12_one_wei_above_the_cap_is_refused():
    limits = replace(LIMITS, max_price=Fraction(100))
    check_price(Fraction(100), Fraction(100), limits)
    with pytest.raises(PriceError, match="above the limit of 100"):
        check_price(Fraction(101), Fraction(100), limits)


def test_t12_a_price_may_double_within_a_session_but_no_more():
    check_price(Fraction(200), Fraction(100), LIMITS)
    with pytest.raises(PriceError, match="more than doubled"):
        check_price(Fraction(2001, 10), Fraction(100), LIMITS)
    with pytest.raises(PriceError, match="more than doubled"):
        check_price(Fraction(1), Fraction(0), LIMITS)


def test_parameters_expire_soon_within_the_margin():
    assert not expires_soon(PARAMS, BLOCK)
    assert expires_soon(PARAMS, BLOCK + 39)
    assert expires_soon(PARAMS, BLOCK + 35, margin=5)
    assert not expires_soon(PARAMS, BLOCK + 34, margin=5)


SOURCE = MediaInfo(
    width=640,
    height=480,
    fps=Fraction(24),
    start_ms=0,
    duration_ms=2_010,
    frames=48,
    pixel_format="yuv420p",
    codecs="avc1.64001f",
    audio_packets=0,
)


def test_the_fee_estimate_is_the_pixels_that_the_renditions_will_have_and_two_percent():
    low, high = PRESETS["P240p30fps16x9"], PRESETS["P360p30fps16x9"]
    low_pixels, high_pixels = 426 * 320 * 61, 640 * 480 * 61
    assert estimate_pixels([low, high], SOURCE) == low_pixels + high_pixels
    assert estimate_pixels([replace(low, fps=Fraction(0))], SOURCE) == 426 * 320 * 48
    assert estimate_pixels([replace(low, fps=Fraction(30_000, 1001))], SOURCE) == 426 * 320 * 61
    assert estimate_fee([low], SOURCE, Fraction(3, 2)) == Fraction(low_pixels * 102 * 3, 200)
