"""Offers, results, prices and gRPC framing: bounds and edges."""

from __future__ import annotations

from fractions import Fraction

import pytest

from offchain.errors import FieldRangeError, MessageError
from offchain.tickets import ExpirationParams, TicketParams
from offchain.wire import (
    OrchestratorInfo,
    OrchestratorRequest,
    RenditionResult,
    SegmentResult,
    decode_end_session,
    decode_info,
    decode_ping,
    decode_request,
    decode_result,
    encode_info,
    encode_request,
    encode_result,
    wire_price,
)
from offchain.wire import lp_rpc_pb2 as pb
from offchain.wire.grpc import GrpcStatus, is_grpc, pack, status_of, trailers, unpack, unpack_one
from offchain.wire.limits import MAX_MESSAGE_BYTES, MAX_NODES, MAX_PROFILES
from offchain.wire.prices import price_from_wire, price_to_wire
from tests.support.tickets import BLOCK_HASH, KEY_ADDRESS, RAND_HASH, RECIPIENT

INT64_MAX = 2**63 - 1


def test_an_offer_says_the_round_of_its_tickets_inside_the_parameters():
    params = TicketParams(RECIPIENT, 1, 2, RAND_HASH, 3, 4, ExpirationParams(5, BLOCK_HASH))
    raw = encode_info(OrchestratorInfo("https://127.0.0.1:8935", KEY_ADDRESS, params, Fraction(1, 3)))
    message = pb.OrchestratorInfo.FromString(raw)
    assert message.ticket_params.expiration_params.creation_round == 5
    assert (message.price_info.pricePerUnit, message.price_info.pixelsPerUnit) == (1, 3)
    assert decode_info(raw).ticket_params == params


def test_an_offer_may_leave_everything_out():
    found = decode_info(b"")
    assert found == OrchestratorInfo("")
    assert (found.ticket_params, found.price, found.capabilities, found.auth_token) == (None, None, None, None)


@pytest.mark.parametrize(
    "message",
    [
        pb.OrchestratorInfo(address=bytes(19)),
        pb.OrchestratorInfo(transcoder="x" * 2_049),
        pb.OrchestratorInfo(transcoder="https://a\r\nX: y"),
        pb.OrchestratorInfo(nodes=["a"] * (MAX_NODES + 1)),
        pb.OrchestratorInfo(price_info=pb.PriceInfo(pricePerUnit=1)),
        pb.OrchestratorInfo(price_info=pb.PriceInfo(pricePerUnit=-1, pixelsPerUnit=1)),
        pb.OrchestratorInfo(ticket_params=pb.TicketParams()),
        pb.OrchestratorInfo(ticket_params=pb.TicketParams(recipient_rand_hash=bytes(32), face_value=b"\0")),
        pb.OrchestratorInfo(auth_token=pb.AuthToken(expiration=-1)),
    ],
    ids=["address", "long URI", "URI", "nodes", "no pixels", "negative price", "no hash", "leading zero", "token"],
)
def test_an_offer_out_of_range_is_refused(message):
    with pytest.raises(MessageError):
        decode_info(message.SerializeToString())


@pytest.mark.parametrize("decode", [decode_info, decode_result, decode_request, decode_ping, decode_end_session])
def test_a_message_that_is_too_long_is_not_parsed(decode):
    with pytest.raises(MessageError, match="bytes of a message"):
        decode(bytes(MAX_MESSAGE_BYTES + 1))


def test_a_request_is_refused_without_a_whole_address():
    assert decode_request(encode_request(OrchestratorRequest(KEY_ADDRESS, b"sig"))).address == KEY_ADDRESS
    with pytest.raises(MessageError, match="address"):
        decode_request(pb.OrchestratorRequest(address=bytes(21)).SerializeToString())


def test_a_session_is_not_ended_without_a_token():
    with pytest.raises(MessageError, match="missing auth token"):
        decode_end_session(b"")


def test_a_result_adds_its_pixels():
    result = SegmentResult(1, (RenditionResult("/a.ts", 5), RenditionResult("/b.ts", 7)), bytes(65))
    assert result.pixels == 12
    assert decode_result(encode_result(result)) == result


def test_a_result_without_renditions_is_not_an_error():
    empty, failed = SegmentResult(1), SegmentResult(1, error="")
    assert decode_result(encode_result(empty)).error is None
    assert decode_result(encode_result(failed)).error == ""


def test_a_result_has_either_renditions_or_an_error():
    with pytest.raises(FieldRangeError, match="error"):
        SegmentResult(1, (RenditionResult("/a.ts", 5),), error="no")
    with pytest.raises(MessageError, match="without data or error"):
        decode_result(pb.TranscodeResult(seq=1).SerializeToString())


