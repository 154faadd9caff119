"""The two headers: what is refused, and with which error."""

from __future__ import annotations

import base64
from fractions import Fraction

import pytest

from offchain.errors import FieldRangeError, PaymentHeaderError, SegmentHeaderError
from offchain.tickets import ExpirationParams, TicketParams
from offchain.types import ZERO_ADDRESS
from offchain.wire import (
    AuthToken,
    Payment,
    SegmentCredentials,
    TicketSignature,
    decode_payment,
    decode_segment,
    encode_payment,
    encode_segment,
)
from offchain.wire import lp_rpc_pb2 as pb
from offchain.wire.limits import MAX_DURATION_MS, MAX_HEADER_CHARS, MAX_TICKETS
from tests.support.tickets import B_RAND_HASH, BLOCK_HASH, KEY_ADDRESS, RECIPIENT, SEED
from tests.support.wire import P144, P240

PARAMS = TicketParams(RECIPIENT, 10**8, 2**255, B_RAND_HASH, SEED, 140, ExpirationParams(10, BLOCK_HASH))
PAYMENT = Payment(KEY_ADDRESS, PARAMS, (TicketSignature(1, bytes(65)), TicketSignature(2, b"")), Fraction(1200))
SEGMENT = SegmentCredentials("abcdef", 1234, bytes(32), (P144, P240), duration_ms=2_000)


def payment_message() -> pb.Payment:
    return pb.Payment.FromString(base64.b64decode(encode_payment(PAYMENT)))


def segment_message() -> pb.SegData:
    return pb.SegData.FromString(base64.b64decode(encode_segment(SEGMENT)))


def payment_header(**changes: object) -> str:
    """The header of PAYMENT with fields of its message changed; a dotted name reaches inside."""
    return changed(payment_message(), changes)


def segment_header(**changes: object) -> str:
    return changed(segment_message(), changes)


def changed(message, changes: dict[str, object]) -> str:
    for path, value in changes.items():
        *parents, name = path.split("__")
        target = message
        for parent in parents:
            target = getattr(target, parent)
        setattr(target, name, value)
    return base64.b64encode(message.SerializeToString()).decode()


def test_a_payment_keeps_the_round_of_its_tickets_in_one_place():
    message = payment_message()
    assert not message.ticket_params.HasField("expiration_params")
    assert message.expiration_params.creation_round == 10
    assert decode_payment(encode_payment(PAYMENT)).expiration == ExpirationParams(10, BLOCK_HASH)


def test_a_payment_carries_integers_in_their_shortest_form():
    message = payment_message()
    assert message.ticket_params.face_value == bytes.fromhex("05f5e100")
    assert message.ticket_params.expiration_block == b"\x8c"
    assert message.sender.hex() == KEY_ADDRESS[2:].lower()
    assert (message.expected_price.pricePerUnit, message.expected_price.pixelsPerUnit) == (1200, 1)


def test_tickets_of_a_payment_are_whole_and_in_order():
    first, second = decode_payment(encode_payment(PAYMENT)).signed_tickets()
    assert first == (PARAMS.ticket(KEY_ADDRESS, 1), bytes(65))
    assert second == (PARAMS.ticket(KEY_ADDRESS, 2), b"")


def test_a_payment_without_tickets_names_price_and_sender_only():
    payment = Payment(KEY_ADDRESS, expected_price=Fraction(1, 3))
    found = decode_payment(encode_payment(payment))
    assert found == payment
    assert list(found.signed_tickets()) == []
    assert found.expiration == ExpirationParams()


def test_a_payment_without_a_sender_has_the_zero_address_and_no_price_is_none():
    found = decode_payment(base64.b64encode(pb.Payment(expiration_params={}).SerializeToString()).decode())
    assert (found.sender, found.expected_price, found.params) == (ZERO_ADDRESS, None, None)


@pytest.mark.parametrize("header", [None, ""])
def test_an_absent_header_is_refused_with_its_name(header):
    with pytest.raises(PaymentHeaderError, match="Livepeer-Payment header is absent"):
        decode_payment(header)
    with pytest.raises(SegmentHeaderError, match="Livepeer-Segment header is absent"):
        decode_segment(header)


@pytest.mark.parametrize(
    "header", ["!", "abc", "QUJD QUJD", "QUJD\n", "QUJD====", "QUJ=", "QV==", "_-8=", "é", "=QUJD"]
)
def test_what_is_not_standard_base64_is_refused(header):
    with pytest.raises(PaymentHeaderError, match="not base64"):
        decode_payment(header)
    with pytest.raises(SegmentHeaderError, match="not base64"):
        decode_segment(header)


@pytest.mark.parametrize("raw", [b"\xff", b"\x0a\xff", b"\x12\x14short"])
def test_what_is_no_protobuf_is_refused(raw):
    header = base64.b64encode(raw).decode()
    with pytest.raises(PaymentHeaderError):
        decode_payment(header)
    with pytest.raises(SegmentHeaderError):
        decode_segment(header)


def test_a_header_is_taken_up_to_its_limit_and_no_further():
    size = MAX_HEADER_CHARS // 4 * 3
    # Field 1000, which no message has, so it is skipped; tag and length take five bytes.
    skipped = bytes([0xC2, 0x3E]) + varint(size - 5) + bytes(size - 5)
    longest = base64.b64encode(skipped).decode()
    assert len(longest) == MAX_HEADER_CHARS
    assert decode_payment(longest) == Payment()
    with pytest.raises(PaymentHeaderError, match=f"{MAX_HEADER_CHARS + 4} characters"):
        decode_payment(longest + "AAAA")
    with pytest.raises(SegmentHeaderError, match=f"{MAX_HEADER_CHARS + 4} characters"):
        decode_segment(longest + "AAAA")


