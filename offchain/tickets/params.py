"""Ticket parameters: what a recipient offers, and a sender may take or leave (facts: offchain 1.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from offchain.tickets.bounds import INT64_BITS, UINT256_BITS, checksum_address, uint
from offchain.tickets.ticket import ZERO_HASH, Ticket
from offchain.tickets.value import expected_value
from offchain.types import hash_bytes

__all__ = ["ExpirationParams", "TicketParams"]


@dataclass(frozen=True, slots=True)
class ExpirationParams:
    """The round that tickets belong to, and with it their last day.

    Attributes:
        creation_round: number of the round, 0 … 2**63 − 1.
        creation_round_block_hash: the block hash that RoundsManager keeps for it, 32 bytes or hex.

    Raises:
        FieldRangeError: a field is out of range.
    """

    creation_round: int = 0
    creation_round_block_hash: bytes = ZERO_HASH

    def __post_init__(self) -> None:
        uint("creation_round", self.creation_round, INT64_BITS)
        block_hash = hash_bytes("creation_round_block_hash", self.creation_round_block_hash)
        object.__setattr__(self, "creation_round_block_hash", block_hash)


@dataclass(frozen=True, slots=True)
class TicketParams:
    """The terms of a run of tickets; they differ in the sender's nonce alone.

    Attributes:
        recipient: who is paid.
        face_value: wei of a winning ticket, 0 … 2**256 − 1.
        win_prob: winning probability as a share of 2**256.
        recipient_rand_hash: commitment to the recipient's random number, 32 bytes or hex.
        seed: what the recipient needs, beside its secret, to find that number again; 0 … 2**256 − 1.
        expiration_block: L1 block from which on tickets earn no credit, 0 … 2**63 − 1.
        expiration_params: the round of the tickets.

    Raises:
        FieldRangeError: a field is out of range.
    """

    recipient: str
    face_value: int
    win_prob: int
    recipient_rand_hash: bytes
    seed: int
    expiration_block: int
    expiration_params: ExpirationParams = field(default_factory=ExpirationParams)

    def __post_init__(self) -> None:
        object.__setattr__(self, "recipient", checksum_address(self.recipient))
        uint("face_value", self.face_value, UINT256_BITS)
        uint("win_prob", self.win_prob, UINT256_BITS)
        rand_hash = hash_bytes("recipient_rand_hash", self.recipient_rand_hash)
        object.__setattr__(self, "recipient_rand_hash", rand_hash)
        uint("seed", self.seed, UINT256_BITS)
        uint("expiration_block", self.expiration_block, INT64_BITS)

    @property
    def expected_value(self) -> Fraction:
        """Wei that one ticket is worth on average, exactly."""
        return expected_value(self.face_value, self.win_prob)

    def ticket(self, sender: str, sender_nonce: int) -> Ticket:
        """The sender's ticket number `sender_nonce` under these terms.

        Raises:
            FieldRangeError: the sender is no address, the nonce not in 0 … 2**32 − 1.
        """
        return Ticket(
            recipient=self.recipient,
            sender=sender,
            face_value=self.face_value,
            win_prob=self.win_prob,
            sender_nonce=sender_nonce,
            recipient_rand_hash=self.recipient_rand_hash,
            creation_round=self.expiration_params.creation_round,
            creation_round_block_hash=self.expiration_params.creation_round_block_hash,
        )
