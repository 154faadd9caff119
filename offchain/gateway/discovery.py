"""Finding orchestrators: who there is, and asking all of them at once (facts: offchain 3.4, 3.5)."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from typing import Protocol as Interface

from offchain.chain.clock import ChainClock
from offchain.chain.protocol import Protocol
from offchain.errors import OffchainError, ServiceUriError
from offchain.gateway.service_uri import Origin, parse_service_uri

__all__ = ["Candidate", "ChainSource", "Discovery", "Source", "StaticSource", "ask_all", "distinct"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody to ask.

    Attributes:
        uri: service URI, as configured or registered; hostile.
        address: whom the chain names for it; None for a configured one.
        stake: LPT wei in the current round; 0 for a configured one.
    """

    uri: str
    address: str | None = None
    stake: int = 0


class Source(Interface):
    """Where candidates come from."""

    async def candidates(self) -> Sequence[Candidate]:
        """All there are now; ChainError when the chain cannot be read."""


class StaticSource:
    """A list of service URIs from the settings."""

    def __init__(self, uris: Iterable[str]) -> None:
        self._candidates = [Candidate(uri) for uri in uris]

    async def candidates(self) -> Sequence[Candidate]:
        """The list."""
        return self._candidates


class ChainSource:
    """The members of the transcoder pool that are active in the current round and have registered a service URI."""

    def __init__(self, protocol: Protocol, clock: ChainClock) -> None:
        self._protocol, self._clock = protocol, clock

    async def candidates(self) -> Sequence[Candidate]:
        """One for each, with its stake in the current round."""
        members = await self._protocol.bonding.pool()
        found = await asyncio.gather(*map(self._candidate, members))
        return [candidate for candidate in found if candidate is not None]

    async def _candidate(self, member: str) -> Candidate | None:
        current = self._clock.state.round
        bonding, registry = self._protocol.bonding, self._protocol.registry
        if not (await bonding.transcoder_info(member)).is_active(current):
            return None
        uri, pool = await asyncio.gather(registry.service_uri(member), bonding.earnings_pool(member, current))
        return Candidate(uri, member, pool.total_stake) if uri else None


@dataclass(slots=True)
class Discovery(Generic[T]):
    """What came of asking.

    Attributes:
        found: who answered and fits, the fastest first.
        refused: why each other is out, by service URI; who was not waited for is in neither.
    """

    found: list[T] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def distinct(candidates: Iterable[Candidate]) -> tuple[list[tuple[Origin, Candidate]], dict[str, str]]:
    """Candidates by distinct origin in random order, the one with most stake of each; and why the others are out."""
    by_origin: dict[Origin, Candidate] = {}
    refused: dict[str, str] = {}
    for candidate in candidates:
        try:
            origin = parse_service_uri(candidate.uri)
        except ServiceUriError as error:
            refused[candidate.uri[:80]] = str(error)
            continue
        known = by_origin.get(origin)
        if known is None or candidate.stake > known.stake:
            by_origin[origin] = candidate
    rows = list(by_origin.items())
    random.shuffle(rows)
    return rows, refused


async def ask_all(
    candidates: Iterable[Candidate],
    ask: Callable[[Origin, Candidate], Awaitable[T]],
    *,
    wanted: int,
    wait_s: float,
    cutoff_s: float,
) -> Discovery[T]:
    """Asks all at once and takes who answers first.

    Args:
        candidates: whom to ask; several of one origin are asked once.
        ask: gives what becomes a member of `found`, or raises OffchainError with the reason why not.
        wanted: so many are enough.
        wait_s: the first wait, seconds; while nobody has answered it is repeated, twice as long each time.
        cutoff_s: the end of all waiting, seconds.
    """
    rows, refused = distinct(candidates)
    result: Discovery[T] = Discovery(refused=refused)
    pending = {asyncio.ensure_future(ask(origin, candidate)): origin.url for origin, candidate in rows}
    loop = asyncio.get_running_loop()
    start, wait = loop.time(), min(wait_s, cutoff_s)
    until = start + wait
    try:
        while pending and len(result.found) < wanted:
            left = until - loop.time()
            if left <= 0:
                if result.found or until >= start + cutoff_s:
                    break
                wait *= 2
                until = min(until + wait, start + cutoff_s)
                continue
            done, _ = await asyncio.wait(pending, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                _collect(task, pending.pop(task), result)
    finally:
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
    for task, url in pending.items():
        # One that answered in the very moment of the end has connections open and is not left behind.
        if not task.cancelled():
            _collect(task, url, result)
    return result


def _collect(task: asyncio.Future[T], url: str, result: Discovery[T]) -> None:
    try:
        result.found.append(task.result())
    except OffchainError as error:
        result.refused[url] = str(error)
