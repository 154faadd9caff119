"""Shares of amounts: the libraries against whole-number arithmetic in Python."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.reverts import reverts
from tests.support.shares import BILLIONTH, MILLIONTH, PRECISE, fraction_of, share_of

# Whatever the contracts can meet: amounts of 128 bits, and factors that have exploded.
amounts = st.integers(0, 2**128 - 1) | st.sampled_from([0, 1, 10**18, 10**27, 2**128 - 1])
small = st.integers(0, 2**64) | st.sampled_from([0, 1, MILLIONTH, BILLIONTH, 2**64])
divisors = st.integers(1, 2**128 - 1) | st.sampled_from([1, 2, 3, 10**18, 10**27])

many = settings(deadline=None, max_examples=60)


def batches(*fields):
    return st.lists(st.tuples(*fields), min_size=30, max_size=30)


@pytest.fixture(scope="session")
def shares(project, owner):
    return owner.deploy(project.HarnessShares)


def answers(rows):
    return [tuple(row) for row in rows]


@many
@given(questions=batches(amounts, small, divisors))
def test_a_share_of_an_amount_is_rounded_down(shares, questions):
    expected = [tuple(share_of(a, p, whole) for whole in (MILLIONTH, BILLIONTH, PRECISE)) for a, p, _ in questions]
    assert answers(shares.portions(questions)) == expected


@many
@given(questions=batches(amounts, amounts, divisors))
def test_a_ratio_is_rounded_down(shares, questions):
    expected = [tuple(p * whole // w for whole in (MILLIONTH, BILLIONTH, PRECISE)) for _, p, w in questions]
    assert answers(shares.ratios(questions)) == expected


@many
@given(questions=batches(small, small, divisors))
def test_a_fraction_is_rounded_before_it_is_applied_and_after(shares, questions):
    expected = [tuple(fraction_of(a, p, w, whole) for whole in (BILLIONTH, PRECISE)) for a, p, w in questions]
    assert answers(shares.fractions(questions)) == expected


@many
@given(stake=amounts, start=st.integers(PRECISE, 2**250), growth=st.integers(1, 2**40))
def test_bond25_factors_of_any_size_divide_as_long_as_the_result_fits(shares, stake, start, growth):
    end = min(start + start * growth // 3, 2**256 - 1)
    assert shares.preciseFraction(stake, end, start) == fraction_of(stake, end, start, PRECISE)


@given(amount=amounts, part=amounts, whole=divisors)
def test_a_fraction_loses_less_than_the_amounts_share_of_precision(amount, part, whole):
    """Two floors cost at most one wei and what a unit of the 27th decimal is of the amount."""
    exact, got = amount * part // whole, fraction_of(amount, part, whole, PRECISE)
    assert 0 <= exact - got <= amount // PRECISE + 1


def test_a_fraction_of_nothing_is_refused(shares):
    with reverts("division or modulo by zero"):
        shares.preciseFraction(1, 1, 0)


def test_a_result_beyond_256_bits_is_refused(shares):
    with reverts("arithmetic underflow or overflow"):
        shares.preciseFraction(2**200, 2**200, 1)


@pytest.mark.parametrize(
    ("check", "whole"), [("checkMillionths", MILLIONTH), ("checkBillionths", BILLIONTH), ("checkPrecise", PRECISE)]
)
def test_bond26_no_share_exceeds_the_whole(shares, check, whole):
    getattr(shares, check)(whole)
    with reverts("InvalidPercentage", whole + 1, whole):
        getattr(shares, check)(whole + 1)
