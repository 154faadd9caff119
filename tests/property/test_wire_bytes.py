"""Messages there and back, and what hostile bytes can do: nothing but a typed error."""

from __future__ import annotations

import base64
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from offchain.errors import FieldRangeError, MessageError, PaymentHeaderError, SegmentHeaderError, WireError
from offchain.wire import (
    decode_end_session,
    decode_info,
    decode_payment,
    decode_ping,
    decode_request,
    decode_result,
    decode_segment,
    encode_end_session,
    encode_info,
    encode_payment,
    encode_ping,
    encode_request,
    encode_result,
    encode_segment,
    wire_price,
)
from offchain.wire import lp_rpc_pb2 as pb
from offchain.wire.fields import bigint_bytes, parse_bigint
from offchain.wire.grpc import pack, unpack, unpack_one
from offchain.wire.prices import price_from_wire, price_to_wire
from tests.support.tickets import words
from tests.support.wire import auth_tokens, offers, payments, prices, requests, results, segments

BINARY: dict[str, tuple[st.SearchStrategy, Callable, Callable]] = {
    "request": (requests, encode_request, decode_request),
    "offer": (offers, encode_info, decode_info),
    "result": (results, encode_result, decode_result),
    "ping": (st.binary(max_size=256), encode_ping, decode_ping),
    "end of session": (auth_tokens, encode_end_session, decode_end_session),
}
HEADERS: dict[str, tuple[st.SearchStrategy, Callable, Callable, type[WireError]]] = {
    "payment": (payments, encode_payment, decode_payment, PaymentHeaderError),
    "segment": (segments, encode_segment, decode_segment, SegmentHeaderError),
}
large = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@pytest.mark.parametrize("kind", BINARY)
@large
@given(data=st.data())
def test_a_message_comes_back_as_it_was(kind, data):
    values, encode, decode = BINARY[kind]
    value = data.draw(values)
    assert decode(encode(value)) == value


@pytest.mark.parametrize("kind", HEADERS)
@large
@given(data=st.data())
def test_a_header_comes_back_as_it_was(kind, data):
    values, encode, decode, _ = HEADERS[kind]
    value = data.draw(values)
    header = encode(value)
    assert header.isascii()
    assert header.isprintable()
    assert decode(header) == value


@pytest.mark.parametrize("kind", BINARY)
@given(raw=st.binary(max_size=300))
def test_arbitrary_bytes_raise_the_typed_error_at_most(kind, raw):
    only(MessageError, BINARY[kind][2], raw)


@pytest.mark.parametrize("kind", HEADERS)
@given(raw=st.binary(max_size=300))
def test_an_arbitrary_message_in_a_header_raises_its_typed_error_at_most(kind, raw):
    _, _, decode, error = HEADERS[kind]
    only(error, decode, base64.b64encode(raw).decode())


@pytest.mark.parametrize("kind", HEADERS)
@given(header=st.text(max_size=100) | st.text("AQgBkZ+/=\n ", max_size=60))
def test_arbitrary_text_as_a_header_raises_its_typed_error_at_most(kind, header):
    _, _, decode, error = HEADERS[kind]
    only(error, decode, header)


@st.composite
def damage(draw: st.DrawFn, raw: bytes) -> bytes:
    """The bytes with a few of them changed, dropped, repeated or added."""
    out = bytearray(raw)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(out)))
        end = draw(st.integers(at, min(len(out), at + 8)))
        out[at:end] = draw(st.binary(max_size=8) | st.just(bytes(out[at:end]) * 3))
    return bytes(out)


@pytest.mark.parametrize("kind", BINARY)
@large
@given(data=st.data())
def test_a_damaged_message_is_refused_or_is_another_good_one(kind, data):
    values, encode, decode = BINARY[kind]
    found = only(MessageError, decode, data.draw(damage(encode(data.draw(values)))))
    assert found is None or decode(encode(found)) == found


@pytest.mark.parametrize("kind", HEADERS)
@large
@given(data=st.data())
def test_a_damaged_header_is_refused_or_is_another_good_one(kind, data):
    values, encode, decode, error = HEADERS[kind]
    raw = base64.b64decode(encode(data.draw(values)))
    found = only(error, decode, base64.b64encode(data.draw(damage(raw))).decode())
    assert found is None or decode(encode(found)) == found