@pytest.mark.parametrize(
    "message",
    [
        pb.TranscodeResult(seq=-1, error="x"),
        pb.TranscodeResult(error="x" * 4_097),
        pb.TranscodeResult(data=pb.TranscodeData(sig=bytes(257))),
        pb.TranscodeResult(data=pb.TranscodeData(segments=[pb.TranscodedSegmentData(pixels=-1)])),
        pb.TranscodeResult(data=pb.TranscodeData(segments=[pb.TranscodedSegmentData(url="a\0")])),
        pb.TranscodeResult(data=pb.TranscodeData(segments=[pb.TranscodedSegmentData()] * (MAX_PROFILES + 1))),
        pb.TranscodeResult(error="x", info=pb.OrchestratorInfo(address=b"1")),
    ],
    ids=["seq", "error", "signature", "pixels", "url", "renditions", "offer"],
)
def test_a_result_out_of_range_is_refused(message):
    with pytest.raises(MessageError):
        decode_result(message.SerializeToString())


@pytest.mark.parametrize("price", [Fraction(0), Fraction(INT64_MAX), Fraction(1, INT64_MAX), Fraction(3, 7)])
def test_a_price_within_int64_is_sent_as_its_reduced_pair(price):
    message = price_to_wire(price)
    assert (message.pricePerUnit, message.pixelsPerUnit) == (price.numerator, price.denominator)


@pytest.mark.parametrize(
    ("price", "sent"),
    [
        (Fraction(1, 2**63), 0),
        (Fraction(2**64, 3), 2**64 // 3),
        (5 + Fraction(1, 2**63), 5),
    ],
)
def test_a_price_beyond_int64_is_rounded_down_to_whole_wei(price, sent):
    assert wire_price(price) == sent
    assert price_from_wire(price_to_wire(price)) == sent


@pytest.mark.parametrize("price", [Fraction(-1), Fraction(-1, 3), Fraction(2**63)])
def test_a_price_that_no_pair_can_say_is_not_sent(price):
    with pytest.raises(FieldRangeError, match="price"):
        price_to_wire(price)


def test_a_price_is_reduced_when_it_arrives():
    assert price_from_wire(pb.PriceInfo(pricePerUnit=2, pixelsPerUnit=4)) == Fraction(1, 2)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"\0\0\0", "cut short"),
        (b"\0\0\0\0\2a", "cut short"),
        (b"\1\0\0\0\1a", "compressed"),
        (b"\0\xff\xff\xff\xff", "4294967295 bytes"),
        (pack(b"a") + b"\0", "cut short"),
    ],
)
def test_a_frame_that_is_not_whole_is_refused(body, reason):
    with pytest.raises(MessageError, match=reason):
        unpack(body)


def test_a_frame_is_taken_up_to_the_limit():
    assert unpack(pack(b"abc"), limit=3) == [b"abc"]
    with pytest.raises(MessageError, match="at most 2"):
        unpack(pack(b"abc"), limit=2)


@pytest.mark.parametrize("count", [0, 2])
def test_a_unary_call_has_one_message(count):
    assert unpack_one(pack(b"")) == b""
    with pytest.raises(MessageError, match=f"{count} gRPC messages"):
        unpack_one(pack(b"a") * count)


@pytest.mark.parametrize("text", ["", "insufficient sender reserve", "50 % of ünïcode\nand a line"])
def test_status_and_text_come_back_from_trailers(text):
    sent = trailers(GrpcStatus.FAILED_PRECONDITION, text)
    assert all(value.isascii() and value.decode().isprintable() for _, value in sent)
    assert status_of(sent) == (GrpcStatus.FAILED_PRECONDITION, text)


def test_ascii_text_of_a_status_is_sent_as_it_is():
    assert trailers(GrpcStatus.INTERNAL, "a b: c/d") == [(b"grpc-status", b"13"), (b"grpc-message", b"a b: c/d")]


@pytest.mark.parametrize("headers", [[], [(b"grpc-status", b"x")], [(b"grpc-status", b"99")]])
def test_a_status_that_grpc_does_not_know_is_unknown(headers):
    assert status_of(headers)[0] is GrpcStatus.UNKNOWN


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/grpc", True),
        ("application/grpc+proto", True),
        ("Application/gRPC; charset=utf-8", True),
        ("application/grpc-web", False),
        ("video/MP2T", False),
        ("", False),
    ],
)
def test_a_call_is_told_by_its_content_type(content_type, expected):
    assert is_grpc(content_type) is expected
