"""Does a ticket win?

A ticket wins when the hash of the sender's signature and the recipient's random number, read as an integer, is
below the ticket's winning probability. Neither side can steer it: the sender does not know the number when signing,
the recipient has committed to it before the signature exists.

Source: TicketBroker's winning rule (facts: protocol 5.2, offchain 1.1).
"""

from __future__ import annotations

from offchain.errors import SignatureLengthError
from offchain.tickets.bounds import UINT256_BITS, uint
from offchain.tickets.keccak import keccak

__all__ = ["MAX_WIN_PROB", "SIGNATURE_BYTES", "is_winner", "win_value"]

SIGNATURE_BYTES = 65
MAX_WIN_PROB = 2**256 - 1


def win_value(signature: bytes, recipient_rand: int) -> int:
    """The number that is held against the winning probability.

    Args:
        signature: 65 bytes, r ‖ s ‖ v as signed; other encodings of the same signature would draw again.
        recipient_rand: the recipient's secret number, 0 … 2**256 − 1.

    Returns:
        An integer, uniform over 0 … 2**256 − 1.

    Raises:
        SignatureLengthError: the signature is not 65 bytes long.
        FieldRangeError: the number is out of range.
    """
    if len(signature) != SIGNATURE_BYTES:
        raise SignatureLengthError(expected=SIGNATURE_BYTES, got=len(signature))
    rand = uint("recipient_rand", recipient_rand, UINT256_BITS).to_bytes(32, "big")
    return int.from_bytes(keccak(signature + rand), "big")


def is_winner(signature: bytes, recipient_rand: int, win_prob: int) -> bool:
    """Whether the ticket wins; `win_prob` is a share of 2**256, so 0 never wins (strictly below).

    Raises:
        SignatureLengthError, FieldRangeError: as `win_value`.
    """
    return win_value(signature, recipient_rand) < win_prob
