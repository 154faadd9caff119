"""The orchestrators that one stream works with: found, chosen by the segment, suspended and found again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count

import structlog

from offchain.errors import NoOrchestratorError, OffchainError
from offchain.gateway import metrics
from offchain.gateway.client import OrchestratorClient
from offchain.gateway.discovery import Discovery
from offchain.gateway.quotes import Quote
from offchain.gateway.selection import FLOOR_S, Standing, Weights, choose, latency_score, may_reuse
from offchain.gateway.suspension import SuspensionTable

__all__ = ["OrchestratorPool", "PoolRules", "Session"]

log = structlog.get_logger()

# An orchestrator's speed is what it did lately: half of the score is the last segment.
NEW_SHARE = 0.5
END_TIMEOUT_S = 3.0
IN_VAIN_S = 2.0
"""Shortest time between two searches while nobody is found, seconds."""


@dataclass(eq=False, slots=True)
class Session:
    """One orchestrator in use.

    Attributes:
        client: how to reach it.
        quote: its offer; replaced by each result's.
        initial_price: wei per pixel when the session began; later prices are held against it.
        latency: its latency score, averaged over segments; before the first, answer time over 1.5 s.
        stake: LPT wei; 0 where it was configured, not found on chain.
        used: whether a segment has been sent.
        in_flight: start times of segments under way, seconds on the loop's clock, by a running number.
    """

    client: OrchestratorClient
    quote: Quote
    initial_price: Fraction
    latency: float
    stake: int = 0
    used: bool = False
    in_flight: dict[int, float] = field(default_factory=dict)
    renewing: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def name(self) -> str:
        """The orchestrator's address."""
        return self.quote.orchestrator

    @property
    def url(self) -> str:
        """Its service URI."""
        return self.client.url

    def took(self, seconds: float, duration_s: float) -> None:
        """Notes how long a segment of `duration_s` seconds took."""
        score = latency_score(seconds, duration_s)
        self.latency = score if not self.used else (1 - NEW_SHARE) * self.latency + NEW_SHARE * score
        self.used = True

    def oldest_s(self, now: float) -> float | None:
        """Age of its oldest segment under way; None when it is idle."""
        return now - min(self.in_flight.values()) if self.in_flight else None


def first_latency(answer_s: float) -> float:
    """The latency score to begin with: the time that GetOrchestrator took, as if it were a segment's."""
    return answer_s / FLOOR_S


@dataclass(frozen=True, slots=True)
class PoolRules:
    """How a pool chooses; times in seconds."""

    weights: Weights
    max_price: Fraction | None
    size: int
    interval_s: float