def varint(value: int) -> bytes:
    """Three bytes of a protobuf length."""
    return bytes([value & 0x7F | 0x80, value >> 7 & 0x7F | 0x80, value >> 14])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sender": bytes(19)}, "address"),
        ({"ticket_params__recipient": bytes(21)}, "address"),
        ({"ticket_params__recipient_rand_hash": bytes(31)}, "recipient_rand_hash"),
        ({"ticket_params__recipient_rand_hash": b""}, "recipient_rand_hash"),
        ({"ticket_params__face_value": bytes([1]) * 33}, "face_value has 33 bytes"),
        ({"ticket_params__face_value": b"\0\1"}, "face_value has a leading zero"),
        ({"ticket_params__win_prob": bytes([255]) * 33}, "win_prob"),
        ({"ticket_params__seed": b"\0"}, "seed has a leading zero"),
        ({"ticket_params__expiration_block": b"\x80" + bytes(7)}, "expiration_block"),
        ({"expiration_params__creation_round": -1}, "creation_round"),
        ({"expiration_params__creation_round_block_hash": bytes(33)}, "creation_round_block_hash"),
        ({"expected_price__pixelsPerUnit": 0}, "invalid price"),
        ({"expected_price__pixelsPerUnit": -1}, "invalid price"),
        ({"expected_price__pricePerUnit": -1}, "invalid price"),
    ],
)
def test_a_payment_with_a_field_out_of_range_is_refused(changes, reason):
    with pytest.raises(PaymentHeaderError, match=reason):
        decode_payment(payment_header(**changes))


def test_tickets_without_terms_are_refused():
    message = payment_message()
    message.ClearField("ticket_params")
    with pytest.raises(PaymentHeaderError, match="tickets without ticket_params"):
        decode_payment(changed(message, {}))
    with pytest.raises(FieldRangeError, match="ticket_params"):
        Payment(KEY_ADDRESS, tickets=(TicketSignature(1, b""),))


def test_a_payment_holds_so_many_tickets_and_not_one_more():
    message = pb.Payment.FromString(payment_message().SerializeToString())
    del message.ticket_sender_params[:]
    message.ticket_sender_params.extend([pb.TicketSenderParams(sender_nonce=1)] * MAX_TICKETS)
    assert len(decode_payment(changed(message, {})).tickets) == MAX_TICKETS
    message.ticket_sender_params.add()
    with pytest.raises(PaymentHeaderError, match=f"{MAX_TICKETS + 1} tickets"):
        decode_payment(changed(message, {}))
    with pytest.raises(FieldRangeError, match="number of tickets"):
        Payment(KEY_ADDRESS, PARAMS, (TicketSignature(1, b""),) * (MAX_TICKETS + 1))


@pytest.mark.parametrize(
    "ticket", [TicketSignature(-1, b""), TicketSignature(2**32, b""), TicketSignature(1, bytes(257))]
)
def test_a_ticket_out_of_range_is_refused(ticket):
    with pytest.raises(FieldRangeError):
        Payment(KEY_ADDRESS, PARAMS, (ticket,))


@pytest.mark.parametrize("nonce", [0, 2**32 - 1])
def test_nonces_reach_to_both_ends_of_32_bits(nonce):
    payment = Payment(KEY_ADDRESS, PARAMS, (TicketSignature(nonce, bytes(65)),))
    assert decode_payment(encode_payment(payment)) == payment


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"manifestId": b""}, "manifest_id"),
        ({"manifestId": b"../etc/passwd"}, "manifest_id"),
        ({"manifestId": b"a/b"}, "manifest_id"),
        ({"manifestId": b"a b"}, "manifest_id"),
        ({"manifestId": b"a\n"}, "manifest_id"),
        ({"manifestId": b".hidden"}, "manifest_id"),
        ({"manifestId": b"a" * 129}, "manifest_id"),
        ({"manifestId": b"\xff"}, "not UTF-8"),
        ({"seq": -1}, "seq"),
        ({"hash": bytes(31)}, "segment_hash"),
        ({"hash": b""}, "segment_hash"),
        ({"duration": -1}, "duration_ms"),
        ({"duration": MAX_DURATION_MS + 1}, "duration_ms"),
        ({"sig": bytes(257)}, "signature length"),
        ({"auth_token__token": bytes(65)}, "token length"),
        ({"auth_token__expiration": -1}, "expiration"),
        ({"auth_token__session_id": "a\0b"}, "session_id"),
        ({"segment_parameters__from_ms": 5}, "slice_ms"),
        ({"segment_parameters__from_ms": 5, "segment_parameters__to_ms": 5}, "slice_ms"),
        ({"segment_parameters__to_ms": 2**64 - 1}, "slice_ms"),
    ],
)
def test_segment_credentials_with_a_field_out_of_range_are_refused(changes, reason):
    with pytest.raises(SegmentHeaderError, match=reason):
        decode_segment(segment_header(**changes))


@pytest.mark.parametrize("seq", [0, 2**63 - 1])
def test_segment_numbers_reach_to_both_ends_of_63_bits(seq):
    segment = SegmentCredentials("abcdef", seq, bytes(32), (P144,), MAX_DURATION_MS, AuthToken(b"", "", 2**63 - 1))
    assert decode_segment(encode_segment(segment)) == segment


def test_a_segment_asks_for_all_of_itself_unless_it_says_which_part():
    assert decode_segment(encode_segment(SEGMENT)).slice_ms is None
    message = segment_message()
    message.segment_parameters.to_ms = 7
    assert decode_segment(changed(message, {})).slice_ms == (0, 7)


def test_the_old_field_of_profiles_makes_old_nodes_fail():
    assert segment_message().profiles == b"invalid"
