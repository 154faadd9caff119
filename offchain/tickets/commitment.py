"""The recipient's random number: found again from a secret and the terms it was offered under, never stored.

`recipient_rand` keeps the network's format, in which numbers stand next to each other without their lengths: a
byte can move from one to its neighbour, so that other terms have the same number (facts: security N12). Therefore
the seeds that we issue carry a code over all terms at fixed width; `is_bound_seed` tells a payment under our terms
from a shifted one.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from fractions import Fraction

from offchain.errors import FieldRangeError
from offchain.tickets.bounds import INT64_BITS, UINT256_BITS, checksum_address, uint
from offchain.tickets.keccak import keccak
from offchain.tickets.params import TicketParams
from offchain.tickets.ticket import aux_data
from offchain.types import address_bytes, hash_bytes

__all__ = ["CommitmentTerms", "bound_seed", "is_bound_seed", "rand_hash", "recipient_rand"]

SECRET_BYTES = 32
NONCE_BYTES = 16
CODE_BYTES = 16
# Shorter than any message of the network's format (which holds a 20-byte address), so never one of them.
BOUND_SEED_DOMAIN = b"bound seed"


@dataclass(frozen=True, slots=True)
class CommitmentTerms:
    """All that a recipient's random number is bound to.

    Attributes:
        sender: for whom the terms were made.
        face_value: wei.
        win_prob: share of 2**256.
        expiration_block: L1 block, 0 … 2**63 − 1.
        price: wei per pixel; not negative.
        creation_round: 0 … 2**63 − 1.
        creation_round_block_hash: 32 bytes or hex.

    Raises:
        FieldRangeError: a field is out of range.
    """

    sender: str
    face_value: int
    win_prob: int
    expiration_block: int
    price: Fraction
    creation_round: int
    creation_round_block_hash: bytes

    def __post_init__(self) -> None:
        object.__setattr__(self, "sender", checksum_address(self.sender))
        uint("face_value", self.face_value, UINT256_BITS)
        uint("win_prob", self.win_prob, UINT256_BITS)
        uint("expiration_block", self.expiration_block, INT64_BITS)
        uint("price numerator", self.price.numerator, UINT256_BITS)
        uint("price denominator", self.price.denominator, UINT256_BITS)
        uint("creation_round", self.creation_round, INT64_BITS)
        block_hash = hash_bytes("creation_round_block_hash", self.creation_round_block_hash)
        object.__setattr__(self, "creation_round_block_hash", block_hash)

    @classmethod
    def of(cls, params: TicketParams, sender: str, price: Fraction) -> CommitmentTerms:
        """The terms that offered parameters, a sender and a price amount to."""
        return cls(
            sender=sender,
            face_value=params.face_value,
            win_prob=params.win_prob,
            expiration_block=params.expiration_block,
            price=price,
            creation_round=params.expiration_params.creation_round,
            creation_round_block_hash=params.expiration_params.creation_round_block_hash,
        )

    def _numbers(self) -> tuple[int, ...]:
        price = self.price
        return self.face_value, self.win_prob, self.expiration_block, price.numerator, price.denominator

    def network_bytes(self) -> bytes:
        """Sender, five numbers without leading zeros, and auxiliary data (facts: offchain 1.2)."""
        numbers = b"".join(value.to_bytes((value.bit_length() + 7) // 8, "big") for value in self._numbers())
        round_data = aux_data(self.creation_round, self.creation_round_block_hash)
        return address_bytes(self.sender) + numbers + round_data

    def fixed_bytes(self) -> bytes:
        """The same at fixed width: no two terms have the same bytes."""
        numbers = b"".join(value.to_bytes(32, "big") for value in (*self._numbers(), self.creation_round))
        return address_bytes(self.sender) + numbers + self.creation_round_block_hash


def recipient_rand(secret: bytes, seed: int, terms: CommitmentTerms) -> int:
    """The random number behind a commitment: HMAC-SHA256 of seed and terms (facts: offchain 1.2).

    Args:
        secret: 32 bytes that only the recipient knows.
        seed: as in the offered parameters, 0 … 2**256 − 1.
        terms: what the parameters were offered for.

    Returns:
        0 … 2**256 − 1.

    Raises:
        FieldRangeError: secret or seed is out of range.
    """
    uint("seed", seed, UINT256_BITS)
    message = seed.to_bytes((seed.bit_length() + 7) // 8, "big") + terms.network_bytes()
    return int.from_bytes(hmac.digest(_checked_secret(secret), message, "sha256"), "big")


def rand_hash(recipient_rand: int) -> bytes:
    """The commitment itself: keccak of the number as 32 bytes.

    Raises:
        FieldRangeError: the number is not in 0 … 2**256 − 1.
    """
    return keccak(uint("recipient_rand", recipient_rand, UINT256_BITS).to_bytes(32, "big"))


def bound_seed(secret: bytes, nonce: bytes, terms: CommitmentTerms) -> int:
    """A seed that holds for these terms only: 16 random bytes, then a 16-byte code over them and the terms.

    Args:
        secret: the recipient's 32 bytes, as for `recipient_rand`.
        nonce: 16 bytes, fresh for every offer.
        terms: what is offered.

    Raises:
        FieldRangeError: secret or nonce is of another length.
    """
    if len(nonce) != NONCE_BYTES:
        raise FieldRangeError("nonce", nonce, f"{NONCE_BYTES} bytes")
    return int.from_bytes(nonce + _code(secret, nonce, terms), "big")


def is_bound_seed(secret: bytes, seed: int, terms: CommitmentTerms) -> bool:
    """Whether we made this seed, for exactly these terms; takes the same time either way.

    Raises:
        FieldRangeError: secret or seed is out of range.
    """
    raw = uint("seed", seed, UINT256_BITS).to_bytes(NONCE_BYTES + CODE_BYTES, "big")
    nonce, code = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
    return hmac.compare_digest(code, _code(secret, nonce, terms))


def _code(secret: bytes, nonce: bytes, terms: CommitmentTerms) -> bytes:
    key = hmac.digest(_checked_secret(secret), BOUND_SEED_DOMAIN, "sha256")
    return hmac.digest(key, nonce + terms.fixed_bytes(), "sha256")[:CODE_BYTES]


def _checked_secret(secret: bytes) -> bytes:
    if len(secret) != SECRET_BYTES:
        raise FieldRangeError("secret", f"{len(secret)} bytes", f"{SECRET_BYTES} bytes")
    return secret
