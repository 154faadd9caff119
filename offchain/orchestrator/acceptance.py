"""Is this payment good? (facts: offchain 1.4)

Pure: what the chain says comes in as values, what is to be kept goes out as values. Only the nonces that have been
seen are remembered here, and only while their terms could still earn credit.

A fault is fatal or not. Fatal: sender, recipient or terms are wrong, so every ticket of the payment would be; the
rest is not looked at. Not fatal: this ticket is no good; the others are still looked at for winners, but earn no more
credit. A winner is a winner even when it earns no credit: its sender has signed it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from offchain.chain.clock import ClockState
from offchain.chain.values import SenderInfo
from offchain.errors import PaymentError, SignatureEncodingError, SignatureLengthError
from offchain.orchestrator.terms import TermsDesk
from offchain.orchestrator.winners import Winner
from offchain.tickets import Ticket, TicketParams, is_winner, recover_signer
from offchain.types import ZERO_ADDRESS
from offchain.wire.payments import Payment

MAX_NONCES = 600
UNLOCK_ROUNDS = 1


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What a payment amounts to.

    Attributes:
        credit: wei to credit to the sender.
        tickets: how many tickets earned it.
        winners: tickets to keep, whether they earned credit or not.
        error: the last fault found, to be told to the sender; None if there is none.
        nonces: nonces that this payment has used up.
    """

    credit: Fraction = Fraction(0)
    tickets: int = 0
    winners: tuple[Winner, ...] = ()
    error: PaymentError | None = None
    nonces: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Seen:
    expiration_block: int
    nonces: set[int] = field(default_factory=set)


class TicketAcceptor:
    """Checks tickets against the terms that we offered, and remembers their nonces."""

    def __init__(self, terms: TermsDesk) -> None:
        self._terms = terms
        self._seen: dict[bytes, _Seen] = {}

    def accept(self, payment: Payment, sender: SenderInfo | None, clock: ClockState) -> Acceptance:
        """Looks at all tickets of a payment.

        Args:
            sender: the funds of `payment.sender`; None while the chain cannot be read, which earns no credit.
            clock: `l1_block` must never go back between calls.
        """
        if payment.params is None or not payment.tickets:
            return Acceptance()
        try:
            if sender is not None:
                _refuse_unlocking(payment.sender, sender, clock)
            rand = self._validate_terms(payment, payment.params)
        except PaymentError as error:
            return Acceptance(error=error)
        return self._accept_tickets(payment, payment.params, rand, _worthless(payment, sender, clock))

    def terms_hold(self, payment: Payment, clock: ClockState) -> bool:
        """Whether the payment carries terms of ours, made for its price and not expired."""
        params, price = payment.params, payment.expected_price
        if params is None or price is None or params.expiration_block <= clock.l1_block:
            return False
        return params.recipient == self._terms.recipient and (
            self._terms.recognise(params, payment.sender, price) is not None
        )

    def release(self, payment: Payment, acceptance: Acceptance) -> None:
        """Undoes an acceptance that could not be kept, so that the same tickets may come again."""
        if payment.params is not None:
            seen = self._seen.get(payment.params.recipient_rand_hash)
            if seen is not None:
                seen.nonces -= acceptance.nonces

    def prune(self, l1_block: int) -> None:
        """Forgets nonces under terms that have expired by this block."""
        for key in [key for key, seen in self._seen.items() if seen.expiration_block <= l1_block]:
            del self._seen[key]

    def _validate_terms(self, payment: Payment, params: TicketParams) -> int:
        if params.recipient != self._terms.recipient:
            raise PaymentError("invalid ticket recipient", fatal=True)
        if payment.sender == ZERO_ADDRESS:
            raise PaymentError("invalid ticket sender", fatal=True)
        price = payment.expected_price
        rand = None if price is None else self._terms.recognise(params, payment.sender, price)
        if rand is None:
            raise PaymentError("invalid recipientRand for ticket recipientRandHash", fatal=True)
        return rand

    def _accept_tickets(
        self, payment: Payment, params: TicketParams, rand: int, worthless: PaymentError | None
    ) -> Acceptance:
        winners: list[Winner] = []
        used: set[int] = set()
        accepted = 0
        error: PaymentError | None = None
        for ticket, signature in payment.signed_tickets():
            try:
                _validate_signature(ticket, signature)
                if is_winner(signature, rand, ticket.win_prob):
                    winners.append(Winner(ticket, signature, rand, params.expiration_block))
                self._use_nonce(params, ticket.sender_nonce)
                used.add(ticket.sender_nonce)
                if worthless is not None:
                    raise worthless
            except PaymentError as fault:
                error = fault
            else:
                accepted += error is None
        return Acceptance(accepted * params.expected_value, accepted, tuple(winners), error, frozenset(used))

    def _use_nonce(self, params: TicketParams, nonce: int) -> None:
        seen = self._seen.get(params.recipient_rand_hash)
        if seen is None:
            seen = self._seen[params.recipient_rand_hash] = _Seen(params.expiration_block)
        if nonce in seen.nonces:
            raise PaymentError(f"invalid ticket senderNonce: already seen {nonce}")
        if len(seen.nonces) >= MAX_NONCES:
            raise PaymentError(f"invalid ticket senderNonce: too many values seen ({MAX_NONCES})")
        seen.nonces.add(nonce)


def _refuse_unlocking(sender: str, info: SenderInfo, clock: ClockState) -> None:
    """Refuses senders whose funds may be gone before a winner of theirs can be redeemed.

    Raises:
        PaymentError: fatal.
    """
    if info.withdraw_round and info.withdraw_round <= clock.last_initialized_round + UNLOCK_ROUNDS:
        raise PaymentError(f"deposit and reserve for sender {sender} is set to unlock soon", fatal=True)


def _worthless(payment: Payment, info: SenderInfo | None, clock: ClockState) -> PaymentError | None:
    """Why no ticket of the payment earns credit, though a winner may still be paid one day; None if they do."""
    if payment.params is not None and payment.params.expiration_block <= clock.l1_block:
        return PaymentError("TicketParams expired")
    if info is None:
        return PaymentError("funds of the sender are unknown, the chain cannot be read")
    if not info.deposit and not info.reserve_funds:
        return PaymentError(f"sender {payment.sender} has neither deposit nor reserve")
    return None


def _validate_signature(ticket: Ticket, signature: bytes) -> None:
    try:
        signer = recover_signer(ticket, signature)
    except (SignatureLengthError, SignatureEncodingError) as error:
        raise PaymentError(f"invalid ticket signature: {error}") from error
    if signer != ticket.sender:
        raise PaymentError(f"invalid ticket signature: signed by {signer}, not by {ticket.sender}")
