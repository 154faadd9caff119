"""One RPC endpoint: connecting to it, and the L1 block number that rounds are counted in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import aiohttp
from web3 import AsyncWeb3
from web3.exceptions import ProviderConnectionError, Web3Exception, Web3RPCError
from web3.types import BlockData

from offchain.chain.provider import HttpProvider
from offchain.errors import ChainError, OffchainError, RpcUnreachableError, WrongChainError

REQUEST_TIMEOUT_S = 20.0

Web3 = AsyncWeb3[HttpProvider]
T = TypeVar("T")

_UNREACHABLE = (aiohttp.ClientError, ConnectionError, asyncio.TimeoutError, ProviderConnectionError)


async def connect(url: str, chain_id: int | None = None) -> Web3:
    """A client of the endpoint at `url`, after it has answered once.

    Args:
        url: http or https URL of a JSON-RPC endpoint.
        chain_id: the chain the endpoint must serve; None takes any.

    Raises:
        RpcUnreachableError: the endpoint does not answer, or not in JSON-RPC.
        WrongChainError: it serves another chain.
    """
    if not url.startswith(("http://", "https://")):
        raise RpcUnreachableError(f"{url!r} is no http or https URL of a JSON-RPC endpoint")
    timeout = aiohttp.ClientTimeout(total=REQUEST_TIMEOUT_S)
    w3: Web3 = AsyncWeb3(HttpProvider(url, timeout))
    try:
        got = await ask(url, lambda: w3.eth.chain_id)
        if chain_id is not None and got != chain_id:
            raise WrongChainError(expected=chain_id, got=got)
    except OffchainError:
        await w3.provider.disconnect()
        raise
    return w3


async def ask(what: str, request: Callable[[], Awaitable[T]]) -> T:
    """Awaits a read of the chain, with every fault of the endpoint as a `ChainError`.

    Args:
        what: named in the error, so that a log line says which read failed.
        request: makes the awaitable; called once.
    """
    try:
        return await request()
    except _UNREACHABLE as error:
        reason = str(error) or type(error).__name__
        raise RpcUnreachableError(f"no answer from the RPC endpoint ({what}): {reason}") from error
    except Web3RPCError as error:
        raise ChainError(f"the RPC endpoint refused {what}: {error.message}") from error
    except (Web3Exception, ValueError, TypeError, KeyError) as error:
        raise ChainError(f"the RPC endpoint's answer makes no sense ({what}): {error}") from error


def l1_block_number(block: BlockData) -> int:
    """The number that rounds are counted in.

    Arbitrum's headers carry the L1 block in `l1BlockNumber`; elsewhere the block's own number is meant.
    """
    extra = block.get("l1BlockNumber")
    if extra is None:
        return int(block["number"])
    return int(extra, 16) if isinstance(extra, str) else int(extra)  # type: ignore[call-overload]


async def disconnect(w3: Web3) -> None:
    """Closes the client's connections."""
    await w3.provider.disconnect()
