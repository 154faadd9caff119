"""Credit with orchestrators: conserved to the wei over every course that payments can take (facts: offchain 2.3)."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from offchain.errors import FieldRangeError, SpendCapError, TicketParamsError
from offchain.gateway.credit import IDLE_S, CreditBook, CreditKey, Payment, PaymentState
from offchain.gateway.spending import MAX_TICKETS_PER_COMMITMENT, NonceBook, SpendGuard

KEY = CreditKey("0xa", "s1")
KEYS = [KEY, CreditKey("0xa", "s2"), CreditKey("0xb", "s1")]
amounts = st.fractions(min_value=0, max_value=10**13, max_denominator=1200)
values = st.fractions(min_value=1, max_value=10**12, max_denominator=1200)


class Watch:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class CreditMachine(RuleBasedStateMachine):
    """Payments at several orchestrators, interleaved, each ended at any step of its life."""

    staged = Bundle("staged")
    spent = Bundle("spent")

    @initialize()
    def start(self):
        self.watch = Watch()
        self.book = CreditBook(self.watch)
        self.under_way: list[Payment] = []
        self.signed = Fraction(0)

    @rule(target=staged, key=st.sampled_from(KEYS), least=amounts, ev=values)
    def stage(self, key, least, ev):
        payment = self.book.stage(key, least, ev)
        assert payment.existing + payment.new >= least
        assert payment.tickets == 0 or payment.existing + (payment.tickets - 1) * ev < least
        assert self.book.balance(key) == 0
        self.under_way.append(payment)
        return payment

    @rule(target=spent, payment=consumes(staged))
    def send(self, payment):
        payment.sent()
        self.signed += payment.new
        return payment

    @rule(payment=consumes(staged))
    def give_back(self, payment):
        before = self.book.balance(payment.key)
        self.end(payment)
        assert self.book.balance(payment.key) == before + payment.existing

    @rule(payment=consumes(spent))
    def lose(self, payment):
        before = self.book.balance(payment.key)
        self.end(payment)
        assert self.book.balance(payment.key) == before

    @rule(payment=consumes(spent), fee=amounts)
    def answer(self, payment, fee):
        before = self.book.balance(payment.key)
        payment.change(fee)
        self.end(payment)
        assert self.book.balance(payment.key) == before + payment.existing + payment.new - fee

    @rule(key=st.sampled_from(KEYS))
    def forget(self, key):
        self.book.drop(key)
        assert self.book.balance(key) == 0

    @rule(seconds=st.sampled_from([1.0, IDLE_S / 2, IDLE_S + 1]))
    def wait(self, seconds):
        self.watch.now += seconds

    def end(self, payment):
        self.under_way.remove(payment)
        payment.settle()
        held = self.book.held
        payment.settle()
        assert self.book.held == held

    @invariant()
    def node68_what_was_signed_and_sent_is_billed_lost_held_or_under_way(self):
        carried = sum(
            (p.existing + (p.new if p.state is not PaymentState.STAGED else 0) for p in self.under_way), Fraction(0)
        )
        assert self.book.sent == self.signed
        assert self.book.sent == self.book.billed + self.book.lost + self.book.held + carried


TestCredit = CreditMachine.TestCase


def test_a_debt_is_covered_by_the_next_payment():
    book = CreditBook()
    first = book.stage(KEY, Fraction(10), Fraction(3))
    assert first.tickets == 4
    first.sent()
    first.change(Fraction(20))
    first.settle()
    assert book.balance(KEY) == -8
    assert book.stage(KEY, Fraction(10), Fraction(3)).tickets == 6


def test_two_segments_under_way_never_spend_the_same_credit():
    book = CreditBook()
    first = book.stage(KEY, Fraction(5), Fraction(10))
    first.sent()
    first.change(Fraction(0))
    first.settle()
    assert (
        book.stage(KEY, Fraction(5), Fraction(10)).tickets,
        book.stage(KEY, Fraction(5), Fraction(10)).tickets,
    ) == (
        0,
        1,
    )


def test_an_idle_credit_is_lost_before_the_orchestrator_forgets_it():
    watch = Watch()
    book = CreditBook(watch)
    payment = book.stage(KEY, Fraction(5), Fraction(10))
    payment.sent()
    payment.change(Fraction(1))
    payment.settle()
    watch.now = IDLE_S + 1
    assert book.stage(KEY, Fraction(5), Fraction(10)).tickets == 1
    assert book.lost == 9


def test_worthless_tickets_are_refused_and_the_credit_stays():
    book = CreditBook()
    payment = book.stage(KEY, Fraction(5), Fraction(10))
    payment.sent()
    payment.change(Fraction(0))
    payment.settle()
    with pytest.raises(FieldRangeError):
        book.stage(KEY, Fraction(50), Fraction(0))
    assert book.balance(KEY) == 10


def test_a_payment_goes_through_its_states_in_order_only():
    payment = CreditBook().stage(KEY, Fraction(5), Fraction(10))
    with pytest.raises(ValueError, match="changed when spent, not when staged"):
        payment.change(Fraction(1))
    payment.sent()
    with pytest.raises(ValueError, match="spent when staged"):
        payment.sent()
    with pytest.raises(ValueError, match="not negative"):
        payment.change(Fraction(-1))


@given(st.integers(1, 10**6), st.lists(st.tuples(values, st.floats(0, 50)), max_size=40))
def test_t14_no_window_ever_holds_more_than_the_cap(cap, course):
    watch = Watch()
    guard = SpendGuard(cap, window_s=60, clock=watch)
    accepted: list[tuple[float, Fraction]] = []
    for amount, pause in course:
        watch.now += pause
        before = guard.signed
        try:
            guard.reserve(amount)
            accepted.append((watch.now, amount))
        except SpendCapError:
            assert before + amount > cap
            assert guard.signed == before
        recent = sum((a for at, a in accepted if at > watch.now - 60), Fraction(0))
        assert guard.signed == recent <= cap


def test_a_cap_of_nought_is_none_and_a_window_of_nought_is_for_ever():
    watch = Watch()
    unlimited = SpendGuard(0, window_s=60, clock=watch)
    unlimited.reserve(Fraction(10**30))
    for_ever = SpendGuard(10, window_s=0, clock=watch)
    for_ever.reserve(Fraction(10))
    watch.now = 10**9
    with pytest.raises(SpendCapError, match="spend cap of 10 wei: 10 wei signed already, 1 wei more"):
        for_ever.reserve(Fraction(1, 3))


def test_nonces_start_at_one_run_on_and_end_at_six_hundred():
    book = NonceBook()
    commitment, other = bytes(32), bytes([1]) * 32
    assert list(book.take(commitment, 3, 100)) == [1, 2, 3]
    assert list(book.take(other, 1, 100)) == [1]
    assert list(book.take(commitment, 2, 100)) == [4, 5]
    assert book.left(commitment) == MAX_TICKETS_PER_COMMITMENT - 5 == 595
    assert book.take(commitment, 595, 100)[-1] == 600
    with pytest.raises(TicketParamsError, match="used up: 600 of 600"):
        book.take(commitment, 1, 100)


def test_nonces_of_a_commitment_are_kept_until_its_latest_parameters_expire():
    book = NonceBook()
    book.take(bytes(32), 3, 100)
    book.take(bytes(32), 0, 120)
    book.expire(119)
    assert book.left(bytes(32)) == 597
    book.expire(120)
    assert book.left(bytes(32)) == 600
