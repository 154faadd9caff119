"""Payments: tickets with the terms that they share (facts: offchain 2.3, 2.5, 3.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from offchain.errors import FieldRangeError, MessageError
from offchain.tickets import ExpirationParams, Ticket, TicketParams
from offchain.tickets.bounds import UINT32_BITS, checksum_address, uint
from offchain.types import ZERO_ADDRESS, address_bytes
from offchain.wire import lp_rpc_pb2 as pb
from offchain.wire.fields import (
    INT64_MAX,
    at_most,
    between,
    bigint_bytes,
    optional_address,
    optional_hash,
    parse_bigint,
)
from offchain.wire.limits import MAX_SIGNATURE_BYTES, MAX_TICKETS
from offchain.wire.prices import price_from_wire, price_to_wire

__all__ = [
    "Payment",
    "TicketSignature",
    "params_from_wire",
    "params_to_wire",
    "payment_from_wire",
    "payment_to_wire",
]


class TicketSignature(NamedTuple):
    """What tickets of one payment do not share: the sender's nonce and signature (as sent, not yet checked)."""

    sender_nonce: int
    signature: bytes


@dataclass(frozen=True, slots=True)
class Payment:
    """What a gateway sends along with a segment.

    Attributes:
        sender: who pays; the zero address if the message names none.
        params: the terms of the tickets, expiration included; None when there are no tickets.
        tickets: nonces and signatures, at most MAX_TICKETS.
        expected_price: wei per pixel that the gateway reckons with; None if it names none.

    Raises:
        FieldRangeError: a field is out of range, or there are tickets without terms.
    """

    sender: str = ZERO_ADDRESS
    params: TicketParams | None = None
    tickets: tuple[TicketSignature, ...] = ()
    expected_price: Fraction | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "sender", checksum_address(self.sender))
        between("number of tickets", len(self.tickets), 0, MAX_TICKETS)
        if self.tickets and self.params is None:
            raise FieldRangeError("ticket_params", None, "given when there are tickets")
        for ticket in self.tickets:
            uint("sender_nonce", ticket.sender_nonce, UINT32_BITS)
            between("signature length", len(ticket.signature), 0, MAX_SIGNATURE_BYTES)

    @property
    def expiration(self) -> ExpirationParams:
        """The round of the tickets; zero when there are no terms."""
        return ExpirationParams() if self.params is None else self.params.expiration_params

    def signed_tickets(self) -> Iterator[tuple[Ticket, bytes]]:
        """Each ticket in full, with its signature, in the order of the message."""
        if self.params is not None:
            for sender_nonce, signature in self.tickets:
                yield self.params.ticket(self.sender, sender_nonce), signature


def params_to_wire(params: TicketParams, *, expiration: bool = True) -> pb.TicketParams:
    """The message of ticket parameters; an offer names the round, a payment says it elsewhere."""
    return pb.TicketParams(
        recipient=address_bytes(params.recipient),
        face_value=bigint_bytes(params.face_value),
        win_prob=bigint_bytes(params.win_prob),
        recipient_rand_hash=params.recipient_rand_hash,
        seed=bigint_bytes(params.seed),
        expiration_block=bigint_bytes(params.expiration_block),
        expiration_params=_expiration_to_wire(params.expiration_params) if expiration else None,
    )


def params_from_wire(message: pb.TicketParams) -> TicketParams:
    """Ticket parameters as offered, or as repeated in a payment.

    Raises:
        MessageError, FieldRangeError: a field is out of range or not in its one encoding.
    """
    return TicketParams(
        recipient=optional_address(message.recipient),
        face_value=parse_bigint("face_value", message.face_value),
        win_prob=parse_bigint("win_prob", message.win_prob),
        recipient_rand_hash=message.recipient_rand_hash,
        seed=parse_bigint("seed", message.seed),
        expiration_block=parse_bigint("expiration_block", message.expiration_block),
        expiration_params=_expiration_from_wire(message.expiration_params),
    )


def _expiration_to_wire(params: ExpirationParams) -> pb.TicketExpirationParams:
    return pb.TicketExpirationParams(
        creation_round=params.creation_round,
        creation_round_block_hash=params.creation_round_block_hash,
    )


def _expiration_from_wire(message: pb.TicketExpirationParams) -> ExpirationParams:
    return ExpirationParams(
        creation_round=between("creation_round", message.creation_round, 0, INT64_MAX),
        creation_round_block_hash=optional_hash("creation_round_block_hash", message.creation_round_block_hash),
    )


def payment_to_wire(payment: Payment) -> pb.Payment:
    """The message of a payment.

    Raises:
        FieldRangeError: the price does not fit the wire.
    """
    message = pb.Payment(sender=address_bytes(payment.sender))
    if payment.params is not None:
        message.ticket_params.CopyFrom(params_to_wire(payment.params, expiration=False))
        message.expiration_params.CopyFrom(_expiration_to_wire(payment.params.expiration_params))
    for ticket in payment.tickets:
        message.ticket_sender_params.add(sender_nonce=ticket.sender_nonce, sig=ticket.signature)
    if payment.expected_price is not None:
        message.expected_price.CopyFrom(price_to_wire(payment.expected_price))
    return message


def payment_from_wire(message: pb.Payment) -> Payment:
    """A payment whose fields are in range; signatures, sender and terms are still to be checked.

    The round comes from the payment's own expiration field; what may stand inside its parameters is not looked at.

    Raises:
        MessageError, FieldRangeError: a field is out of range or not in its one encoding.
    """
    at_most("tickets", message.ticket_sender_params, MAX_TICKETS)
    params = None
    if message.HasField("ticket_params"):
        expiration = _expiration_from_wire(message.expiration_params)
        params = replace(params_from_wire(message.ticket_params), expiration_params=expiration)
    elif message.ticket_sender_params:
        raise MessageError("tickets without ticket_params")
    price = price_from_wire(message.expected_price) if message.HasField("expected_price") else None
    tickets = tuple(TicketSignature(each.sender_nonce, each.sig) for each in message.ticket_sender_params)
    return Payment(optional_address(message.sender), params, tickets, price)
