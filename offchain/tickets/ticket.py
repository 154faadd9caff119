"""A ticket and its hash (facts: offchain 1.1, protocol 5.2)."""

from __future__ import annotations

from dataclasses import dataclass

from offchain.tickets.bounds import INT64_BITS, UINT32_BITS, UINT256_BITS, checksum_address, uint
from offchain.tickets.keccak import keccak
from offchain.types import address_bytes, hash_bytes

__all__ = ["ZERO_HASH", "Ticket", "aux_data"]

ZERO_HASH = bytes(32)


def aux_data(creation_round: int, creation_round_block_hash: bytes) -> bytes:
    """What a ticket says of its round: round number and block hash, 32 bytes each.

    Empty when both are zero. TicketBroker takes 64 bytes only, so such a ticket cannot be redeemed; the empty form
    is part of the network's hashing rule all the same.
    """
    if creation_round == 0 and creation_round_block_hash == ZERO_HASH:
        return b""
    return creation_round.to_bytes(32, "big") + creation_round_block_hash


@dataclass(frozen=True, slots=True)
class Ticket:
    """A promise of `face_value` wei, due if the ticket wins.

    Addresses and hashes may be given as bytes or as hex; they are kept as EIP-55 text and as 32 bytes.

    Attributes:
        recipient: who is paid.
        sender: who pays, and signs.
        face_value: wei paid if the ticket wins, 0 … 2**256 − 1.
        win_prob: winning probability as a share of 2**256, 0 … 2**256 − 1.
        sender_nonce: tells tickets under the same parameters apart, 0 … 2**32 − 1; the first is 1.
        recipient_rand_hash: the recipient's commitment to its random number.
        creation_round: round the ticket belongs to, 0 … 2**63 − 1.
        creation_round_block_hash: the block hash that RoundsManager keeps for that round.

    Raises:
        FieldRangeError: a field is out of range or of another length.
    """

    recipient: str
    sender: str
    face_value: int
    win_prob: int
    sender_nonce: int
    recipient_rand_hash: bytes
    creation_round: int
    creation_round_block_hash: bytes

    def __init__(
        self,
        recipient: str | bytes,
        sender: str | bytes,
        face_value: int,
        win_prob: int,
        sender_nonce: int,
        recipient_rand_hash: str | bytes,
        creation_round: int,
        creation_round_block_hash: str | bytes,
    ) -> None:
        fill = object.__setattr__
        fill(self, "recipient", checksum_address(recipient))
        fill(self, "sender", checksum_address(sender))
        fill(self, "face_value", uint("face_value", face_value, UINT256_BITS))
        fill(self, "win_prob", uint("win_prob", win_prob, UINT256_BITS))
        fill(self, "sender_nonce", uint("sender_nonce", sender_nonce, UINT32_BITS))
        fill(self, "recipient_rand_hash", hash_bytes("recipient_rand_hash", recipient_rand_hash))
        fill(self, "creation_round", uint("creation_round", creation_round, INT64_BITS))
        block_hash = hash_bytes("creation_round_block_hash", creation_round_block_hash)
        fill(self, "creation_round_block_hash", block_hash)

    def aux_data(self) -> bytes:
        """The ticket's 64 bytes of round and block hash; empty when both are zero (see `aux_data`)."""
        return aux_data(self.creation_round, self.creation_round_block_hash)

    def hash(self) -> bytes:
        """The 32 bytes that the sender signs and that TicketBroker marks as used."""
        return keccak(
            address_bytes(self.recipient)
            + address_bytes(self.sender)
            + self.face_value.to_bytes(32, "big")
            + self.win_prob.to_bytes(32, "big")
            + self.sender_nonce.to_bytes(32, "big")
            + self.recipient_rand_hash
            + self.aux_data()
        )
