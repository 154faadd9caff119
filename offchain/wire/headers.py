"""The two headers of a segment: protobuf in standard base64 (facts: offchain 2.5)."""

from __future__ import annotations

import binascii

from offchain.errors import MessageError, PaymentHeaderError, SegmentHeaderError
from offchain.wire import lp_rpc_pb2 as pb
from offchain.wire.fields import at_most, reading
from offchain.wire.limits import MAX_HEADER_CHARS
from offchain.wire.payments import Payment, payment_from_wire, payment_to_wire
from offchain.wire.segments import SegmentCredentials, segment_from_wire, segment_to_wire

__all__ = [
    "PAYMENT_HEADER",
    "SEGMENT_HEADER",
    "SEGMENT_MIME",
    "decode_payment",
    "decode_segment",
    "encode_payment",
    "encode_segment",
]

PAYMENT_HEADER = "Livepeer-Payment"
SEGMENT_HEADER = "Livepeer-Segment"
# Also for MP4: the network tells containers apart by looking at them.
SEGMENT_MIME = "video/MP2T"


def encode_payment(payment: Payment) -> str:
    """The text of the payment header.

    Raises:
        FieldRangeError: a field does not fit the wire.
    """
    return _encode(payment_to_wire(payment).SerializeToString())


def decode_payment(header: str | None) -> Payment:
    """The payment of a header; signatures and terms are still to be checked.

    Raises:
        PaymentHeaderError: the header is absent, too long, not base64, no Payment, or a field is out of range.
    """
    with reading(PaymentHeaderError):
        return payment_from_wire(pb.Payment.FromString(_decode(PAYMENT_HEADER, header)))


def encode_segment(credentials: SegmentCredentials) -> str:
    """The text of the segment header.

    Raises:
        FieldRangeError: a field does not fit the wire.
    """
    return _encode(segment_to_wire(credentials).SerializeToString())


def decode_segment(header: str | None) -> SegmentCredentials:
    """The segment credentials of a header; signature, token and hash are still to be checked.

    Raises:
        SegmentHeaderError: the header is absent, too long, not base64, no SegData, or a field is out of range.
    """
    with reading(SegmentHeaderError):
        return segment_from_wire(pb.SegData.FromString(_decode(SEGMENT_HEADER, header)))


def _encode(message: bytes) -> str:
    return binascii.b2a_base64(message, newline=False).decode()


def _decode(name: str, header: str | None) -> bytes:
    if not header:
        raise MessageError(f"{name} header is absent")
    at_most(f"characters in the {name} header", header, MAX_HEADER_CHARS)
    try:
        message = binascii.a2b_base64(header)
    except ValueError as error:
        raise MessageError(f"{name} header is not base64: {error}") from error
    # The decoder skips strange characters, surplus padding and stray low bits; honest peers send none.
    if _encode(message) != header:
        raise MessageError(f"{name} header is not base64: it is not what its bytes encode to")
    return message
