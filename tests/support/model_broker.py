"""TicketBroker and a chain below it in a few lines: deposits, used tickets, a mempool, receipts, reorganisations."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from offchain.chain.clock import ClockState
from offchain.chain.transactions import OnSigned, SignedTransaction
from offchain.errors import ChainError, TransactionRevertedError, TransactionTimeoutError
from offchain.orchestrator.redemption_chain import Redemption
from offchain.orchestrator.winners import Winner
from tests.support.orchestrator_values import CLOCK, ETHER, VALIDITY_ROUNDS

GAS = 200_000


class CrashError(BaseException):
    """The process dies here."""


@dataclass
class ModelBroker:
    """The chain as the redeemer sees it.

    Attributes:
        deposits: wei by sender; others have plenty.
        broken: errors by ticket hash that a redemption of it meets.
        crash_at: where the process dies next: `signed`, `noted`, `sent`, `mined`.
        mining: whether what is sent is mined at once.
        shown: random numbers that the world has seen, with the block at that time.
    """

    state: ClockState = CLOCK
    deposits: dict[str, int] = field(default_factory=dict)
    broken: dict[bytes, TransactionRevertedError] = field(default_factory=dict)
    crash_at: str = ""
    mining: bool = True
    is_paused: bool = False
    reachable: bool = True
    tells_skipped: bool = True
    paid: dict[bytes, int] = field(default_factory=dict)
    shown: list[tuple[int, int]] = field(default_factory=list)
    sent: list[list[bytes]] = field(default_factory=list)
    nonce: int = 0
    receipts: dict[str, Redemption] = field(default_factory=dict)
    mempool: dict[str, list[Winner]] = field(default_factory=dict)
    signed: dict[str, tuple[int, list[Winner]]] = field(default_factory=dict)

    def clock(self) -> ClockState:
        return self.state

    def move(self, **fields: object) -> None:
        self.state = replace(self.state, **fields)

    async def coverage(self, sender: str) -> int:
        self._ask()
        return self.deposits.get(sender, ETHER)

    async def paused(self) -> bool:
        self._ask()
        return self.is_paused

    async def is_used(self, ticket_hash: bytes) -> bool:
        self._ask()
        return ticket_hash in self.paid

    async def simulate(self, winner: Winner) -> None:
        self._ask()
        self._check(winner)

    async def redeem(self, winners: Sequence[Winner], on_signed: OnSigned) -> Redemption:
        self._ask()
        self._crash("signed")
        name, signed = self._sign(list(winners))
        await on_signed(signed)
        self._crash("noted")
        self._send(name)
        self._crash("sent")
        if name not in self.receipts:
            raise TransactionTimeoutError("redeem", name, 300)
        self._crash("mined")
        return self.receipts[name]

    async def redemption(self, transaction: str) -> Redemption | None:
        self._ask()
        return self.receipts.get(transaction)

    async def resend(self, raw: bytes) -> bool:
        self._ask()
        name = json.loads(raw)
        nonce, _ = self.signed[name]
        if name not in self.mempool and nonce < self.nonce:
            return False
        self._send(name)
        return True

    def mine(self) -> None:
        """Mines what waits, in order."""
        for name, winners in list(self.mempool.items()):
            del self.mempool[name]
            self._mine(name, winners)

    def drop_mempool(self) -> None:
        """Forgets what waits, and lets another transaction of the account take its nonce."""
        self.nonce += len(self.mempool)
        self.mempool.clear()

    def undo(self, transaction: str) -> None:
        """A reorganisation takes a transaction out of the chain."""
        for ticket in self.receipts.pop(transaction).paid:
            del self.paid[ticket]
        self.nonce -= 1

    def _sign(self, winners: list[Winner]) -> tuple[str, SignedTransaction]:
        name = f"0x{len(self.signed):064x}"
        nonce = self.nonce + len(self.mempool)
        self.signed[name] = nonce, winners
        return name, SignedTransaction(name, nonce, json.dumps(name).encode())

    def _send(self, name: str) -> None:
        winners = self.signed[name][1]
        self.sent.append([winner.ticket.hash() for winner in winners])
        self.shown += [(winner.recipient_rand, self.state.l1_block) for winner in winners]
        self.mempool[name] = winners
        if self.mining:
            self.mine()

    def _mine(self, name: str, winners: list[Winner]) -> None:
        paid: dict[bytes, int] = {}
        skipped: dict[bytes, TransactionRevertedError] = {}
        for winner in winners:
            ticket = winner.ticket
            try:
                self._check(winner)
            except TransactionRevertedError as error:
                skipped[ticket.hash()] = error
                continue
            left = self.deposits.get(ticket.sender, ETHER)
            paid[ticket.hash()] = min(ticket.face_value, left)
            self.deposits[ticket.sender] = left - paid[ticket.hash()]
            # The contract pays a ticket once; a second time would be a fault of this model.
            assert ticket.hash() not in self.paid
            self.paid[ticket.hash()] = paid[ticket.hash()]
        self.nonce += 1
        self.receipts[name] = Redemption(name, paid, skipped if self.tells_skipped else {}, GAS)

    def _check(self, winner: Winner) -> None:
        ticket = winner.ticket
        if self.is_paused:
            raise TransactionRevertedError("SystemPaused")
        if not self.state.round_initialized:
            raise TransactionRevertedError("CurrentRoundNotInitialized", (self.state.round,))
        if ticket.creation_round + VALIDITY_ROUNDS <= self.state.round:
            raise TransactionRevertedError("TicketExpired", (ticket.creation_round + VALIDITY_ROUNDS, self.state.round))
        if ticket.hash() in self.paid:
            raise TransactionRevertedError("TicketUsed", (ticket.hash(),))
        if ticket.hash() in self.broken:
            raise self.broken[ticket.hash()]

    def _ask(self) -> None:
        if not self.reachable:
            raise ChainError("no answer")

    def _crash(self, where: str) -> None:
        if self.crash_at == where:
            self.crash_at = ""
            raise CrashError(where)
