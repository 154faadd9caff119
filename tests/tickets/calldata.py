"""Calldata and answers of whole batches, by hand: eth-abi takes as long for a ticket as recovering its signer does.

Held against eth-abi by a test.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tests.tickets.cases import Case, Fields

__all__ = ["batch", "bytes_array", "words_array"]

WORD = 32
TICKET_HEAD = 7 * WORD
AUX_OFFSET = TICKET_HEAD.to_bytes(WORD, "big")


def word(value: int) -> bytes:
    return value.to_bytes(WORD, "big")


def batch(selector: bytes, cases: Sequence[Case]) -> bytes:
    """A call of `f(Ticket[] tickets, bytes[] sigs, uint256[] recipientRands)`."""
    parts = (
        _array([_ticket(case.fields) for case in cases]),
        bytes_array(case.signature for case in cases),
        words_array(case.rand for case in cases),
    )
    return selector + _behind_offsets(parts)


def bytes_array(values: Iterable[bytes]) -> bytes:
    """`bytes[]`."""
    return _array([_bytes(value) for value in values])


def words_array(values: Iterable[int]) -> bytes:
    """`uint256[]`."""
    words = [word(value) for value in values]
    return word(len(words)) + b"".join(words)


def _array(elements: Sequence[bytes]) -> bytes:
    return word(len(elements)) + _behind_offsets(elements)


def _behind_offsets(parts: Sequence[bytes]) -> bytes:
    at = len(parts) * WORD
    offsets = []
    for part in parts:
        offsets.append(word(at))
        at += len(part)
    return b"".join((*offsets, *parts))


def _bytes(value: bytes) -> bytes:
    return word(len(value)) + value + bytes(-len(value) % WORD)


def _ticket(fields: Fields) -> bytes:
    return b"".join(
        (
            fields.recipient.rjust(WORD, b"\0"),
            fields.sender.rjust(WORD, b"\0"),
            word(fields.face_value),
            word(fields.win_prob),
            word(fields.sender_nonce),
            fields.recipient_rand_hash,
            AUX_OFFSET,
            _bytes(fields.aux),
        )
    )
