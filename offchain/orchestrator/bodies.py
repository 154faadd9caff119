"""What a peer sends: the bounds of a body, and what is said to whom exceeds them (facts: security T10, T23)."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import Message, Receive

from offchain.errors import RequestError
from offchain.wire.bodies import Body, Bounds, Budget

TOO_LARGE = 413
BAD_REQUEST = 400


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


def body_budget(max_bytes: int) -> Budget:
    """Bytes of bodies held at once, over all requests."""
    return Budget(max_bytes, "OrchestratorBusy: too many segments at once")


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


async def read_body(receive: Receive, limit: int, timeout_s: float, budget: Budget) -> bytes:
    """The body of a request.

    Args:
        limit: most bytes, whatever was announced.
        timeout_s: seconds until all of it must be there.
        budget: pays for the bytes; the caller gives them back, unless this raises.

    Raises:
        RequestError: 413, 408 or 503.
        ClientGoneError: the peer hung up.
    """
    too_large = f"segment exceeds the limit on bytes: over {limit}"
    too_late = f"the body was not there within {timeout_s:g} s"
    return await Body(receive).read(Bounds(limit, timeout_s, too_large, too_late), budget)
