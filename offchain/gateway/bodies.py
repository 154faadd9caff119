"""What a client pushes: the bounds of a segment, and what is said to whom exceeds them (facts: security T22, T23)."""

from __future__ import annotations

from starlette.types import Receive

from offchain.errors import RequestError
from offchain.wire.bodies import Body, Bounds, Budget

__all__ = ["discard_rest", "read_segment", "segment_body", "segment_budget", "swallow"]

BAD_REQUEST, TOO_LARGE = 400, 413
BODY_TIMEOUT_S = 60.0
PIECE_TIMEOUT_S = 10.0
DISCARD_TIMEOUT_S = 10.0
MAX_DISCARD_BYTES = 64 << 20


def segment_budget(max_bytes: int) -> Budget:
    """Bytes of segments that are held at once, over all streams."""
    return Budget(max_bytes, "too many segments at once, try again later")


def segment_body(receive: Receive) -> Body:
    """The body of a push; 10 s for each piece."""
    return Body(receive, PIECE_TIMEOUT_S)


async def read_segment(body: Body, announced: str | None, limit: int, budget: Budget) -> bytes:
    """All of a body, within a minute.

    Args:
        body: of a push.
        announced: its Content-Length, if it has one.
        limit: most bytes, announced or not.
        budget: pays for the bytes; the caller gives them back, unless this raises.

    Raises:
        RequestError: 400, 408, 413 or 503.
        ClientGoneError: the client hung up.
    """
    too_large = f"a segment has at most {limit} bytes"
    if announced is not None:
        if not announced.isascii() or not announced.isdigit():
            raise RequestError(BAD_REQUEST, "Content-Length is no number")
        if len(announced) > len(str(limit)) or int(announced) > limit:
            raise RequestError(TOO_LARGE, too_large)
    return await body.read(Bounds(limit, BODY_TIMEOUT_S, too_large, "the segment was not there in time"), budget)


async def discard_rest(body: Body) -> None:
    """Reads the rest without keeping it, so that a client that is still sending gets to read its answer."""
    await body.discard(MAX_DISCARD_BYTES, DISCARD_TIMEOUT_S)


async def swallow(receive: Receive) -> None:
    """Reads until the client hangs up."""
    while (await receive())["type"] != "http.disconnect":
        pass
