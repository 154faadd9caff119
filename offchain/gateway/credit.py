"""What a gateway has prepaid at each orchestrator, and the life of one payment.

    stage ──> STAGED ──sent()──> SPENT ──change(fee)──> CHANGED
                │                  │                      │
            settle(): credit   settle(): all of it     settle(): credit is what was
            is given back      is lost                 there, plus tickets, minus fee

Staging takes the whole credit out, so that two segments under way never spend the same wei. A payment is sent as soon
as the request may have reached the orchestrator; without an answer nobody knows what it did with the tickets, so the
gateway counts them as lost rather than hope (facts: offchain 2.3).

At any time and to the wei: sent = billed + lost + held + what payments under way have taken out or carry.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from offchain.tickets.value import tickets_needed

__all__ = ["CreditBook", "CreditKey", "Payment", "PaymentState"]

ZERO = Fraction(0)
# An orchestrator forgets a balance that was idle for 10 minutes; leave before it does.
IDLE_S = 540.0


@dataclass(frozen=True, slots=True)
class CreditKey:
    """Whose books: the orchestrator's address and the session that its auth token names (facts: offchain 2.3)."""

    recipient: str
    session_id: str


class PaymentState(Enum):
    """How far a payment has come."""

    STAGED = "staged"
    SPENT = "spent"
    CHANGED = "changed"
    SETTLED = "settled"


class CreditBook:
    """Credits in wei by orchestrator and session, and the sums that hold them to account.

    Attributes:
        sent: expected value of all tickets sent.
        billed: fees that orchestrators have charged.
        lost: credit that is not coming back: no answer, a forged one, or a session that ended.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._credits: dict[CreditKey, Fraction] = {}
        self._touched: dict[CreditKey, float] = {}
        self.sent, self.billed, self.lost = ZERO, ZERO, ZERO

    @property
    def held(self) -> Fraction:
        """Sum of all credits, without what is staged."""
        return sum(self._credits.values(), ZERO)

    def balance(self, key: CreditKey) -> Fraction:
        """Credit at one orchestrator; negative when it has billed more than was prepaid."""
        return self._credits.get(key, ZERO)

    def stage(self, key: CreditKey, min_credit: Fraction, ev: Fraction) -> Payment:
        """Takes the credit out and tells how many tickets it lacks.

        Args:
            key: whose books.
            min_credit: wei that must be prepaid, tickets included.
            ev: expected value of one ticket, wei.

        Raises:
            FieldRangeError: tickets are needed but worth nothing; the credit stays where it was.
        """
        self._drop_idle()
        existing = self.balance(key)
        tickets = tickets_needed(existing, min_credit, ev)
        self._credits.pop(key, None)
        return Payment(self, key, existing, tickets, tickets * ev)

    def drop(self, key: CreditKey) -> None:
        """Gives a credit up: the orchestrator says that it knows nothing of it, or the session ends."""
        self.lost += self._credits.pop(key, ZERO)
        self._touched.pop(key, None)

    def _put(self, key: CreditKey, amount: Fraction) -> None:
        self._credits[key] = self.balance(key) + amount
        self._touched[key] = self._clock()

    def _drop_idle(self) -> None:
        horizon = self._clock() - IDLE_S
        for key in [key for key, at in self._touched.items() if at < horizon]:
            self.drop(key)


class Payment:
    """One payment on its way; see the module.

    Attributes:
        existing: credit taken out, wei.
        tickets: how many to sign.
        new: their expected value, wei.
        state: how far it has come.
    """

    def __init__(self, book: CreditBook, key: CreditKey, existing: Fraction, tickets: int, new: Fraction) -> None:
        self._book, self.key = book, key
        self.existing, self.tickets, self.new = existing, tickets, new
        self.state = PaymentState.STAGED
        self._fee = ZERO

    def sent(self) -> None:
        """The request may have reached the orchestrator."""
        self._step(PaymentState.STAGED, PaymentState.SPENT)
        self._book.sent += self.new

    def change(self, fee: Fraction) -> None:
        """The orchestrator answered as agreed and charged `fee` wei."""
        if fee < 0:
            raise ValueError(f"a fee is not negative, got {fee}")
        self._step(PaymentState.SPENT, PaymentState.CHANGED)
        self._fee = fee

    def settle(self) -> None:
        """Ends the payment by the state it is in; a second time does nothing."""
        state, self.state = self.state, PaymentState.SETTLED
        if state is PaymentState.STAGED:
            self._book._put(self.key, self.existing)
        elif state is PaymentState.SPENT:
            self._book.lost += self.existing + self.new
        elif state is PaymentState.CHANGED:
            self._book.billed += self._fee
            self._book._put(self.key, self.existing + self.new - self._fee)

    def _step(self, before: PaymentState, after: PaymentState) -> None:
        if self.state is not before:
            raise ValueError(f"a payment becomes {after.value} when {before.value}, not when {self.state.value}")
        self.state = after
