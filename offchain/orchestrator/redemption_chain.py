"""The chain as the redeemer sees it: what a ticket can draw on, what a redemption did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from web3.exceptions import Web3RPCError

from offchain.chain.clock import ClockState
from offchain.chain.contract import Call, revert_error
from offchain.chain.protocol import Protocol as Contracts
from offchain.chain.rpc import ask
from offchain.chain.senders import SenderMonitor
from offchain.chain.transactions import OnSigned, TransactionSender
from offchain.errors import TransactionRevertedError
from offchain.orchestrator.chain_view import ChainView
from offchain.orchestrator.winners import Winner
from offchain.tickets import Ticket, rand_hash

REDEEMED_EVENT = "WinningTicketRedeemed"
TRANSFER_EVENT = "WinningTicketTransfer"
SKIPPED_EVENT = "WinningTicketSkipped"


@dataclass(frozen=True, slots=True)
class Redemption:
    """What a mined transaction did.

    Attributes:
        transaction: its hash.
        paid: wei by ticket hash, for each ticket that it redeemed.
        skipped: why, by ticket hash, for those of a batch that it did not; a broker may say nothing of them.
        gas_used: units of gas.
    """

    transaction: str
    paid: Mapping[bytes, int]
    skipped: Mapping[bytes, TransactionRevertedError]
    gas_used: int


class RedemptionChain(Protocol):
    """All that the redeemer asks of the chain; every method raises ChainError when the endpoint fails."""

    def clock(self) -> ClockState:
        """The last look at the chain; its `l1_block` never goes back."""

    async def coverage(self, sender: str) -> int:
        """Wei that tickets of the sender can still draw on, from its deposit and our share of its reserve."""

    async def paused(self) -> bool:
        """Whether nothing can be redeemed at all."""

    async def is_used(self, ticket_hash: bytes) -> bool:
        """Whether the ticket has been redeemed, by whomever."""

    async def simulate(self, winner: Winner) -> None:
        """Passes if the ticket could be redeemed now.

        Raises:
            TransactionRevertedError: it could not, and why.
        """

    async def redeem(self, winners: Sequence[Winner], on_signed: OnSigned) -> Redemption:
        """Redeems tickets in one transaction and waits until it is mined.

        Args:
            on_signed: awaited with the transaction before it goes out, and again for each replacement.

        Raises:
            TransactionRevertedError: a single ticket was refused.
            ChainError: it may or may not have gone out.
        """

    async def redemption(self, transaction: str) -> Redemption | None:
        """What a transaction did; None if it is not mined (any more)."""

    async def resend(self, raw: bytes) -> bool:
        """Sends a signed transaction once more; False if the endpoint does not take it."""


class LiveRedemptionChain:
    """The real chain."""

    def __init__(
        self, view: ChainView, contracts: Contracts, senders: SenderMonitor, transactions: TransactionSender
    ) -> None:
        self._view, self._contracts, self._senders = view, contracts, senders
        self._transactions = transactions

    def clock(self) -> ClockState:
        return self._view.clock()

    async def coverage(self, sender: str) -> int:
        return await self._senders.available_funds(sender)

    async def paused(self) -> bool:
        return await self._contracts.paused()

    async def is_used(self, ticket_hash: bytes) -> bool:
        return await self._contracts.broker.is_used(ticket_hash)

    async def simulate(self, winner: Winner) -> None:
        await self._transactions.simulate(self._call([winner]))

    async def redeem(self, winners: Sequence[Winner], on_signed: OnSigned) -> Redemption:
        promised = [(winner.ticket.sender, winner.ticket.face_value) for winner in winners]
        for sender, value in promised:
            self._senders.redeeming(sender, value)
        try:
            receipt = await self._transactions.send(self._call(winners), on_signed=on_signed)
        finally:
            for sender, value in promised:
                self._senders.redeemed(sender, value)
        return self._read(receipt)

    async def redemption(self, transaction: str) -> Redemption | None:
        receipt = await self._transactions.receipt(transaction)
        return None if receipt is None else self._read(receipt)

    async def resend(self, raw: bytes) -> bool:
        async def request() -> bool:
            try:
                await self._contracts.w3.eth.send_raw_transaction(raw)
            except Web3RPCError as error:
                # Too low a nonce, too low a fee, another transaction in its place: it will not be mined.
                return "already" in str(error.message).lower() and "nonce" not in str(error.message).lower()
            return True

        return await ask("eth_sendRawTransaction", request)

    def _call(self, winners: Sequence[Winner]) -> Call:
        broker = self._contracts.broker
        parts = [(winner.ticket, winner.signature, winner.recipient_rand) for winner in winners]
        return broker.redeem(*parts[0]) if len(parts) == 1 else broker.batch_redeem(parts)

    def _read(self, receipt: Any) -> Redemption:
        paid: dict[bytes, int] = {}
        skipped: dict[bytes, TransactionRevertedError] = {}
        transferred = 0
        # A transfer stands before the redemption that it belongs to, so the order of the log matters.
        for entry in receipt["logs"]:
            one = {"logs": [entry]}
            for event in self._events(TRANSFER_EVENT, one):
                transferred = event["amount"]
            for event in self._events(REDEEMED_EVENT, one):
                paid[_ticket_of(event).hash()] = transferred
                transferred = 0
            for event in self._events(SKIPPED_EVENT, one):
                skipped[bytes(event["ticketHash"])] = revert_error(event["reason"])
        transaction = "0x" + bytes(receipt["transactionHash"]).hex()
        return Redemption(transaction, paid, skipped, int(receipt["gasUsed"]))

    def _events(self, name: str, receipt: Any) -> list[dict[str, Any]]:
        return self._contracts.broker.events(name, receipt)


def _ticket_of(event: Mapping[str, Any]) -> Ticket:
    """The ticket that a redemption event tells of."""
    aux = bytes(event["auxData"])
    return Ticket(
        recipient=event["recipient"],
        sender=event["sender"],
        face_value=event["faceValue"],
        win_prob=event["winProb"],
        sender_nonce=event["senderNonce"],
        recipient_rand_hash=rand_hash(event["recipientRand"]),
        creation_round=int.from_bytes(aux[:32], "big"),
        creation_round_block_hash=aux[32:],
    )
