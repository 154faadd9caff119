"""Opening a gateway on its chain."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from offchain.chain.accounts import load_key
from offchain.chain.clock import ChainClock
from offchain.chain.protocol import Protocol
from offchain.chain.rpc import connect, disconnect
from offchain.gateway import metrics
from offchain.gateway.chain_view import GatewayChain
from offchain.gateway.discovery import ChainSource, StaticSource
from offchain.gateway.node import Gateway
from offchain.gateway.settings import GatewaySettings
from offchain.gateway.terms import check_funds
from offchain.gateway.verify import Remake
from offchain.media.inspector import Inspector
from offchain.settings import ChainSettings
from offchain.tickets import key_address

__all__ = ["open_gateway"]

log = structlog.get_logger()


@asynccontextmanager
async def open_gateway(
    settings: GatewaySettings, chain: ChainSettings, remake: Remake | None = None
) -> AsyncIterator[Gateway]:
    """A gateway on its chain: key, contracts, clock and child processes, all let go of at the end.

    Args:
        settings: of the gateway.
        chain: where, and as whom.
        remake: makes renditions again, for the sample that the settings ask for; stays open.

    Raises:
        KeyFileError: the account does not open.
        RpcUnreachableError, WrongChainError, NoContractError: the chain is not there, or another.
        SenderFundsError: the account has no deposit or reserve to pay from.
    """
    key = load_key(chain.key_file, chain.password_file)
    metrics.expose()
    w3 = await connect(chain.eth_url, chain.chain_id)
    inspector = Inspector(settings.verify_processes)
    watching: asyncio.Task[None] | None = None
    try:
        protocol = await Protocol.resolve(w3, chain.controller)
        clock = ChainClock(protocol, chain.block_polling_interval)
        state = await clock.refresh()
        view = GatewayChain(clock, protocol.broker, key_address(key))
        check_funds(await view.funds(), state.last_initialized_round)
        watching = asyncio.create_task(clock.run())
        source = StaticSource(settings.orchestrators) if settings.orchestrators else ChainSource(protocol, clock)
        log.info("gateway opened", account=key_address(key), chain=chain.chain_id, block=state.l1_block)
        yield Gateway(settings, key, view, source, inspector, remake)
    finally:
        if watching is not None:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
        await inspector.close()
        await disconnect(w3)
