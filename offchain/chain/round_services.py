"""Services a round needs: somebody opens it, every active orchestrator calls reward in it.

Both look at the state of the chain, never at events: a restart or a missed block loses nothing.
"""

from __future__ import annotations

import asyncio
import random

import structlog
from prometheus_client import Counter, Gauge

from offchain.chain.clock import ChainClock, ClockState
from offchain.chain.protocol import Protocol
from offchain.chain.transactions import TransactionSender
from offchain.errors import ChainError, TransactionRevertedError

log = structlog.get_logger()

LATE_IN_ROUND = 0.5
BACK_OFF_S = (1.0, 2.0, 5.0, 15.0, 60.0)

rounds_initialized = Counter("livepeer_rounds_initialized_total", "Rounds this node has opened")
reward_calls = Counter("livepeer_reward_calls_total", "Rewards this node has called")
reward_call_errors = Counter("livepeer_reward_call_errors", "Reward calls that failed")
reward_due = Gauge("livepeer_reward_due", "1 while the current round's reward has not been called")


class RoundInitializer:
    """Opens each round, once nobody else has within a random delay."""

    def __init__(
        self, protocol: Protocol, clock: ChainClock, sender: TransactionSender, max_delay_s: float = 30.0
    ) -> None:
        """
        Args:
            max_delay_s: upper bound of the random wait in seconds that keeps nodes from racing for the same round.
        """
        self._protocol, self._clock, self._sender = protocol, clock, sender
        self._max_delay_s = max_delay_s
        self._failures = 0

    async def run(self) -> None:
        """Watches until cancelled."""
        while True:
            await self._clock.wait_for(lambda state: not state.round_initialized)
            await asyncio.sleep(random.uniform(0, self._max_delay_s))
            await self.initialize_if_due()
            await asyncio.sleep(_back_off(self._failures))

    async def initialize_if_due(self) -> bool:
        """Opens the current round if it is still closed; True if this node did it."""
        try:
            if await self._protocol.rounds.current_round_initialized():
                await self._clock.refresh()
                return False
            await self._sender.send(self._protocol.rounds.initialize_round())
            state = await self._clock.refresh()
        except TransactionRevertedError as error:
            return await self._lost_race(error)
        except ChainError as error:
            self._failures += 1
            log.warning("round not initialised", reason=str(error), failures=self._failures)
            return False
        self._failures = 0
        rounds_initialized.inc()
        log.info("round initialised", round=state.last_initialized_round)
        return True

    async def _lost_race(self, error: TransactionRevertedError) -> bool:
        if error.error == "RoundAlreadyInitialized":
            self._failures = 0
        else:
            self._failures += 1
            log.warning("round not initialised", reason=str(error), failures=self._failures)
        await self._clock.refresh()
        return False


class RewardCaller:
    """Calls reward once in every round the account is active in; tried until it is done."""

    def __init__(
        self, protocol: Protocol, clock: ChainClock, sender: TransactionSender, max_delay_s: float = 2.0
    ) -> None:
        """
        Args:
            max_delay_s: upper bound of a random wait in seconds, so that nodes on one endpoint do not call at once.
        """
        self._protocol, self._clock, self._sender = protocol, clock, sender
        self._max_delay_s = max_delay_s
        self._settled_round = -1
        self._failures = 0

    async def run(self) -> None:
        """Watches until cancelled."""
        while True:
            await self._clock.wait_for(lambda state: state.round_initialized and state.round > self._settled_round)
            await asyncio.sleep(random.uniform(0, self._max_delay_s))
            await self.reward_if_due()
            if self._failures:
                await asyncio.sleep(_back_off(self._failures))

    async def reward_if_due(self) -> bool:
        """Calls reward if the current round's is still to be called; True if this node did it now."""
        try:
            state = await self._clock.refresh()
            if not state.round_initialized or state.round <= self._settled_round:
                return False
            if not await self._is_due(state):
                self._settle(state)
                return False
            reward_due.set(1)
            await self._sender.send(self._protocol.bonding.reward())
        except ChainError as error:
            self._complain(error)
            return False
        self._settle(state)
        reward_calls.inc()
        log.info("reward called", round=state.round, account=self._sender.account)
        return True

    async def _is_due(self, state: ClockState) -> bool:
        transcoder = await self._protocol.bonding.transcoder_info(self._sender.account)
        return transcoder.is_active(state.round) and transcoder.last_reward_round < state.round

    def _settle(self, state: ClockState) -> None:
        self._settled_round = state.round
        self._failures = 0
        reward_due.set(0)

    def _complain(self, error: ChainError) -> None:
        self._failures += 1
        reward_call_errors.inc()
        late = self._clock.state.round_progress > LATE_IN_ROUND
        log.log(40 if late else 30, "reward not called", reason=str(error), failures=self._failures, late=late)


def _back_off(failures: int) -> float:
    """Seconds to wait after so many failures in a row."""
    return BACK_OFF_S[min(failures, len(BACK_OFF_S)) - 1] if failures else BACK_OFF_S[0]
