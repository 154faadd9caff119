"""Prices: who is asked for what, and what a stated price is worth (facts: offchain 2.1, 2.2)."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offchain.errors import PaymentError
from offchain.orchestrator.prices import PriceBook
from tests.support.orchestrator_values import GATEWAY, OTHER

BASE = Fraction(1200)
SESSION = "0011aabb"


def book(base=BASE, by_gateway=None, *, auto_adjust=True):
    return PriceBook(base, by_gateway or {}, auto_adjust=auto_adjust)


def test_a_gateway_with_a_price_of_its_own_is_asked_for_that():
    prices = book(by_gateway={OTHER: Fraction(7, 2)}, auto_adjust=False)
    assert prices.current(GATEWAY, Fraction(1)) == 1200
    assert prices.current(OTHER, Fraction(1)) == Fraction(7, 2)


def test_the_cost_to_redeem_is_passed_on_in_thousandths():
    assert book().current(GATEWAY, Fraction(100)) == 1212
    assert book().current(GATEWAY, Fraction(3)) == 1600
    assert book(Fraction(1)).current(GATEWAY, Fraction(3)) == Fraction(1333, 1000)
    assert book().current(GATEWAY, Fraction(0)) == 1200
    assert book(Fraction(0)).current(GATEWAY, Fraction(1)) == 0


@given(
    st.fractions(min_value=0, max_value=10**9, max_denominator=10**9),
    st.fractions(min_value=Fraction(1, 1000), max_value=10**6, max_denominator=1000),
)
def test_an_adjusted_price_is_never_below_the_price(base, multiplier):
    adjusted = book(base).current(GATEWAY, multiplier)
    assert adjusted >= base
    assert adjusted <= base * (1 + 1 / multiplier) + Fraction(1, 1000)


def test_the_price_that_a_session_was_told_stays_good_for_it_alone():
    prices = book()
    prices.quote(GATEWAY, SESSION, Fraction(1000))
    assert prices.agree(GATEWAY, SESSION, Fraction(1000), BASE) == 1000
    for sender, session in ((OTHER, SESSION), (GATEWAY, "ffffffff")):
        with pytest.raises(PaymentError, match="invalid expected price: 1000 wei per pixel, the price is 1200"):
            prices.agree(sender, session, Fraction(1000), BASE)


@pytest.mark.parametrize("stated", [None, Fraction(0), Fraction(0, 5), BASE - Fraction(1, 10**9)])
def test_nobody_gets_a_free_or_cheaper_session_by_saying_so(stated):
    with pytest.raises(PaymentError, match="invalid expected price"):
        book().agree(GATEWAY, SESSION, stated, BASE)


def test_free_work_asks_for_no_statement():
    assert book(Fraction(0)).agree(GATEWAY, SESSION, None, Fraction(0)) == 0


def test_who_offers_more_is_not_charged_more_than_we_ask_for():
    prices = book()
    prices.quote(GATEWAY, SESSION, Fraction(1300))
    assert prices.agree(GATEWAY, SESSION, Fraction(10**18, 7), BASE) == 1300
    assert prices.agree(GATEWAY, SESSION, Fraction(1250), BASE) == 1200


def test_quotes_do_not_fill_the_memory():
    prices = book()
    for number in range(20_000):
        prices.quote(GATEWAY, f"{number:08x}", BASE)
    assert prices.quoted(GATEWAY, "00000000") is None
    assert prices.quoted(GATEWAY, f"{19_999:08x}") == BASE
