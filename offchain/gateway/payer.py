"""Paying for a segment: judge the terms, top up the credit, sign the tickets (facts: offchain 1.5, 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from offchain.errors import TicketParamsError
from offchain.gateway.chain_view import ChainView
from offchain.gateway.credit import CreditBook, Payment
from offchain.gateway.quotes import Quote
from offchain.gateway.spending import MAX_TICKETS_PER_PAYMENT, NonceBook, SpendGuard
from offchain.gateway.terms import PaymentLimits, check_funds, check_params, check_price
from offchain.tickets import TicketParams, key_address, sign_ticket
from offchain.wire import Payment as PaymentMessage
from offchain.wire import TicketSignature, encode_payment

__all__ = ["Payer", "SignedPayment"]


@dataclass(frozen=True, slots=True)
class SignedPayment:
    """A payment ready to go.

    Attributes:
        header: text of the payment header.
        payment: its life in the credit book; whoever sends it must settle it.
        ev: expected value of its tickets, wei.
        face_value: wei that each of them pays if it wins; 0 without tickets.
        price: wei per pixel that the orchestrator is held to.
    """

    header: str
    payment: Payment
    ev: Fraction
    face_value: int
    price: Fraction

    @property
    def tickets(self) -> int:
        """How many tickets it carries."""
        return self.payment.tickets


class Payer:
    """Signs for one account: all streams of a gateway share its credit, nonces and spend cap.

    Attributes:
        sender: the account's address.
        credit: what is prepaid where.
        signed: tickets signed since the start.
    """

    def __init__(
        self, key: bytes, chain: ChainView, limits: PaymentLimits, spending: SpendGuard, credit: CreditBook
    ) -> None:
        self._key, self._chain, self._limits, self._spending = key, chain, limits, spending
        self._nonces = NonceBook()
        self.sender = key_address(key)
        self.credit = credit
        self.signed = 0

    async def prepare(self, quote: Quote, initial_price: Fraction, fee: Fraction) -> SignedPayment:
        """A payment that lifts the credit under `quote` to the fee, and to one ticket at least.

        Args:
            quote: the orchestrator's offer.
            initial_price: wei per pixel at the beginning of the session.
            fee: what the segment will cost at most, wei.

        Raises:
            PriceError, TicketParamsError: the offer is not acceptable.
            SenderFundsError, SpendCapError: the gateway itself cannot, or may not, pay.
            ChainError: the chain cannot be read.
        """
        check_price(quote.price, initial_price, self._limits)
        if quote.price == 0:
            return self._free(quote)
        if quote.params is None:
            raise TicketParamsError("a price above zero, but no ticket parameters")
        funds = await self._chain.funds()
        clock = self._chain.state
        check_funds(funds, clock.last_initialized_round)
        self._nonces.expire(clock.l1_block)
        # Judged as for one ticket first: with worthless tickets there is no number of them that pays the fee.
        check_params(quote.params, 1, quote.orchestrator, clock, funds, self._limits)
        ev = quote.params.expected_value
        payment = self.credit.stage(quote.credit_key, max(fee, ev), ev)
        try:
            check_params(quote.params, payment.tickets, quote.orchestrator, clock, funds, self._limits)
            header = self._sign(quote, quote.params, payment)
        except BaseException:
            payment.settle()
            raise
        return SignedPayment(
            header, payment, payment.new, quote.params.face_value if payment.tickets else 0, quote.price
        )

    def params_used_up(self, quote: Quote) -> bool:
        """Whether another payment might not find enough nonces under the quote's commitment."""
        if quote.params is None:
            return False
        return self._nonces.left(quote.params.recipient_rand_hash) < MAX_TICKETS_PER_PAYMENT

    def _free(self, quote: Quote) -> SignedPayment:
        balance = self.credit.balance(quote.credit_key)
        payment = self.credit.stage(quote.credit_key, min(balance, Fraction(0)), Fraction(0))
        return SignedPayment(self._header(quote, None, ()), payment, Fraction(0), 0, quote.price)

    def _sign(self, quote: Quote, params: TicketParams, payment: Payment) -> str:
        if payment.tickets == 0:
            return self._header(quote, None, ())
        if payment.tickets > MAX_TICKETS_PER_PAYMENT:
            raise TicketParamsError(
                f"tickets worth too little: {payment.tickets} for one segment, the limit is {MAX_TICKETS_PER_PAYMENT}"
            )
        commitment = params.recipient_rand_hash
        if self._nonces.left(commitment) < payment.tickets:
            raise TicketParamsError(f"ticket parameters are used up: {self._nonces.left(commitment)} tickets left")
        self._spending.reserve(payment.new)
        nonces = self._nonces.take(commitment, payment.tickets, params.expiration_block)
        self.signed += payment.tickets
        tickets = (params.ticket(self.sender, nonce) for nonce in nonces)
        signed = tuple(TicketSignature(t.sender_nonce, sign_ticket(self._key, t)) for t in tickets)
        return self._header(quote, params, signed)

    def _header(self, quote: Quote, params: TicketParams | None, tickets: tuple[TicketSignature, ...]) -> str:
        return encode_payment(PaymentMessage(self.sender, params, tickets, quote.price))
