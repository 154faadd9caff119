"""Messages between a node and its children."""

import asyncio
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offchain.media.framing import MAX_BLOBS, Message, MessageFormatError, pack, read_async, read_blocking

heads = st.dictionaries(st.text(max_size=8).filter(lambda key: key != "blobs"), st.integers() | st.text(max_size=20))
bodies = st.lists(st.binary(max_size=50), max_size=5)


def async_read(data: bytes, limit: int = 1000) -> Message:
    async def run() -> Message:
        stream = asyncio.StreamReader()
        stream.feed_data(data)
        stream.feed_eof()
        return await read_async(stream, limit)

    return asyncio.run(run())


@given(head=heads, blobs=bodies)
def test_a_message_arrives_as_it_was_sent(head, blobs):
    data = b"".join(pack(head, blobs))
    assert read_blocking(io.BytesIO(data), 1000) == Message(head, tuple(blobs))
    assert async_read(data) == Message(head, tuple(blobs))


@given(head=heads, blobs=bodies, cut=st.floats(0.01, 0.99))
def test_a_cut_message_is_no_message(head, blobs, cut):
    data = b"".join(pack(head, blobs))
    part = data[: max(int(len(data) * cut), 1)]
    with pytest.raises(MessageFormatError):
        read_blocking(io.BytesIO(part), 1000)
    with pytest.raises((asyncio.IncompleteReadError, MessageFormatError)):
        async_read(part)


def test_the_end_of_the_pipe_is_the_end():
    assert read_blocking(io.BytesIO(b""), 1000) is None


@pytest.mark.parametrize(
    "head",
    [
        b"[]",
        b"7",
        b"{}",
        b"not json",
        b'{"blobs": 3}',
        b'{"blobs": [-1]}',
        b'{"blobs": [true]}',
        b'{"blobs": [1.5]}',
        b'{"blobs": [1001]}',
        b'{"blobs": [501, 500]}',
        b"[" * 5000,
        b'{"blobs": [' + b"0," * MAX_BLOBS + b"0]}",
    ],
)
def test_a_head_out_of_form_is_refused_before_anything_is_allocated(head):
    data = len(head).to_bytes(4, "big") + head
    with pytest.raises(MessageFormatError):
        read_blocking(io.BytesIO(data), 1000)
    with pytest.raises(MessageFormatError):
        async_read(data)


def test_a_head_of_gigabytes_is_refused_by_its_length():
    with pytest.raises(MessageFormatError):
        async_read(b"\xff\xff\xff\xff{}")
