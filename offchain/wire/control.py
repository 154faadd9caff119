"""The small messages beside the work: ping, end of a session (facts: offchain 3.1, 3.2)."""

from __future__ import annotations

from offchain.errors import MessageError
from offchain.wire import lp_rpc_pb2 as pb
from offchain.wire.auth_token import AuthToken, auth_token_from_wire, auth_token_to_wire
from offchain.wire.fields import at_most, reading
from offchain.wire.limits import MAX_SIGNATURE_BYTES

__all__ = ["decode_end_session", "decode_ping", "encode_end_session", "encode_ping"]

MAX_CONTROL_BYTES = 1_024


def encode_ping(value: bytes) -> bytes:
    """The message of a ping's value, or of its answer."""
    return pb.PingPong(value=value).SerializeToString()


def decode_ping(raw: bytes) -> bytes:
    """The value of a ping, or the signature that answers it.

    Raises:
        MessageError: the bytes are no PingPong, or the value has more than 256 bytes.
    """
    with reading(MessageError):
        at_most("bytes of a message", raw, MAX_CONTROL_BYTES)
        value = pb.PingPong.FromString(raw).value
        at_most("bytes of a ping value", value, MAX_SIGNATURE_BYTES)
        return value


def encode_end_session(token: AuthToken) -> bytes:
    """The message that ends a session."""
    return pb.EndTranscodingSessionRequest(auth_token=auth_token_to_wire(token)).SerializeToString()


def decode_end_session(raw: bytes) -> AuthToken:
    """The token of the session to end, not yet verified.

    Raises:
        MessageError: the bytes are no EndTranscodingSessionRequest, or it has no token in range.
    """
    with reading(MessageError):
        at_most("bytes of a message", raw, MAX_CONTROL_BYTES)
        message = pb.EndTranscodingSessionRequest.FromString(raw)
        if not message.HasField("auth_token"):
            raise MessageError("missing auth token")
        return auth_token_from_wire(message.auth_token)
