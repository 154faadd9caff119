"""What a pixel costs whom, and what we have told them (facts: offchain 2.1, 2.2)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from fractions import Fraction

from offchain.errors import PaymentError
from offchain.wire.prices import wire_price

DECIMALS = 1000
MAX_QUOTES = 10_000


class PriceBook:
    """The operator's prices, and the quotes that sessions hold."""

    def __init__(self, base: Fraction, by_gateway: Mapping[str, Fraction], *, auto_adjust: bool) -> None:
        """
        Args:
            base: wei per output pixel.
            by_gateway: the same, for gateways with a price of their own.
            auto_adjust: whether a gateway whose tickets are dear to redeem pays more.
        """
        self._base, self._by_gateway, self._auto_adjust = base, dict(by_gateway), auto_adjust
        self._quotes: OrderedDict[tuple[str, str], Fraction] = OrderedDict()

    def current(self, sender: str, tx_cost_multiplier: Fraction) -> Fraction:
        """Wei per pixel that the sender is asked for now.

        Args:
            tx_cost_multiplier: face value of its tickets over the cost to redeem one; 0 if that cost is 0.
        """
        price = self._by_gateway.get(sender, self._base)
        if not self._auto_adjust or tx_cost_multiplier <= 0:
            return wire_price(price)
        adjusted = price * (1 + 1 / tx_cost_multiplier)
        # Three decimals, as the network does it; but never below the price itself, which may be finer.
        return wire_price(max(price, Fraction(round(adjusted * DECIMALS), DECIMALS)))

    def quote(self, sender: str, session_id: str, price: Fraction) -> None:
        """Remembers what a session was told; it may pay that price as long as it is remembered."""
        self._quotes[sender, session_id] = price
        while len(self._quotes) > MAX_QUOTES:
            self._quotes.popitem(last=False)

    def quoted(self, sender: str, session_id: str) -> Fraction | None:
        """What the session was told, if it is still known."""
        return self._quotes.get((sender, session_id))

    def agree(self, sender: str, session_id: str, stated: Fraction | None, current: Fraction) -> Fraction:
        """The price of a payment that names its own price, and no ticket terms of ours that would prove it.

        A node that believed the stated price would work for nothing when told that it is free (facts: offchain 2.2).

        Args:
            stated: wei per pixel as the payment has it; None if it has none.
            current: what the sender is asked for now.

        Returns:
            The price to debit: never above what was stated, always one that we asked for at some time.

        Raises:
            PaymentError: the stated price is below what we ask for now and what this session was told.
        """
        if stated is None and current == 0:
            return current
        if stated is None:
            raise PaymentError("invalid expected price: none")
        ours = [price for price in (current, self.quoted(sender, session_id)) if price is not None and price <= stated]
        if not ours:
            raise PaymentError(f"invalid expected price: {stated} wei per pixel, the price is {current}")
        return max(ours)
