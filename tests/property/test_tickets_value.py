"""What tickets are worth, for any amounts."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from offchain.errors import SenderReserveError
from offchain.tickets import MAX_WIN_PROB, expected_value, tickets_needed
from offchain.tickets.value import face_value, win_prob
from tests.support.tickets import words

wei = st.integers(0, 10**24)
credits = st.fractions(min_value=-(10**20), max_value=10**20, max_denominator=10**6)
positive = st.fractions(min_value=Fraction(1, 10**6), max_value=10**20, max_denominator=10**6)


@given(value=words, share=words)
def test_tick67_expected_value_lies_between_nothing_and_the_face_value(value, share):
    ev = expected_value(value, share)
    assert 0 <= ev <= value
    assert ev * MAX_WIN_PROB == value * share


@given(data=st.data(), value=st.integers(1, 2**128))
def test_tick67_a_ticket_is_worth_what_was_asked_and_hardly_more(data, value):
    ev = data.draw(st.integers(0, value))
    worth = expected_value(value, win_prob(value, ev))
    assert ev <= worth
    # One unit of share too many for each wei of expected value, at most.
    assert worth - ev <= Fraction(ev * value, MAX_WIN_PROB)


@given(data=st.data(), value=words)
def test_a_winning_probability_fits_256_bits(data, value):
    assert 0 <= win_prob(value, data.draw(st.integers(0, value))) <= MAX_WIN_PROB


@given(cost=wei, ev=st.integers(1, 10**24), funds=wei, bound=wei, gas=st.integers(0, 10**7))
def test_a_face_value_keeps_all_its_bounds_or_is_refused(cost, ev, funds, bound, gas):
    try:
        value = face_value(cost, ev, funds, bound, gas)
    except SenderReserveError:
        cap = min(funds, bound or funds)
        assert cap < ev or cap < cost
        return
    assert ev <= value <= min(funds, bound or funds)
    assert value >= min(cost, gas * 3 * 10**9)
    assert value <= 100 * max(cost, ev)


@given(credit=credits, min_credit=credits, ev=positive)
def test_tickets_are_enough_and_not_one_too_many(credit, min_credit, ev):
    number = tickets_needed(credit, min_credit, ev)
    assert credit + number * ev >= min_credit
    assert number == 0 or credit + (number - 1) * ev < min_credit


@given(credit=credits, ev=credits, more=positive)
def test_no_tickets_are_needed_for_a_credit_that_suffices(credit, ev, more):
    assume(ev > 0)
    assert tickets_needed(credit + more, credit, ev) == 0
