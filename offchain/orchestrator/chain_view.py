"""What an orchestrator needs to know of the chain, as plain values behind a narrow protocol."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import structlog

from offchain.chain.clock import ChainClock, ClockState
from offchain.chain.protocol import Protocol as Contracts
from offchain.chain.senders import SenderMonitor
from offchain.chain.values import SenderInfo
from offchain.errors import ChainError

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class SenderState:
    """A gateway's standing: its funds in TicketBroker, and the wei that a ticket of it may promise us."""

    info: SenderInfo
    max_float: int


class ChainView(Protocol):
    """The chain as payments and offers see it."""

    def clock(self) -> ClockState:
        """Blocks, rounds and the price of gas; its `l1_block` never goes back.

        Raises:
            ChainError: the chain has not been read yet.
        """

    async def sender(self, sender: str) -> SenderState:
        """Funds of a gateway.

        Raises:
            ChainError: the chain cannot be read.
        """

    async def is_active(self) -> bool:
        """Whether this orchestrator is in the active set of the current round.

        Raises:
            ChainError: the chain cannot be read.
        """


class LiveChainView:
    """The real chain: polled clock, funds read once a block, standing read once a round."""

    def __init__(self, contracts: Contracts, clock: ChainClock, senders: SenderMonitor, recipient: str) -> None:
        self._contracts, self._clock, self._senders, self._recipient = contracts, clock, senders, recipient
        self._highest_block = 0
        self._active_round = -1

    def clock(self) -> ClockState:
        """The last look at the chain, with the highest L1 block ever seen.

        A random number that was shown because its terms had expired must not come to life again when the chain
        reorganises to a lower block (facts: security I71).
        """
        state = self._clock.state
        self._highest_block = max(self._highest_block, state.l1_block)
        return replace(state, l1_block=self._highest_block)

    async def sender(self, sender: str) -> SenderState:
        """Funds of a gateway, as of the last L1 block."""
        funds = await self._senders.funds(sender)
        return SenderState(funds.info, await self._senders.max_float(sender))

    async def is_active(self) -> bool:
        """Remembered for the round while the answer is yes; a no is asked again, it may have changed."""
        current = self._clock.state.round
        if self._active_round != current:
            if not await self._contracts.bonding.is_active(self._recipient):
                return False
            self._active_round = current
        return True


async def try_active(chain: ChainView) -> bool | None:
    """`is_active`, or None while the chain cannot be read."""
    try:
        return await chain.is_active()
    except ChainError as error:
        log.warning("standing unknown", reason=str(error))
        return None
