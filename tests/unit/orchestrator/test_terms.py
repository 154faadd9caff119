"""Ticket terms: what they are worth, when they end, and that nobody else can make them (facts: offchain 1.2, 1.3)."""

from dataclasses import replace
from fractions import Fraction

import pytest

from offchain.errors import ChainError, SenderReserveError
from offchain.tickets import MAX_WIN_PROB
from tests.support.orchestrator_values import (
    BLOCK,
    CLOCK,
    ETHER,
    EV,
    FACE_VALUE,
    GATEWAY,
    GWEI,
    OTHER,
    PREVIOUS_HASH,
    PRICE,
    ROUND,
    ROUND_HASH,
    terms_desk,
)


def test_terms_are_worth_the_expected_value_and_hold_forty_blocks():
    params = terms_desk().issue(GATEWAY, PRICE, FACE_VALUE, CLOCK)
    assert params.expected_value >= EV
    assert params.expected_value - EV < 1
    assert params.expiration_block == BLOCK + 40
    assert params.expiration_params.creation_round == ROUND
    assert params.expiration_params.creation_round_block_hash == ROUND_HASH


def test_face_value_is_a_hundred_times_the_cost_to_redeem_within_the_senders_means():
    desk = terms_desk()
    clock = replace(CLOCK, gas_price=GWEI)
    assert desk.face_value(clock, ETHER) == 100 * 350_000 * GWEI
    assert desk.face_value(clock, 10**15) == 10**15
    assert terms_desk(max_face_value=10**15).face_value(clock, ETHER) == 10**15
    assert desk.tx_cost_multiplier(clock, 100 * 350_000 * GWEI) == 100
    assert desk.tx_cost_multiplier(CLOCK, FACE_VALUE) == 0


def test_a_sender_whose_reserve_covers_no_ticket_gets_no_terms():
    with pytest.raises(SenderReserveError, match="insufficient sender reserve"):
        terms_desk().face_value(CLOCK, EV - 1)


def test_free_work_gets_terms_that_are_worth_nothing():
    params = terms_desk().issue(GATEWAY, Fraction(0), FACE_VALUE, CLOCK)
    assert (params.face_value, params.win_prob, params.expected_value) == (0, 0, 0)
    assert any(params.recipient_rand_hash)


def test_a_face_value_of_one_expected_value_wins_for_certain():
    assert terms_desk(ev=5).issue(GATEWAY, PRICE, 5, CLOCK).win_prob == MAX_WIN_PROB


def test_a_round_without_a_hash_is_passed_over_for_the_one_before():
    params = terms_desk().issue(GATEWAY, PRICE, FACE_VALUE, replace(CLOCK, round_block_hash=bytes(32)))
    assert params.expiration_params.creation_round == ROUND - 1
    assert params.expiration_params.creation_round_block_hash == PREVIOUS_HASH


def test_no_hash_at_all_gives_no_terms():
    blind = replace(CLOCK, round_block_hash=bytes(32), previous_round_block_hash=bytes(32))
    with pytest.raises(ChainError, match="no block hash"):
        terms_desk().issue(GATEWAY, PRICE, FACE_VALUE, blind)


@pytest.mark.parametrize(("behind", "offered"), [(0, True), (1, True), (2, False)])
def test_tickets_are_only_offered_for_a_round_that_still_counts(behind, offered):
    clock = replace(CLOCK, round=ROUND + behind)
    if offered:
        assert terms_desk().issue(GATEWAY, PRICE, FACE_VALUE, clock).expiration_params.creation_round == ROUND
    else:
        with pytest.raises(ChainError, match="not initialised"):
            terms_desk().issue(GATEWAY, PRICE, FACE_VALUE, clock)


@pytest.mark.parametrize("into_round", range(20))
def test_node71_short_rounds_leave_half_a_round_to_redeem_in(into_round):
    start, length = 1_000, 20
    clock = replace(CLOCK, l1_block=start + into_round, round_start_block=start, round_length=length)
    params = terms_desk().issue(GATEWAY, PRICE, FACE_VALUE, clock)
    deadline = start + 2 * length
    assert clock.l1_block + 2 <= params.expiration_block <= deadline - length // 2


def test_terms_are_recognised_for_their_sender_and_price_only():
    desk = terms_desk()
    params = desk.issue(GATEWAY, PRICE, FACE_VALUE, CLOCK)
    assert desk.recognise(params, GATEWAY, PRICE) is not None
    assert desk.recognise(params, OTHER, PRICE) is None
    assert desk.recognise(params, GATEWAY, PRICE - 1) is None
    assert terms_desk().recognise(params, GATEWAY, PRICE) is None


def test_tick38_a_byte_moved_between_neighbouring_fields_is_noticed():
    """The network's own commitment would not notice: it sets numbers beside each other without their lengths."""
    desk = terms_desk()
    params = desk.issue(GATEWAY, PRICE, FACE_VALUE, CLOCK)
    face = params.face_value.to_bytes((params.face_value.bit_length() + 7) // 8, "big")
    prob = params.win_prob.to_bytes((params.win_prob.bit_length() + 7) // 8, "big")
    shifted = replace(
        params,
        face_value=int.from_bytes(face[:-1], "big"),
        win_prob=int.from_bytes(face[-1:] + prob, "big") % 2**256,
    )
    assert desk.recognise(shifted, GATEWAY, PRICE) is None


def test_two_offers_never_share_a_random_number():
    desk = terms_desk()
    hashes = {desk.issue(GATEWAY, PRICE, FACE_VALUE, CLOCK).recipient_rand_hash for _ in range(100)}
    assert len(hashes) == 100