class OrchestratorPool:
    """Sessions of one stream by the orchestrator's address."""

    def __init__(
        self, find: Callable[[], Awaitable[Discovery[Session]]], rules: PoolRules, suspensions: SuspensionTable
    ) -> None:
        self._find, self._rules, self._suspensions = find, rules, suspensions
        self._sessions: dict[str, Session] = {}
        self._last: Session | None = None
        self._search_after = float("-inf")
        self._searches = 0
        self._reasons: dict[str, str] = {}
        self._searching = asyncio.Lock()
        self._background: asyncio.Task[None] | None = None
        self._numbers = count()

    @property
    def sessions(self) -> list[Session]:
        """All sessions, suspended ones included."""
        return list(self._sessions.values())

    async def pick(self, duration_s: float, tried: Collection[str] = ()) -> Session:
        """The session for a segment of `duration_s` seconds; `tried` are addresses that have failed it.

        Raises:
            NoOrchestratorError: there is none left, with the reasons of those that were asked.
        """
        if not self._sessions:
            await self._search()
        self._search_in_background_if_thin()
        chosen = self._reusable(duration_s, tried) or self._choose(tried)
        if chosen is None and await self._search():
            chosen = self._choose(tried)
        if chosen is None:
            raise NoOrchestratorError(self._why_none(tried))
        if self._last is not None and self._last.name != chosen.name:
            metrics.SWAPS.inc()
        self._last = chosen
        return chosen

    def begin(self, session: Session) -> int:
        """Notes that a segment is under way; gives the number to end it by."""
        number = next(self._numbers)
        session.in_flight[number] = asyncio.get_running_loop().time()
        return number

    def end(self, session: Session, number: int) -> None:
        """Notes that it no longer is."""
        session.in_flight.pop(number, None)

    def failed(self, session: Session, error: OffchainError, *, forged: bool) -> None:
        """Suspends an orchestrator; `forged` for a result that is not what was paid for."""
        seconds = self._suspensions.suspend(session.name, banned=forged)
        metrics.SUSPENSIONS.labels(reason=type(error).__name__).inc()
        log.warning(
            "orchestrator suspended", orchestrator=session.name, uri=session.url, seconds=seconds, reason=str(error)
        )

    def succeeded(self, session: Session, seconds: float, duration_s: float) -> None:
        """Notes a verified segment and how long it took."""
        session.took(seconds, duration_s)
        self._suspensions.forgive(session.name)

    async def close(self) -> None:
        """Ends all sessions at their orchestrators, as far as these can be reached, and closes connections."""
        if self._background is not None:
            self._background.cancel()
            await asyncio.gather(self._background, return_exceptions=True)
        await asyncio.gather(*(self._end(session) for session in self._sessions.values()))
        self._sessions.clear()

    def _reusable(self, duration_s: float, tried: Collection[str]) -> Session | None:
        last = self._last
        if last is None or last.name in tried or not last.used or self._sessions.get(last.name) is not last:
            return None
        now = asyncio.get_running_loop().time()
        dear = self._rules.max_price is not None and last.quote.price > self._rules.max_price
        if dear or self._suspensions.of(last.name).until > time.monotonic():
            return None
        return last if may_reuse(last.latency, last.oldest_s(now), duration_s) else None

    def _choose(self, tried: Collection[str]) -> Session | None:
        rules = self._rules
        chosen = choose(
            map(self._standing, self._sessions.values()),
            rules.weights,
            now=time.monotonic(),
            max_price=rules.max_price,
            tried=tried,
        )
        return None if chosen is None else self._sessions[chosen.name]

    def _standing(self, session: Session) -> Standing:
        entry = self._suspensions.of(session.name)
        return Standing(session.name, session.quote.price, session.latency, session.stake, entry.until, entry.banned)

    def _search_in_background_if_thin(self) -> None:
        now = time.monotonic()
        ready = sum(self._suspensions.of(name).until <= now for name in self._sessions)
        running = self._background is not None and not self._background.done()
        thin = ready * 2 <= min(self._rules.size, len(self._sessions))
        if self._sessions and thin and not running:
            self._background = asyncio.create_task(self._search_quietly())

    async def _search_quietly(self) -> None:
        with suppress(OffchainError):
            await self._search()

    async def _search(self) -> bool:
        """Looks for orchestrators unless that was done lately; says whether there is news."""
        before = self._searches
        async with self._searching:
            if self._searches != before:
                return True
            if time.monotonic() < self._search_after:
                return False
            self._search_after = time.monotonic() + min(self._rules.interval_s, IN_VAIN_S)
            discovery = await self._find()
            if discovery.found:
                self._search_after = time.monotonic() + self._rules.interval_s
            self._searches += 1
            self._reasons = discovery.refused
            await self._drop_failed()
            for session in discovery.found:
                await self._take(session)
        metrics.DISCOVERY_ERRORS.inc(len(discovery.refused))
        log.info("orchestrators found", found=len(discovery.found), refused=discovery.refused)
        return True

    async def _drop_failed(self) -> None:
        """Lets go of those that failed and are idle; who is found again comes back, suspended still."""
        for session in self.sessions:
            if not session.in_flight and self._suspensions.of(session.name).until > time.monotonic():
                del self._sessions[session.name]
                await session.client.close()

    async def _take(self, session: Session) -> None:
        # One that is known keeps its session, which holds credit.
        if session.name in self._sessions:
            await session.client.close()
        else:
            self._sessions[session.name] = session

    def _why_none(self, tried: Collection[str]) -> str:
        parts = [f"{len(tried)} failed this segment"] if tried else []
        parts += [f"{uri}: {reason}" for uri, reason in sorted(self._reasons.items())[:5]]
        known = sum(name not in tried for name in self._sessions)
        if known:
            parts.append(f"{known} known are suspended or above the price limit")
        return "no orchestrator to send to: " + ("; ".join(parts) or "none is configured or active on chain")

    async def _end(self, session: Session) -> None:
        with suppress(OffchainError, TimeoutError):
            if session.used:
                async with asyncio.timeout(END_TIMEOUT_S):
                    await session.client.end_session(session.quote.token)
        await session.client.close()
