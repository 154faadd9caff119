"""What this package says of a case, in the contracts' words."""

from __future__ import annotations

from typing import NamedTuple

from offchain.errors import FieldRangeError, SignatureEncodingError, SignatureLengthError
from offchain.tickets import Ticket, is_winner
from offchain.tickets.keccak import keccak
from offchain.tickets.signing import HALF_ORDER, recover_digest_signer
from offchain.types import address_bytes
from tests.tickets.cases import Case, Fields, packed

__all__ = ["Verdict", "selector", "ticket_of", "verdict"]

NOTHING = bytes(32)


def selector(error: str) -> bytes:
    """First four bytes of an error, by its signature."""
    return keccak(error.encode())[:4]


LENGTH = selector("SignatureLengthInvalid(uint256)")
HIGH_S = selector("ECDSAInvalidSignatureS(bytes32)")
ENCODING = selector("ECDSAInvalidSignature()")
SIGNER = selector("TicketSignerMismatch(address,address)")
ACCEPTED = bytes(4)
NAMES = {ACCEPTED: "accepted", LENGTH: "length", HIGH_S: "high s", ENCODING: "encoding", SIGNER: "signer"}


class Verdict(NamedTuple):
    """On one case.

    Attributes:
        ticket_hash: what the sender should have signed.
        refusal: selector of the error that the signature is refused with; zeros if it is the sender's.
        detail: the error's first argument as a word (a length, an s, the signer); zeros if it has none.
        wins: whether signature and number win; None of a signature that is not 65 bytes long, which never gets so far.
    """

    ticket_hash: bytes
    refusal: bytes
    detail: bytes
    wins: bool | None


def ticket_of(fields: Fields) -> Ticket | None:
    """The ticket as nodes know it; None where it is out of their bounds, or its aux data of another form."""
    created, block_hash = (fields.aux[:32], fields.aux[32:]) if fields.aux else (NOTHING, NOTHING)
    try:
        ticket = Ticket(*fields[:6], int.from_bytes(created, "big"), block_hash)
    except FieldRangeError:
        return None
    return ticket if ticket.aux_data() == fields.aux else None


def verdict(case: Case) -> Verdict:
    """Hash, signer and draw as `offchain.tickets` has them."""
    ticket = ticket_of(case.fields)
    ticket_hash = keccak(packed(case.fields)) if ticket is None else ticket.hash()
    signature = case.signature
    wins: bool | None = None
    if len(signature) == 65:
        wins = is_winner(signature, case.rand, case.fields.win_prob)
    try:
        signer = address_bytes(recover_digest_signer(ticket_hash, signature))
    except SignatureLengthError as error:
        return Verdict(ticket_hash, LENGTH, error.got.to_bytes(32, "big"), wins)
    except SignatureEncodingError:
        if int.from_bytes(signature[32:64], "big") > HALF_ORDER:
            return Verdict(ticket_hash, HIGH_S, signature[32:64], wins)
        return Verdict(ticket_hash, ENCODING, NOTHING, wins)
    if signer == case.fields.sender:
        return Verdict(ticket_hash, ACCEPTED, NOTHING, wins)
    return Verdict(ticket_hash, SIGNER, signer.rjust(32, b"\0"), wins)
