"""Payments: tickets become credit, winners go to disk, and a price is agreed on (facts: offchain 2.4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import structlog
from sqlalchemy import Connection

from offchain.chain.values import SenderInfo
from offchain.errors import ChainError, PaymentError, StoreError
from offchain.orchestrator import metrics
from offchain.orchestrator.acceptance import Acceptance, TicketAcceptor
from offchain.orchestrator.chain_view import ChainView, try_active
from offchain.orchestrator.ledger import change_balance
from offchain.orchestrator.offers import OfferDesk
from offchain.orchestrator.prices import PriceBook
from offchain.orchestrator.store import Store
from offchain.orchestrator.winners import keep_winners
from offchain.types import ZERO_ADDRESS
from offchain.wire import Payment

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment that was good: who may have work done, and at which price (wei per pixel)."""

    sender: str
    price: Fraction


class PaymentDesk:
    """Takes payments."""

    def __init__(
        self,
        chain: ChainView,
        store: Store,
        acceptor: TicketAcceptor,
        prices: PriceBook,
        offers: OfferDesk,
        *,
        require_active: bool,
        on_winner: Callable[[], None],
    ) -> None:
        """
        Args:
            require_active: refuse payments while this orchestrator is not in the active set.
            on_winner: called when new winners are on disk.
        """
        self._chain, self._store, self._acceptor = chain, store, acceptor
        self._prices, self._offers = prices, offers
        self._require_active, self._on_winner = require_active, on_winner

    async def take(self, payment: Payment, session_id: str) -> Paid:
        """Credits what the payment is worth; winners are on disk when this returns or raises.

        Raises:
            PaymentError: a ticket or the price is not good; what was good of it is credited all the same.
            StoreError: nothing could be kept, and nothing was; the same tickets may come again.
            ChainError: the price cannot be known while the chain cannot be read.
        """
        try:
            return await self._take(payment, session_id)
        except PaymentError as error:
            metrics.payment_errors.inc()
            log.info("payment refused", sender=payment.sender, session=session_id, reason=str(error), fatal=error.fatal)
            raise

    async def _take(self, payment: Payment, session_id: str) -> Paid:
        clock = self._chain.clock()
        if self._require_active and await try_active(self._chain) is False:
            account = self._offers.identity.account
            raise PaymentError(f"orchestrator {account} is inactive in round {clock.round}, cannot process payments")
        if payment.sender == ZERO_ADDRESS:
            raise PaymentError("invalid ticket sender", fatal=True)
        acceptance = self._acceptor.accept(payment, await self._funds(payment.sender), clock)
        if acceptance.credit or acceptance.winners:
            await self._keep(payment, acceptance)
        if acceptance.error is not None:
            raise acceptance.error
        return Paid(payment.sender, await self._agree(payment, session_id))

    async def _funds(self, sender: str) -> SenderInfo | None:
        try:
            return (await self._chain.sender(sender)).info
        except ChainError as error:
            log.warning("funds unknown", sender=sender, reason=str(error))
            return None

    async def _keep(self, payment: Payment, acceptance: Acceptance) -> None:
        def work(connection: Connection) -> int:
            # One transaction: a crash keeps both or neither, and nobody has heard of either before.
            if acceptance.credit:
                change_balance(connection, payment.sender, acceptance.credit)
            return keep_winners(connection, acceptance.winners)

        try:
            new = await self._store.commit(work)
        except StoreError:
            self._acceptor.release(payment, acceptance)
            raise
        metrics.tickets_received.inc(acceptance.tickets)
        metrics.value_received.inc(float(acceptance.credit / metrics.GWEI))
        if new:
            metrics.winning_tickets.inc(new)
            value = sum(winner.ticket.face_value for winner in acceptance.winners)
            log.info("winning tickets", sender=payment.sender, tickets=new, face_value=value)
            self._on_winner()

    async def _agree(self, payment: Payment, session_id: str) -> Fraction:
        # Terms of ours prove the price that they were made for.
        if payment.expected_price is not None and self._acceptor.terms_hold(payment, self._chain.clock()):
            return payment.expected_price
        current = await self._offers.current_price(payment.sender)
        return self._prices.agree(payment.sender, session_id, payment.expected_price, current)
