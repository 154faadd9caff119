"""Reading what a client pushes: never too much, never for too long (facts: security T22, T23)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.types import Receive

from offchain.errors import RequestError

__all__ = ["Body", "Budget", "ClientGoneError"]

BAD_REQUEST, TIMED_OUT, TOO_LARGE, UNAVAILABLE = 400, 408, 413, 503
PIECE_TIMEOUT_S = 10.0
DISCARD_TIMEOUT_S = 10.0
MAX_DISCARD_BYTES = 64 << 20


class ClientGoneError(Exception):
    """The client has hung up; there is nobody to answer."""


class Budget:
    """Bytes of segments that are held at once, over all streams."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self.held = 0

    def take(self, size: int) -> None:
        """Takes bytes from the budget.

        Raises:
            RequestError: 503, too much is held already.
        """
        if self.held + size > self._max_bytes:
            raise RequestError(UNAVAILABLE, "too many segments at once, try again later")
        self.held += size

    def give_back(self, size: int) -> None:
        """Returns bytes to the budget."""
        self.held -= size


class Body:
    """The body of one request."""

    def __init__(self, receive: Receive, announced: str | None) -> None:
        """A body whose pieces `receive` gives; `announced` is its Content-Length, if it has one."""
        self._receive, self._announced = receive, announced
        self._ended = False

    async def read(self, limit: int, timeout_s: float, budget: Budget) -> bytes:
        """All of it.

        Args:
            limit: most bytes, announced or not.
            timeout_s: seconds until all of it must be there; 10 s for each piece.
            budget: pays for the bytes; the caller gives them back, unless this raises.

        Raises:
            RequestError: 400, 408, 413 or 503.
            ClientGoneError: the client hung up.
        """
        self._check_announced(limit)
        body = bytearray()
        try:
            async with asyncio.timeout(timeout_s):
                async for piece in self._pieces():
                    budget.take(len(piece))
                    body += piece
                    if len(body) > limit:
                        raise RequestError(TOO_LARGE, f"a segment has at most {limit} bytes")
        except BaseException as error:
            # A piece that the budget had no room for is in neither.
            budget.give_back(len(body))
            if isinstance(error, TimeoutError):
                raise RequestError(TIMED_OUT, "the segment was not there in time") from error
            raise
        return bytes(body)

    async def discard(self) -> None:
        """Reads the rest without keeping it, so that a client that is still sending gets to read its answer."""
        seen = 0
        try:
            async with asyncio.timeout(DISCARD_TIMEOUT_S):
                async for piece in self._pieces():
                    seen += len(piece)
                    if seen > MAX_DISCARD_BYTES:
                        return
        except (TimeoutError, ClientGoneError):
            return

    async def swallow(self) -> None:
        """Reads until the client hangs up."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def _pieces(self) -> AsyncIterator[bytes]:
        while not self._ended:
            async with asyncio.timeout(PIECE_TIMEOUT_S):
                message = await self._receive()
            if message["type"] == "http.disconnect":
                self._ended = True
                raise ClientGoneError
            self._ended = not message.get("more_body", False)
            yield message.get("body", b"")

    def _check_announced(self, limit: int) -> None:
        length = self._announced
        if length is None:
            return
        if not length.isascii() or not length.isdigit():
            raise RequestError(BAD_REQUEST, "Content-Length is no number")
        if len(length) > len(str(limit)) or int(length) > limit:
            raise RequestError(TOO_LARGE, f"a segment has at most {limit} bytes")