# Each message class with random values in its fields: well-formed, but with nonsense in it.
SCHEMAS = {
    "request": (pb.OrchestratorRequest, decode_request),
    "offer": (pb.OrchestratorInfo, decode_info),
    "result": (pb.TranscodeResult, decode_result),
    "payment": (pb.Payment, lambda raw: decode_payment(base64.b64encode(raw).decode())),
    "segment": (pb.SegData, lambda raw: decode_segment(base64.b64encode(raw).decode())),
}


@st.composite
def nonsense(draw: st.DrawFn, message_class: type, depth: int = 0):
    """A well-formed message of a class, its fields at the edges of their types."""
    message = message_class()
    for field in message.DESCRIPTOR.fields:
        if depth > 3 or not draw(st.booleans()):
            continue
        map_entry = field.message_type is not None and field.message_type.GetOptions().map_entry
        if map_entry:
            continue
        values = [draw(scalar(field, depth)) for _ in range(draw(st.integers(1, 3)) if field.is_repeated else 1)]
        target = getattr(message, field.name)
        if field.is_repeated:
            target.extend(values)
        elif field.message_type is not None:
            target.CopyFrom(values[0])
        else:
            setattr(message, field.name, values[0])
    return message


def scalar(field, depth: int) -> st.SearchStrategy:
    if field.message_type is not None:
        return nonsense(field.message_type._concrete_class, depth + 1)
    kind = field.cpp_type
    edges = {
        field.CPPTYPE_INT32: [-(2**31), -1, 0, 1, 2**31 - 1],
        field.CPPTYPE_INT64: [-(2**63), -1, 0, 1, 2**63 - 1],
        field.CPPTYPE_UINT32: [0, 1, 2**32 - 1],
        field.CPPTYPE_UINT64: [0, 1, 2**64 - 1],
        field.CPPTYPE_ENUM: [-(2**31), -1, 0, 1, 99, 2**31 - 1],
        field.CPPTYPE_BOOL: [False, True],
    }
    if kind in edges:
        return st.sampled_from(edges[kind])
    if field.type == field.TYPE_BYTES:
        return st.sampled_from([b"", b"\0", b"\1", bytes(20), bytes(32), b"\xff" * 32, b"\xff" * 33, b"abc"])
    return st.sampled_from(["", "a", "\0", "../x", "P144p30fps16x9", "x" * 5_000])


@pytest.mark.parametrize("kind", SCHEMAS)
@large
@given(data=st.data())
def test_a_well_formed_message_of_nonsense_raises_the_typed_error_at_most(kind, data):
    message_class, decode = SCHEMAS[kind]
    only(WireError, decode, data.draw(nonsense(message_class)).SerializeToString())


def only(error: type[WireError], decode: Callable, value: object) -> object | None:
    """What the value decodes to; None if it raises this error. Every other exception fails the test."""
    try:
        return decode(value)
    except error:
        return None


@given(value=words)
def test_an_integer_comes_back_from_its_shortest_bytes(value):
    raw = bigint_bytes(value)
    assert parse_bigint("value", raw) == value
    assert raw[:1] != b"\0"
    assert (raw == b"") == (value == 0)


@given(value=words, zeros=st.integers(1, 40))
def test_an_integer_with_leading_zeros_is_refused(value, zeros):
    with pytest.raises(MessageError):
        parse_bigint("value", bytes(zeros) + bigint_bytes(value))


@given(price=prices)
def test_a_price_that_fits_the_wire_comes_back_exactly(price):
    assert price_from_wire(price_to_wire(price)) == price == wire_price(price)


@given(whole=st.integers(0, 2**63 - 1), half=st.integers(0, 2**62 - 1), bits=st.integers(63, 80))
def test_a_price_that_does_not_fit_is_rounded_down_to_whole_wei(whole, half, bits):
    # An odd number over a power of two cannot be reduced, and the denominator is too large for the wire.
    price = whole + Fraction(2 * half + 1, 2**bits)
    assert wire_price(price) == whole == price_from_wire(price_to_wire(price))


@given(price=st.fractions(min_value=2**63) | st.fractions(max_value=-Fraction(1, 2**80)))
def test_a_price_that_no_pair_can_come_near_is_refused(price):
    assume(price < 0 or price.numerator // price.denominator >= 2**63)
    with pytest.raises(FieldRangeError, match="price"):
        wire_price(price)


@given(messages=st.lists(st.binary(max_size=50), max_size=5))
def test_framed_messages_come_back_in_order(messages):
    assert unpack(b"".join(map(pack, messages))) == messages


@given(body=st.binary(max_size=60))
def test_arbitrary_frames_raise_the_typed_error_at_most(body):
    only(MessageError, unpack, body)
    only(MessageError, unpack_one, body)
