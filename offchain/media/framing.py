"""Messages between a node and its child processes: a JSON head and binary bodies, each with its length.

    u32 length of the head ‖ head (JSON object; "blobs": lengths of the bodies) ‖ bodies

Nothing that comes back from a child is ever unpickled or evaluated: a child that a stranger's bytes have taken over
can lie, and no more.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

__all__ = ["Message", "MessageFormatError", "pack", "read_async", "read_blocking"]

MAX_HEAD_BYTES = 1 << 20
MAX_BLOBS = 64


class MessageFormatError(Exception):
    """The other side does not keep to the format, or sends more than is allowed."""


@dataclass(frozen=True, slots=True)
class Message:
    """A head of plain values and the bodies that it speaks of."""

    head: dict[str, Any]
    blobs: tuple[bytes, ...] = ()


def pack(head: dict[str, Any], blobs: Sequence[bytes] = ()) -> list[bytes]:
    """The pieces of a message, to be written one after the other; bodies are not copied."""
    text = json.dumps({**head, "blobs": [len(blob) for blob in blobs]}).encode()
    return [len(text).to_bytes(4, "big") + text, *blobs]


async def read_async(stream: asyncio.StreamReader, max_bytes: int) -> Message:
    """The next message of a pipe whose other end is not trusted.

    Raises:
        asyncio.IncompleteReadError: the pipe ended.
        MessageFormatError: no message, or bodies of more than `max_bytes` together.
    """
    head = _parse(await stream.readexactly(_head_size(await stream.readexactly(4))))
    sizes = _sizes(head, max_bytes)
    return Message(head, tuple([await stream.readexactly(size) for size in sizes]))


def read_blocking(stream: BinaryIO, max_bytes: int) -> Message | None:
    """The next message of a pipe, or None at its end.

    Raises:
        MessageFormatError: no message, a cut one, or bodies of more than `max_bytes` together.
    """
    prefix = stream.read(4)
    if not prefix:
        return None
    head = _parse(_exactly(stream, _head_size(prefix)))
    return Message(head, tuple(_exactly(stream, size) for size in _sizes(head, max_bytes)))


def _head_size(prefix: bytes) -> int:
    size = int.from_bytes(prefix, "big")
    if len(prefix) != 4 or size > MAX_HEAD_BYTES:
        raise MessageFormatError(f"head of {size} bytes")
    return size


def _parse(text: bytes) -> dict[str, Any]:
    try:
        head = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MessageFormatError("head is not JSON") from error
    if not isinstance(head, dict):
        raise MessageFormatError("head is no object")
    return head


def _sizes(head: dict[str, Any], max_bytes: int) -> list[int]:
    sizes = head.pop("blobs", None)
    if not isinstance(sizes, list) or len(sizes) > MAX_BLOBS:
        raise MessageFormatError("lengths of the bodies are missing")
    if any(type(size) is not int or size < 0 for size in sizes) or sum(sizes) > max_bytes:
        raise MessageFormatError(f"bodies of more than {max_bytes} bytes")
    return sizes


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise MessageFormatError("cut off")
    return data
