"""The gateway's own limits on what it signs: nonces under one commitment, and wei in a span of time.

Both are asked before a ticket is signed, because a signed ticket is money whether or not it is ever sent.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from fractions import Fraction

from offchain.errors import SpendCapError, TicketParamsError

__all__ = ["MAX_TICKETS_PER_COMMITMENT", "MAX_TICKETS_PER_PAYMENT", "NonceBook", "SpendGuard"]

MAX_TICKETS_PER_COMMITMENT = 600
"""Nonces that an orchestrator remembers under one commitment; it refuses more (facts: offchain 1.4)."""

MAX_TICKETS_PER_PAYMENT = 100
"""Tickets in one header: about 10 kB of it (facts: offchain 2.6)."""


class SpendGuard:
    """Expected value signed within a sliding window; `cap` wei, 0 = none; `window_s` 0 = since the start."""

    def __init__(self, cap: int, window_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._cap, self._window_s, self._clock = cap, window_s, clock
        self._recent: deque[tuple[float, Fraction]] = deque()
        self._signed = Fraction(0)

    @property
    def signed(self) -> Fraction:
        """Wei of expected value that count against the cap now."""
        self._forget()
        return self._signed

    def reserve(self, amount: Fraction) -> None:
        """Counts `amount` wei, to be signed next; never given back.

        Raises:
            SpendCapError: it would exceed the cap; nothing is counted.
        """
        if self._cap and self.signed + amount > self._cap:
            raise SpendCapError(self._cap, self._signed.__ceil__(), amount.__ceil__())
        if amount:
            self._signed += amount
            self._recent.append((self._clock(), amount))

    def _forget(self) -> None:
        if not self._window_s:
            return
        horizon = self._clock() - self._window_s
        while self._recent and self._recent[0][0] <= horizon:
            self._signed -= self._recent.popleft()[1]


class NonceBook:
    """The last nonce used under each commitment; the first ticket has nonce 1 (facts: offchain 1.5).

    Kept until the parameters have expired, also when an orchestrator offers the same commitment again: a nonce used
    twice would be a ticket that the orchestrator refuses.
    """

    def __init__(self) -> None:
        self._last: dict[bytes, tuple[int, int]] = {}

    def left(self, commitment: bytes) -> int:
        """Tickets that can still be signed under the commitment."""
        return MAX_TICKETS_PER_COMMITMENT - self._last.get(commitment, (0, 0))[0]

    def take(self, commitment: bytes, count: int, expiration_block: int) -> range:
        """The next `count` nonces.

        Raises:
            TicketParamsError: fewer are left; new parameters are needed.
        """
        last, expires = self._last.get(commitment, (0, 0))
        if last + count > MAX_TICKETS_PER_COMMITMENT:
            raise TicketParamsError(f"ticket parameters are used up: {last} of {MAX_TICKETS_PER_COMMITMENT} tickets")
        self._last[commitment] = last + count, max(expires, expiration_block)
        return range(last + 1, last + count + 1)

    def expire(self, l1_block: int) -> None:
        """Forgets commitments whose parameters have expired at `l1_block`."""
        for commitment in [c for c, (_, expires) in self._last.items() if expires <= l1_block]:
            del self._last[commitment]
