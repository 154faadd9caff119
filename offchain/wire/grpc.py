"""gRPC over any HTTP/2 server: framing, status codes, trailers.

A node serves gRPC and HTTP on one port, so the calls come in as plain requests (facts: offchain 10.5). A message is
framed by a flag byte (1: compressed) and its length in four bytes, big-endian.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from urllib.parse import quote, unquote

from offchain.errors import MessageError
from offchain.wire.limits import MAX_MESSAGE_BYTES

__all__ = [
    "CONTENT_TYPE",
    "END_SESSION",
    "GET_ORCHESTRATOR",
    "PING",
    "GrpcStatus",
    "is_grpc",
    "pack",
    "status_of",
    "trailers",
    "unpack",
    "unpack_one",
]

CONTENT_TYPE = "application/grpc"
GET_ORCHESTRATOR = "/net.Orchestrator/GetOrchestrator"
END_SESSION = "/net.Orchestrator/EndTranscodingSession"
PING = "/net.Orchestrator/Ping"

PREFIX_BYTES = 5
MAX_STATUS_TEXT = 1_024
# Printable ASCII but the percent sign travels as it is.
_PLAIN = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) != "%")


class GrpcStatus(IntEnum):
    """The status codes of gRPC."""

    OK = 0
    CANCELLED = 1
    UNKNOWN = 2
    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    ALREADY_EXISTS = 6
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    ABORTED = 10
    OUT_OF_RANGE = 11
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14
    DATA_LOSS = 15
    UNAUTHENTICATED = 16


def is_grpc(content_type: str) -> bool:
    """Whether a request's content type is gRPC's, with or without a suffix such as `+proto`."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind == CONTENT_TYPE or kind.startswith(CONTENT_TYPE + "+")


def pack(message: bytes) -> bytes:
    """One message, framed and uncompressed."""
    return b"\0" + len(message).to_bytes(4, "big") + message


def unpack(body: bytes, limit: int = MAX_MESSAGE_BYTES) -> list[bytes]:
    """All messages of a body.

    Args:
        body: frames, one after the other, whole.
        limit: most bytes of one message.

    Raises:
        MessageError: a frame is cut short, compressed, or longer than the limit.
    """
    messages = []
    at = 0
    while at < len(body):
        prefix = body[at : at + PREFIX_BYTES]
        if len(prefix) < PREFIX_BYTES:
            raise MessageError("gRPC frame is cut short")
        if prefix[0] != 0:
            raise MessageError("gRPC frame is compressed")
        size = int.from_bytes(prefix[1:], "big")
        if size > limit:
            raise MessageError(f"gRPC message of {size} bytes, at most {limit} are allowed")
        at += PREFIX_BYTES
        if len(body) < at + size:
            raise MessageError("gRPC frame is cut short")
        messages.append(body[at : at + size])
        at += size
    return messages


def unpack_one(body: bytes, limit: int = MAX_MESSAGE_BYTES) -> bytes:
    """The message of a body that holds exactly one.

    Raises:
        MessageError: none or several, or as `unpack`.
    """
    messages = unpack(body, limit)
    if len(messages) != 1:
        raise MessageError(f"{len(messages)} gRPC messages, one is expected")
    return messages[0]


def trailers(status: GrpcStatus, text: str = "") -> list[tuple[bytes, bytes]]:
    """The trailing headers that end a call; the text is cut to 1,024 characters and percent-encoded."""
    found = [(b"grpc-status", str(status.value).encode())]
    if text:
        found.append((b"grpc-message", quote(text[:MAX_STATUS_TEXT], safe=_PLAIN).encode()))
    return found


def status_of(headers: Iterable[tuple[bytes, bytes]]) -> tuple[GrpcStatus, str]:
    """Status and text of trailing headers; UNKNOWN if there is none, or one that gRPC does not know."""
    found = {name.lower(): value for name, value in headers}
    text = unquote(found.get(b"grpc-message", b"").decode("ascii", "replace"))
    try:
        return GrpcStatus(int(found.get(b"grpc-status", b"2"))), text
    except ValueError:
        return GrpcStatus.UNKNOWN, text
