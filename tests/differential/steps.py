"""What a sequence is made of. A step prints as the Python that makes it, so that failures can be pasted into tests."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from eth_utils.crypto import keccak

from offchain.tickets import Ticket
from offchain.tickets.signing import sign_ticket
from tests.differential.sides import Side

__all__ = ["Call", "Draw", "NextRound", "Pass", "Step", "ticket_arguments"]

RAND = 0xC0FFEE
ALWAYS = 2**256 - 1


@dataclass(frozen=True, repr=False)
class Draw:
    """A ticket, made when it is redeemed: it commits to a block hash that only then is known.

    Attributes:
        age: rounds since the ticket's round.
        flaw: what is wrong with it, by the names of {ticket_arguments}.
    """

    sender: str
    recipient: str
    face_value: int
    nonce: int
    age: int = 0
    flaw: str = ""

    def __repr__(self) -> str:
        return _written(self, 4)


@dataclass(frozen=True, repr=False)
class Call:
    """A call of `who`; arguments are names, numbers, bytes, and {Draw}s in the place of a redemption's arguments.

    A {Motion} stands for its own arguments, or for its id where only that is wanted.
    """

    who: str
    contract: str
    function: str
    arguments: tuple[Any, ...] = ()
    value: int = 0

    def __repr__(self) -> str:
        return _written(self, 3)


@dataclass(frozen=True)
class NextRound:
    """On to the first block of the round after next in `skipped` rounds; the next call is the first of that round."""

    skipped: int = 0


@dataclass(frozen=True)
class Pass:
    """Empty blocks."""

    blocks: int


Step = Call | NextRound | Pass


def ticket_arguments(side: Side, draw: Draw, round_number: int) -> tuple[tuple[Any, ...], bytes, int]:
    """Ticket, signature and random number, as the broker wants them."""
    creation_round = max(round_number - draw.age, 0)
    block_hash = side.read("RoundsManager", "blockHashForRound", creation_round)
    if draw.flaw == "another hash":
        block_hash = keccak(block_hash)
    ticket = Ticket(
        recipient=side.addresses[draw.recipient],
        sender=side.addresses[draw.sender],
        face_value=draw.face_value,
        win_prob=0 if draw.flaw == "loses" else ALWAYS,
        sender_nonce=draw.nonce,
        recipient_rand_hash=keccak(RAND.to_bytes(32, "big")),
        creation_round=creation_round,
        creation_round_block_hash=block_hash,
    )
    signer = "mallory" if draw.flaw == "another signer" else draw.sender
    signature = sign_ticket(side.keys.get(signer, side.keys["mallory"]), ticket)
    if draw.flaw == "short signature":
        signature = signature[:64]
    head = (ticket.recipient, ticket.sender, ticket.face_value, ticket.win_prob, ticket.sender_nonce)
    aux_data = ticket.aux_data() + (b"\x00" if draw.flaw == "long data" else b"")
    rand = RAND + (draw.flaw == "another number")
    return (*head, ticket.recipient_rand_hash, aux_data), signature, rand


def _written(value: Draw | Call, required: int) -> str:
    """Without the names of fields, and without what is left at its default."""
    given = [getattr(value, entry.name) for entry in fields(value)]
    defaults = [entry.default for entry in fields(value)]
    while len(given) > required and given[-1] == defaults[len(given) - 1]:
        given.pop()
    return f"{type(value).__name__}({', '.join(map(repr, given))})"
