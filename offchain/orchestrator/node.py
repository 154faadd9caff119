"""An orchestrator started and stopped."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from fractions import Fraction

import structlog

from offchain.chain.accounts import load_key
from offchain.chain.clock import ChainClock, ClockState
from offchain.chain.protocol import Protocol as Contracts
from offchain.chain.round_services import RewardCaller, RoundInitializer
from offchain.chain.rpc import connect, disconnect
from offchain.chain.senders import SenderMonitor
from offchain.chain.transactions import TransactionSender
from offchain.errors import ChainError
from offchain.orchestrator.assembly import Orchestrator, build
from offchain.orchestrator.chain_view import LiveChainView
from offchain.orchestrator.redeemer import Redeemer
from offchain.orchestrator.redemption_chain import LiveRedemptionChain
from offchain.orchestrator.redemption_policy import RedemptionPolicy
from offchain.orchestrator.server import BoundConfig, run_server, server_config
from offchain.orchestrator.settings import OrchestratorSettings
from offchain.orchestrator.store import Store, StoreIdentity
from offchain.settings import ChainSettings
from offchain.tickets import key_address
from offchain.workers.protocol import Worker

log = structlog.get_logger()

RESTART_S = 5.0
CLOSE_SLACK_S = 5.0

Service = Callable[[], Awaitable[None]]


async def serve(
    settings: OrchestratorSettings, chain: ChainSettings, worker: Worker, stop: asyncio.Event | None = None
) -> None:
    """Runs an orchestrator until SIGTERM, SIGINT, cancellation, or `stop`.

    Then no new work is taken, segments in work are finished within `shutdown_grace_s`, and everything is closed, the
    worker included.

    Args:
        stop: set by the caller to end it; without one the signals are listened to.

    Raises:
        SettingsError: key file, data folder or address cannot be used.
        ChainError: endpoint or contracts are not there, or belong to another chain.
    """
    try:
        key = load_key(chain.key_file, chain.password_file)
        w3 = await connect(chain.eth_url, chain.chain_id)
        try:
            contracts = await Contracts.resolve(w3, chain.controller)
            await _serve(settings, chain, key, contracts, worker, stop or _signalled())
        finally:
            await disconnect(w3)
    finally:
        await worker.close()


async def _serve(
    settings: OrchestratorSettings,
    chain: ChainSettings,
    key: bytes,
    contracts: Contracts,
    worker: Worker,
    stop: asyncio.Event,
) -> None:
    account = key_address(key)
    clock = ChainClock(contracts, chain.block_polling_interval)
    await clock.refresh()
    store = Store.open(settings.data_dir, StoreIdentity(chain.chain_id, contracts.broker.address, account))
    try:
        senders = SenderMonitor(contracts, clock, account)
        view = LiveChainView(contracts, clock, senders, account)
        transactions = _transaction_sender(chain, key, contracts)
        validity_rounds = await contracts.broker.ticket_validity_period()
        redeemer = Redeemer(
            store,
            LiveRedemptionChain(view, contracts, senders, transactions),
            RedemptionPolicy(
                redeem_gas=settings.redeem_gas_on(chain.chain_id),
                margin=Fraction(settings.redeem_margin),
                batch=settings.redeem_batch,
                validity_rounds=validity_rounds,
            ),
        )
        node = await build(
            settings,
            key=key,
            chain=view,
            chain_id=chain.chain_id,
            validity_rounds=validity_rounds,
            store=store,
            worker=worker,
            on_winner=redeemer.wake,
        )

        def moved(_state: ClockState) -> None:
            node.acceptor.prune(view.clock().l1_block)
            redeemer.wake()

        clock.subscribe(moved)
        config = server_config(settings)
        await _check_registration(settings, contracts, account)
        async with _running(_services(settings, contracts, clock, transactions, redeemer)):
            log.info("orchestrator serving", service_uri=settings.service_uri, listen=settings.bind, account=account)
            await _serve_until(stop, node, config, settings.shutdown_grace_s)
    finally:
        store.close()
        log.info("orchestrator stopped", account=account)


def _transaction_sender(chain: ChainSettings, key: bytes, contracts: Contracts) -> TransactionSender:
    return TransactionSender(
        contracts.w3,
        key,
        chain.chain_id,
        max_gas_price=chain.max_gas_price,
        timeout_s=chain.tx_timeout,
        max_replacements=chain.max_tx_replacements,
    )


def _services(
    settings: OrchestratorSettings,
    contracts: Contracts,
    clock: ChainClock,
    transactions: TransactionSender,
    redeemer: Redeemer,
) -> Iterable[tuple[str, Service]]:
    yield "chain clock", clock.run
    if settings.redeem:
        yield "redeemer", redeemer.run
    if settings.call_reward:
        yield "reward caller", RewardCaller(contracts, clock, transactions).run
    if settings.initialize_round:
        delay = settings.initialize_round_max_delay_s
        yield "round initialiser", RoundInitializer(contracts, clock, transactions, delay).run


async def _serve_until(stop: asyncio.Event, node: Orchestrator, config: BoundConfig, grace_s: float) -> None:
    async def finished() -> None:
        try:
            await stop.wait()
        finally:
            # While segments in work are finished, gateways are told that there is no room: they go elsewhere.
            node.sessions.refuse_new_work()
            log.info("orchestrator stopping", sessions=len(node.sessions))
            await node.app.quiet(grace_s)

    try:
        await run_server(node.app, config, finished)
    finally:
        await node.sessions.drain(CLOSE_SLACK_S)


@asynccontextmanager
async def _running(services: Iterable[tuple[str, Service]]) -> AsyncIterator[None]:
    """Keeps services running while the block does."""
    tasks = [asyncio.create_task(_supervise(name, run), name=name) for name, run in services]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _supervise(name: str, run: Service) -> None:
    """Starts a service again when a fault of ours has ended it: the node goes on."""
    while True:
        try:
            await run()
        except Exception:
            log.exception("service failed", service=name)
        await asyncio.sleep(RESTART_S)


def _signalled() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


async def _check_registration(settings: OrchestratorSettings, contracts: Contracts, account: str) -> None:
    """Warns of what makes gateways pass this node by; none of it keeps it from starting."""
    try:
        registered = await contracts.registry.service_uri(account)
        active = await contracts.bonding.is_active(account)
    except ChainError as error:
        log.warning("registration unknown", reason=str(error))
        return
    if registered != settings.service_uri:
        log.warning("service uri differs from the registry", configured=settings.service_uri, registered=registered)
    if not active:
        log.warning("orchestrator not active", account=account)
    if not settings.price_per_unit:
        log.warning("price is zero", effect="all work is done for free")
