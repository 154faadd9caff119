"""The clock of a node: L1 blocks and rounds, followed by polling."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from offchain.chain.protocol import Protocol
from offchain.chain.rpc import ask, l1_block_number
from offchain.errors import ChainError

log = structlog.get_logger()

ZERO_HASH = bytes(32)


@dataclass(frozen=True, slots=True)
class ClockState:
    """One look at the chain.

    Attributes:
        l1_block: L1 block number; tickets' parameters expire by it.
        round: the current round, initialised or not.
        last_initialized_round: the last round somebody opened.
        round_start_block: first L1 block of the current round.
        round_length: length of a round in L1 blocks.
        round_block_hash: hash that tickets of `last_initialized_round` name; zero is unusable.
        previous_round_block_hash: the same for the round before it.
        pool_size: members of the transcoder pool.
        gas_price: what the endpoint suggests, in wei.
    """

    l1_block: int
    round: int
    last_initialized_round: int
    round_start_block: int
    round_length: int
    round_block_hash: bytes
    previous_round_block_hash: bytes
    pool_size: int
    gas_price: int

    @property
    def round_initialized(self) -> bool:
        """Whether the current round is open for work."""
        return self.last_initialized_round >= self.round

    @property
    def round_progress(self) -> float:
        """Share of the current round that has passed, 0 … 1; for people and alarms only."""
        return min(1.0, (self.l1_block - self.round_start_block) / self.round_length)


class ChainClock:
    """Polls the head of the chain and tells who listens when it has moved."""

    def __init__(self, protocol: Protocol, poll_s: float = 5.0) -> None:
        self._protocol, self._poll_s = protocol, poll_s
        self._state: ClockState | None = None
        self._moved = asyncio.Condition()
        self._listeners: list[Callable[[ClockState], None]] = []

    @property
    def state(self) -> ClockState:
        """The last look at the chain.

        Raises:
            ChainError: there was none yet.
        """
        if self._state is None:
            raise ChainError("the chain has not been read yet")
        return self._state

    def subscribe(self, listener: Callable[[ClockState], None]) -> None:
        """Calls `listener` with each new state; it must not block."""
        self._listeners.append(listener)

    async def refresh(self) -> ClockState:
        """Looks at the chain now."""
        state = await self._look()
        if state != self._state:
            self._state = state
            for listener in self._listeners:
                listener(state)
            async with self._moved:
                self._moved.notify_all()
        return state

    async def wait_for(self, predicate: Callable[[ClockState], bool]) -> ClockState:
        """Waits until a state satisfies the predicate; somebody must be running the clock."""
        async with self._moved:
            await self._moved.wait_for(lambda: self._state is not None and predicate(self._state))
            return self.state

    async def changed(self) -> ClockState:
        """Waits for the next state."""
        async with self._moved:
            await self._moved.wait()
            return self.state

    async def run(self) -> None:
        """Polls until cancelled; an endpoint that fails is asked again, never given up."""
        failing = False
        while True:
            try:
                await self.refresh()
                if failing:
                    log.info("rpc recovered")
                failing = False
            except ChainError as error:
                if not failing:
                    log.warning("rpc failing", reason=str(error))
                failing = True
            await asyncio.sleep(self._poll_s)

    async def _look(self) -> ClockState:
        protocol = self._protocol
        rounds, bonding, w3 = protocol.rounds, protocol.bonding, protocol.w3
        head, gas_price = await asyncio.gather(
            ask("eth_getBlockByNumber", lambda: w3.eth.get_block("latest")),
            ask("eth_gasPrice", lambda: w3.eth.gas_price),
        )
        current, initialized, start, length, pool_size = await asyncio.gather(
            rounds.current_round(),
            rounds.last_initialized_round(),
            rounds.current_round_start_block(),
            rounds.round_length(),
            bonding.pool_size(),
        )
        block_hash, previous_hash = await self._round_hashes(initialized)
        return ClockState(
            l1_block_number(head),
            current,
            initialized,
            start,
            length,
            block_hash,
            previous_hash,
            pool_size,
            int(gas_price),
        )

    async def _round_hashes(self, initialized: int) -> tuple[bytes, bytes]:
        known = self._state
        if known is not None and known.last_initialized_round == initialized:
            return known.round_block_hash, known.previous_round_block_hash
        rounds = self._protocol.rounds
        if initialized == 0:
            return await rounds.block_hash_for_round(0), ZERO_HASH
        return await rounds.block_hash_for_round(initialized), await rounds.block_hash_for_round(initialized - 1)
