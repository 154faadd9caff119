"""The parts of an orchestrator, put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from offchain.orchestrator import metrics
from offchain.orchestrator.acceptance import TicketAcceptor
from offchain.orchestrator.chain_view import ChainView
from offchain.orchestrator.grpc_api import GrpcApi
from offchain.orchestrator.http_api import http_app
from offchain.orchestrator.ledger import Ledger
from offchain.orchestrator.offers import AuthTokens, NodeIdentity, OfferDesk
from offchain.orchestrator.payments import PaymentDesk
from offchain.orchestrator.prices import PriceBook
from offchain.orchestrator.renditions import RenditionShelf
from offchain.orchestrator.segments import SegmentDesk
from offchain.orchestrator.server import Front
from offchain.orchestrator.sessions import SessionTable
from offchain.orchestrator.settings import OrchestratorSettings
from offchain.orchestrator.store import Store
from offchain.orchestrator.terms import TermsDesk, TermsPolicy
from offchain.tickets import key_address
from offchain.wire import Capability, offered_capabilities
from offchain.workers.protocol import Worker

OWN_CAPABILITIES = (Capability.STORAGE_DIRECT, Capability.AUTH_TOKEN)
_BY_WORD = {capability.name.replace("_", "").lower(): capability for capability in Capability}


@dataclass(frozen=True, slots=True)
class Orchestrator:
    """The parts of an orchestrator that outlive a request.

    Attributes:
        app: what the server serves.
    """

    app: Front
    store: Store
    sessions: SessionTable
    acceptor: TicketAcceptor
    ledger: Ledger
    prices: PriceBook


async def build(
    settings: OrchestratorSettings,
    *,
    key: bytes,
    chain: ChainView,
    chain_id: int,
    validity_rounds: int,
    store: Store,
    worker: Worker,
    on_winner: Callable[[], None],
) -> Orchestrator:
    """Puts the parts together.

    Args:
        key: the account that is paid and signs results.
        validity_rounds: rounds a ticket lives, its creation round included.
        on_winner: called when new winners are on disk.

    Raises:
        StoreError: the disk failed.
    """
    account = key_address(key)
    redeem_gas = settings.redeem_gas_on(chain_id)
    policy = TermsPolicy(
        ev=settings.ticket_ev,
        max_face_value=settings.max_face_value,
        redeem_gas=redeem_gas,
        validity_blocks=settings.params_validity_blocks,
        validity_rounds=validity_rounds,
    )
    terms = TermsDesk(account, policy)
    prices = PriceBook(settings.base_price, settings.gateway_prices(), auto_adjust=settings.auto_adjust_price)
    metrics.price.set(float(settings.base_price))
    capabilities = offered_capabilities(_version(), _capabilities(worker.capabilities()))
    tokens = AuthTokens(await store.token_secret())
    offers = OfferDesk(NodeIdentity(settings.service_uri, account, capabilities), chain, terms, prices, tokens)
    acceptor, ledger = TicketAcceptor(terms), Ledger(store)
    payments = PaymentDesk(
        chain, store, acceptor, prices, offers, require_active=settings.require_active, on_winner=on_winner
    )
    sessions = SessionTable(settings.max_sessions, settings.session_idle_s, worker.end_session)
    shelf = RenditionShelf(settings.max_rendition_bytes, settings.rendition_ttl_s)
    desk = SegmentDesk(
        key=key,
        offers=offers,
        tokens=tokens,
        payments=payments,
        ledger=ledger,
        sessions=sessions,
        shelf=shelf,
        worker=worker,
        ticket_ev=settings.ticket_ev,
    )
    app = Front(http_app(desk, shelf, sessions, settings), GrpcApi(key, offers, tokens, sessions))
    return Orchestrator(app, store, sessions, acceptor, ledger, prices)


def _capabilities(words: Iterable[str]) -> set[Capability]:
    """Numbers of what a worker can do, and of what the orchestrator adds; words we do not know are left out."""
    known = (_BY_WORD.get(word.lower()) for word in words)
    return {capability for capability in known if capability is not None} | set(OWN_CAPABILITIES)


def _version() -> str:
    try:
        return version("offchain")
    except PackageNotFoundError:
        return "undefined"
