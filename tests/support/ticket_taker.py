"""A process that does nothing but take payments whose every ticket wins, for tests that kill it."""

from __future__ import annotations

import asyncio
from multiprocessing.connection import Connection
from pathlib import Path

from offchain.orchestrator.acceptance import TicketAcceptor
from offchain.orchestrator.offers import AuthTokens, NodeIdentity, OfferDesk
from offchain.orchestrator.payments import PaymentDesk
from offchain.orchestrator.prices import PriceBook
from offchain.orchestrator.store import Store, StoreIdentity
from offchain.wire import Capabilities
from tests.support.orchestrator_values import (
    BROKER,
    CHAIN_ID,
    CLOCK,
    GATEWAY,
    GWEI,
    ORCHESTRATOR,
    PRICE,
    StillChain,
    payment,
    terms_desk,
)

IDENTITY = StoreIdentity(CHAIN_ID, BROKER, ORCHESTRATOR)
TICKET_VALUE = GWEI
SESSION = "00000001"


def take_for_ever(directory: Path, answers: Connection) -> None:
    """Takes payments of one to four tickets and tells of each, by its tickets' hashes, once it has been taken."""
    asyncio.run(_take(directory, answers))


async def _take(directory: Path, answers: Connection) -> None:
    store = Store.open(directory, IDENTITY)
    chain, terms = StillChain(), terms_desk(ev=TICKET_VALUE)
    prices = PriceBook(PRICE, {}, auto_adjust=False)
    identity = NodeIdentity("https://127.0.0.1:1", ORCHESTRATOR, Capabilities())
    offers = OfferDesk(identity, chain, terms, prices, AuthTokens(await store.token_secret()))
    desk = PaymentDesk(chain, store, TicketAcceptor(terms), prices, offers, require_active=True, on_winner=lambda: None)
    answers.send([])
    for number in range(10**9):
        params = terms.issue(GATEWAY, PRICE, TICKET_VALUE, CLOCK)
        sent = payment(params, range(1, 2 + number % 4))
        await desk.take(sent, SESSION)
        answers.send([ticket.hash() for ticket, _signature in sent.signed_tickets()])
