"""Reading what a peer sends: never too much, never for too long (facts: security T10, T23)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.datastructures import Headers
from starlette.types import Message, Receive

from offchain.errors import RequestError
from offchain.types import Container

TOO_LARGE = 413
TIMED_OUT = 408
UNAVAILABLE = 503
BAD_REQUEST = 400

_MP4_BOXES = (b"ftyp", b"styp", b"moof", b"moov")


class ClientGoneError(Exception):
    """The peer has hung up; there is nobody to answer."""


class Incoming:
    """The messages of a request; remembers whether its body has been read to the end."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.complete = False

    async def __call__(self) -> Message:
        message = await self._receive()
        if message["type"] != "http.request" or not message.get("more_body", False):
            self.complete = True
        return message


class BufferBudget:
    """Bytes of bodies held at once, over all requests."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self.held = 0

    def take(self, size: int) -> None:
        """Takes bytes from the budget.

        Raises:
            RequestError: 503, too much is held already.
        """
        if self.held + size > self._max_bytes:
            raise RequestError(UNAVAILABLE, "OrchestratorBusy: too many segments at once")
        self.held += size

    def give_back(self, size: int) -> None:
        """Returns bytes to the budget."""
        self.held -= size


def check_declared_size(headers: Headers, limit: int) -> None:
    """Refuses a body that announces itself as too large, before anything of it is read or paid for.

    Raises:
        RequestError: 413, or 400 if the announcement is no number.
    """
    declared = headers.get("content-length")
    if declared is None:
        return
    if not declared.isascii() or not declared.isdigit():
        raise RequestError(BAD_REQUEST, "BadRequest: content-length is no number")
    if int(declared) > limit:
        raise RequestError(TOO_LARGE, f"segment exceeds the limit on bytes: {declared} > {limit}")


async def read_body(receive: Receive, limit: int, timeout_s: float, budget: BufferBudget) -> bytes:
    """The body of a request.

    Args:
        limit: most bytes, whatever was announced.
        timeout_s: seconds until all of it must be there.
        budget: pays for the bytes; the caller gives them back, unless this raises.

    Raises:
        RequestError: 413, 408 or 503.
        ClientGoneError: the peer hung up.
    """
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(timeout_s):
            async for chunk in _chunks(receive):
                budget.take(len(chunk))
                size += len(chunk)
                if size > limit:
                    raise RequestError(TOO_LARGE, f"segment exceeds the limit on bytes: over {limit}")
                chunks.append(chunk)
    except BaseException as error:
        budget.give_back(size)
        if isinstance(error, TimeoutError):
            raise RequestError(TIMED_OUT, f"the body was not there within {timeout_s:g} s") from error
        raise
    return b"".join(chunks)


async def discard_body(receive: Receive, limit: int, timeout_s: float) -> None:
    """Reads the rest of a body without keeping it, up to so many bytes and seconds."""
    seen = 0
    try:
        async with asyncio.timeout(timeout_s):
            async for chunk in _chunks(receive):
                seen += len(chunk)
                if seen > limit:
                    return
    except (TimeoutError, ClientGoneError):
        return


async def _chunks(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        more = bool(message.get("more_body", False))
        yield message.get("body", b"")


def container_of(data: bytes) -> Container:
    """What a segment is held for: MP4 if it begins with a box of it, else MPEG-TS.

    The network sends both under one media type. The guess decides which one demuxer is tried, nothing more.
    """
    return Container.MP4 if data[4:8] in _MP4_BOXES else Container.MPEGTS
