"""HTTP bodies within bounds: never too much, never for too long (facts: security T10, T22, T23)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from starlette.types import Receive

from offchain.errors import RequestError

__all__ = ["Body", "Bounds", "Budget", "ClientGoneError"]

TIMED_OUT, TOO_LARGE, UNAVAILABLE = 408, 413, 503


class ClientGoneError(Exception):
    """The peer has hung up; there is nobody to answer."""


class Budget:
    """Bytes of bodies held at once, over all requests."""

    def __init__(self, max_bytes: int, refusal: str) -> None:
        """A budget of so many bytes; `refusal` is told to whom it has no room for."""
        self._max_bytes, self._refusal = max_bytes, refusal
        self.held = 0

    def take(self, size: int) -> None:
        """Takes bytes from the budget.

        Raises:
            RequestError: 503, too much is held already.
        """
        if self.held + size > self._max_bytes:
            raise RequestError(UNAVAILABLE, self._refusal)
        self.held += size

    def give_back(self, size: int) -> None:
        """Returns bytes to the budget."""
        self.held -= size


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a body may be, and what is told to whom exceeds it.

    Attributes:
        max_bytes: most bytes, whatever was announced.
        timeout_s: seconds until all of it must be there.
        too_large: the reason of a 413.
        too_late: the reason of a 408.
    """

    max_bytes: int
    timeout_s: float
    too_large: str
    too_late: str


class Body:
    """The body of one request; what has been read of it stays read."""

    def __init__(self, receive: Receive, piece_timeout_s: float | None = None) -> None:
        """A body whose pieces `receive` gives, each within so many seconds; None waits for a piece as for the whole."""
        self._receive, self._piece_timeout_s = receive, piece_timeout_s
        self._ended = False

    async def read(self, bounds: Bounds, budget: Budget) -> bytes:
        """All of it.

        Args:
            bounds: what it may be.
            budget: pays for the bytes; the caller gives them back, unless this raises.

        Raises:
            RequestError: 408, 413 or 503.
            ClientGoneError: the peer hung up.
        """
        pieces: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(bounds.timeout_s):
                async for piece in self._pieces():
                    budget.take(len(piece))
                    size += len(piece)
                    if size > bounds.max_bytes:
                        raise RequestError(TOO_LARGE, bounds.too_large)
                    pieces.append(piece)
        except BaseException as error:
            # A piece that the budget had no room for is not in the size either.
            budget.give_back(size)
            if isinstance(error, TimeoutError):
                raise RequestError(TIMED_OUT, bounds.too_late) from error
            raise
        return b"".join(pieces)

    async def discard(self, max_bytes: int, timeout_s: float) -> None:
        """Reads the rest without keeping it, up to so many bytes and seconds.

        A peer that is still sending gets to read its answer that way.
        """
        seen = 0
        try:
            async with asyncio.timeout(timeout_s):
                async for piece in self._pieces():
                    seen += len(piece)
                    if seen > max_bytes:
                        return
        except (TimeoutError, ClientGoneError):
            return

    async def _pieces(self) -> AsyncIterator[bytes]:
        while not self._ended:
            async with asyncio.timeout(self._piece_timeout_s):
                message = await self._receive()
            if message["type"] == "http.disconnect":
                self._ended = True
                raise ClientGoneError
            self._ended = not message.get("more_body", False)
            yield message.get("body", b"")
