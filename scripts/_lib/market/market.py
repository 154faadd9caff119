"""A market: the deployed protocol on a test chain, its actors' wallets, and the passing of rounds."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Self

from offchain.chain.protocol import Protocol
from offchain.chain.rpc import Web3, connect, disconnect
from scripts._lib.market.actors import Actor, ActorWallet
from scripts._lib.market.nodes import ChainAccess

POLL_S = 0.2


class MarketTimeoutError(Exception):
    """Something that should come about by itself did not."""


@dataclass(slots=True)
class Market:
    """What a demo or an end-to-end test holds on to."""

    access: ChainAccess
    w3: Web3
    protocol: Protocol

    @classmethod
    async def open(cls, access: ChainAccess) -> Self:
        """Connects to a chain that the protocol has been deployed on."""
        w3 = await connect(access.url, access.chain_id)
        return cls(access, w3, await Protocol.resolve(w3, access.controller))

    async def close(self) -> None:
        """Closes the connection; the chain goes on."""
        await disconnect(self.w3)

    def wallet(self, actor: Actor) -> ActorWallet:
        """The actor's hands on chain."""
        return ActorWallet(actor, self.w3, self.access.chain_id, self.protocol)

    async def mine(self, blocks: int) -> None:
        """Lets the chain run ahead by so many blocks."""
        await self.w3.provider.make_request("anvil_mine", [hex(blocks)])  # type: ignore[arg-type]

    async def start_next_round(self) -> int:
        """Lets the rest of the current round pass; returns the number of the new, uninitialised one."""
        rounds = self.protocol.rounds
        ends = await rounds.current_round_start_block() + await rounds.round_length()
        await self.mine(max(1, ends - int(await self.w3.eth.block_number)))
        return await rounds.current_round()

    async def open_round(self, wallet: ActorWallet) -> int:
        """Initialises the current round unless somebody has; returns its number."""
        if not await self.protocol.rounds.current_round_initialized():
            await wallet.do(self.protocol.rounds.initialize_round())
        return await self.protocol.rounds.current_round()

    async def until(self, what: str, condition: Callable[[], Awaitable[Any]], timeout_s: float) -> Any:
        """Waits until the condition is true; returns what it returned.

        Raises:
            MarketTimeoutError: it stayed false for `timeout_s`; names `what` was waited for.
        """
        deadline = asyncio.get_running_loop().time() + timeout_s
        while True:
            value = await condition()
            if value:
                return value
            if asyncio.get_running_loop().time() > deadline:
                raise MarketTimeoutError(f"waited {timeout_s:g} s in vain for {what}")
            await asyncio.sleep(POLL_S)
