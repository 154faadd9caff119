"""Face value, winning probability, expected value, number of tickets (facts: offchain 1.3, 2.3)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from offchain.errors import FieldRangeError, SenderReserveError
from offchain.tickets import MAX_WIN_PROB, TicketParams, expected_value, tickets_needed
from offchain.tickets.value import face_value, win_prob
from tests.support.tickets import RECIPIENT, ZERO_HASH

EV = 5
FUNDS = 10**10
GAS = 10_000
GWEI = 10**9
VECTOR_WIN_PROB = 5789604461865809771178549250434395392663499233282028201972879200395660


def test_face_value_is_a_hundred_times_the_cost_to_redeem():
    assert face_value(tx_cost=GAS * 100, ev=EV, max_float=FUNDS) == 10**8


def test_face_value_is_a_hundred_times_the_expected_value_when_gas_is_free():
    assert face_value(tx_cost=0, ev=EV, max_float=FUNDS) == 500


def test_face_value_keeps_to_the_cost_while_that_is_at_least_the_expected_value():
    assert face_value(tx_cost=2, ev=200, max_float=FUNDS) == 200
    assert face_value(tx_cost=2, ev=201, max_float=FUNDS) == 20_100


def test_face_value_goes_no_further_than_the_senders_funds():
    assert face_value(tx_cost=GAS * 100, ev=EV, max_float=10**8 - 1) == 10**8 - 1


def test_face_value_goes_no_further_than_the_configured_bound():
    assert face_value(tx_cost=GAS * 100, ev=EV, max_float=FUNDS, max_face_value=10**7) == 10**7


def test_funds_below_one_expected_value_are_too_small():
    assert face_value(tx_cost=0, ev=EV, max_float=EV) == EV
    with pytest.raises(SenderReserveError, match="insufficient sender reserve"):
        face_value(tx_cost=0, ev=EV, max_float=EV - 1)


@pytest.mark.parametrize("max_float", [0, -1, -(10**30)])
def test_no_funds_at_all_are_too_small(max_float):
    with pytest.raises(SenderReserveError):
        face_value(tx_cost=1, ev=EV, max_float=max_float)


def test_funds_below_the_cost_to_redeem_are_too_small_unless_gas_is_dearer_than_usual():
    dear = GAS * 10 * GWEI  # at 10 gwei
    usual = GAS * 3 * GWEI
    assert face_value(tx_cost=dear, ev=EV, max_float=dear, redeem_gas=GAS) == dear
    assert face_value(tx_cost=dear, ev=EV, max_float=usual, redeem_gas=GAS) == usual
    with pytest.raises(SenderReserveError) as caught:
        face_value(tx_cost=dear, ev=EV, max_float=usual - 1, redeem_gas=GAS)
    assert (caught.value.face_value, caught.value.ev, caught.value.tx_cost) == (usual - 1, EV, dear)


def test_funds_that_cover_a_cheap_redemption_suffice_below_the_usual_cost():
    cheap = GAS * GWEI
    assert face_value(tx_cost=cheap, ev=EV, max_float=cheap, redeem_gas=GAS) == cheap


@pytest.mark.parametrize("arguments", [(-1, EV, 1), (1, 0, 1), (1, -1, 1), (1, EV, 1, -1)])
def test_face_value_takes_no_negative_amounts(arguments):
    with pytest.raises(FieldRangeError):
        face_value(*arguments)


def test_win_prob_is_that_of_the_network():
    assert win_prob(face_value=10**8, ev=EV) == VECTOR_WIN_PROB


def test_a_ticket_that_pays_nothing_never_wins():
    assert win_prob(face_value=0, ev=EV) == 0


def test_a_ticket_that_pays_its_expected_value_always_wins():
    assert win_prob(face_value=EV, ev=EV) == MAX_WIN_PROB


def test_win_prob_is_rounded_up_also_where_the_networks_look_at_64_bits_does_not():
    # 2**256 − 1 = 2**64 + (2**256 − 1 − 2**64): the remainder's low 64 bits are zero, but it is not.
    value = MAX_WIN_PROB - 2**64
    assert MAX_WIN_PROB % value == 2**64
    assert win_prob(value, 1) == 2
    assert expected_value(value, 2) >= 1 > expected_value(value, 1)


def test_win_prob_never_leaves_its_range_however_large_the_face_value():
    value = 2**255 + 1
    assert win_prob(value, value - 1) == MAX_WIN_PROB


@pytest.mark.parametrize("ev", [-1, 101])
def test_no_probability_makes_a_ticket_worth_more_than_it_pays(ev):
    with pytest.raises(FieldRangeError, match="ev"):
        win_prob(100, ev)


def test_expected_value_is_exact():
    assert expected_value(10**8, VECTOR_WIN_PROB) == Fraction(10**8 * VECTOR_WIN_PROB, MAX_WIN_PROB)
    assert expected_value(7, MAX_WIN_PROB) == 7
    assert expected_value(7, 0) == 0
    params = TicketParams(RECIPIENT, 7, MAX_WIN_PROB, ZERO_HASH, 0, 1)
    assert params.expected_value == 7


@pytest.mark.parametrize("arguments", [(-1, 1), (1, -1), (2**256, 1), (1, 2**256)])
def test_expected_value_takes_no_value_out_of_range(arguments):
    with pytest.raises(FieldRangeError):
        expected_value(*arguments)


@pytest.mark.parametrize(
    ("credit", "min_credit", "ev", "expected"),
    [
        (0, 10, 5, 2),
        (0, 11, 5, 3),
        (10, 10, 5, 0),
        (11, 10, 5, 0),
        (-1, 10, 5, 3),
        (Fraction(19, 2), 10, 5, 1),
        (0, Fraction(1, 3), Fraction(1, 3), 1),
        (0, Fraction(2, 3), Fraction(1, 3), 2),
        (0, Fraction(7, 10), Fraction(1, 3), 3),
    ],
)
def test_tickets_are_as_many_as_the_missing_credit_needs(credit, min_credit, ev, expected):
    assert tickets_needed(Fraction(credit), Fraction(min_credit), Fraction(ev)) == expected


@pytest.mark.parametrize("ev", [0, -1])
def test_worthless_tickets_can_give_no_credit(ev):
    assert tickets_needed(Fraction(1), Fraction(1), Fraction(ev)) == 0
    with pytest.raises(FieldRangeError, match="ev"):
        tickets_needed(Fraction(0), Fraction(1), Fraction(ev))
