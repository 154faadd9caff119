"""The little that paying needs to know of the chain: the clock, and the gateway's own deposit and reserve."""

from __future__ import annotations

import asyncio
from typing import Protocol as Interface

from offchain.chain.clock import ChainClock, ClockState
from offchain.chain.protocol import Broker
from offchain.chain.values import SenderInfo
from offchain.gateway import metrics

__all__ = ["ChainView", "GatewayChain"]


class ChainView(Interface):
    """What `Payer` asks."""

    @property
    def state(self) -> ClockState:
        """The last look at the chain; ChainError when there was none."""

    async def funds(self) -> SenderInfo:
        """The gateway's deposit and reserve; ChainError when they cannot be read."""


class GatewayChain:
    """The chain itself, asked for the funds at most once an L1 block."""

    def __init__(self, clock: ChainClock, broker: Broker, sender: str) -> None:
        self._clock, self._broker, self._sender = clock, broker, sender
        self._lock = asyncio.Lock()
        self._known: tuple[int, SenderInfo] | None = None

    @property
    def state(self) -> ClockState:
        """See `ChainView`."""
        return self._clock.state

    async def funds(self) -> SenderInfo:
        """See `ChainView`."""
        async with self._lock:
            block = self.state.l1_block
            if self._known is None or self._known[0] != block:
                self._known = block, await self._broker.sender_info(self._sender)
                metrics.DEPOSIT.set(self._known[1].deposit / metrics.GWEI)
                metrics.RESERVE.set(self._known[1].reserve_funds / metrics.GWEI)
            return self._known[1]
