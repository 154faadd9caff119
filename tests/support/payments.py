"""A gateway with money, an orchestrator that can be paid, and tickets between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from eth_utils.crypto import keccak

from offchain.chain.protocol import ticket_tuple
from offchain.tickets import Ticket
from offchain.tickets.signing import sign_ticket
from offchain.tickets.win_check import MAX_WIN_PROB
from tests.support.deployment import Market

__all__ = ["RAND", "Payments", "SenderInfo", "SignedTicket", "rand_hash"]

RAND = 0xC0FFEE


def rand_hash(rand: int) -> bytes:
    return keccak(rand.to_bytes(32, "big"))


class SenderInfo(NamedTuple):
    """A sender as the broker knows it: wei, and the round from which it can withdraw."""

    deposit: int
    withdraw_round: int
    reserve: int
    claimed: int


@dataclass(frozen=True, slots=True)
class SignedTicket:
    """What is handed to the broker: `arguments` of a redemption, and the hash that it marks as used."""

    fields: tuple[Any, ...]
    signature: bytes
    rand: int
    hash: bytes

    @property
    def arguments(self) -> tuple[Any, ...]:
        return self.fields, self.signature, self.rand


@dataclass(frozen=True, slots=True)
class Payments:
    """`payer` pays `recipient` by ticket. Whatever it redeems is submitted by `submitter`, who is neither."""

    market: Market
    payer: Any
    recipient: Any
    submitter: Any

    def ticket(self, face_value: int = 10**15, **changes: Any) -> Ticket:
        """A ticket of this round that wins as good as surely; `changes` are fields of {Ticket}."""
        current = self.market.round
        ticket = Ticket(
            recipient=self.recipient.address,
            sender=self.payer.address,
            face_value=face_value,
            win_prob=MAX_WIN_PROB,
            sender_nonce=1,
            recipient_rand_hash=rand_hash(RAND),
            creation_round=current,
            creation_round_block_hash=bytes(self.market.rounds.blockHashForRound(current)),
        )
        return replace(ticket, **changes)

    def sign(self, ticket: Ticket, *, signer: Any = None, rand: int = RAND) -> SignedTicket:
        key = bytes.fromhex((signer or self.payer).private_key[2:])
        return SignedTicket(ticket_tuple(ticket), sign_ticket(key, ticket), rand, ticket.hash())

    def redeem(self, ticket: Ticket | SignedTicket) -> Any:
        """Redeems, signing first if need be; answers with the receipt."""
        signed = ticket if isinstance(ticket, SignedTicket) else self.sign(ticket)
        return self.market.broker.redeemWinningTicket(*signed.arguments, sender=self.submitter)

    def redeem_batch(self, tickets: Sequence[SignedTicket]) -> Any:
        columns = [list(column) for column in zip(*(t.arguments for t in tickets), strict=True)]
        return self.market.broker.batchRedeemWinningTickets(*columns, sender=self.submitter)

    def info(self, account: Any = None) -> SenderInfo:
        sender, reserve = self.market.broker.getSenderInfo(account or self.payer)
        return SenderInfo(*map(int, (*sender, *reserve)))

    def deposit(self, account: Any = None) -> int:
        return self.info(account).deposit

    def reserve(self, account: Any = None) -> int:
        return self.info(account).reserve

    def fees(self, account: Any = None) -> int:
        """Fees that the recipient could withdraw now."""
        return int(self.market.bonding.pendingFees(account or self.recipient, 0))
