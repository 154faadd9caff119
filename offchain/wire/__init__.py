"""The network's messages as values: headers, credentials, offers, results, capabilities.

Values keep their own bounds; `decode_*` functions raise `WireError`s and nothing else, whatever the bytes.
"""

from offchain.wire.auth_token import (
    TOKEN_LIFE_S,
    AuthToken,
    mint_auth_token,
    new_session_id,
    verify_auth_token,
)
from offchain.wire.capabilities import (
    OFFERED,
    Capabilities,
    Capability,
    ModelConstraint,
    compatible_with,
    incompatibility,
    offered_capabilities,
    required_capabilities,
)
from offchain.wire.control import decode_end_session, decode_ping, encode_end_session, encode_ping
from offchain.wire.credentials import (
    flatten,
    segment_hash,
    sign_ping,
    sign_request,
    sign_result,
    verify_ping,
    verify_request,
    verify_result,
)
from offchain.wire.headers import (
    PAYMENT_HEADER,
    SEGMENT_HEADER,
    SEGMENT_MIME,
    decode_payment,
    decode_segment,
    encode_payment,
    encode_segment,
)
from offchain.wire.info import (
    OrchestratorInfo,
    OrchestratorRequest,
    decode_info,
    decode_request,
    encode_info,
    encode_request,
)
from offchain.wire.payments import Payment, TicketSignature
from offchain.wire.prices import wire_price
from offchain.wire.results import RenditionResult, SegmentResult, decode_result, encode_result
from offchain.wire.segments import SegmentCredentials, sign_segment, verify_segment

__all__ = [
    "OFFERED",
    "PAYMENT_HEADER",
    "SEGMENT_HEADER",
    "SEGMENT_MIME",
    "TOKEN_LIFE_S",
    "AuthToken",
    "Capabilities",
    "Capability",
    "ModelConstraint",
    "OrchestratorInfo",
    "OrchestratorRequest",
    "Payment",
    "RenditionResult",
    "SegmentCredentials",
    "SegmentResult",
    "TicketSignature",
    "compatible_with",
    "decode_end_session",
    "decode_info",
    "decode_payment",
    "decode_ping",
    "decode_request",
    "decode_result",
    "decode_segment",
    "encode_end_session",
    "encode_info",
    "encode_payment",
    "encode_ping",
    "encode_request",
    "encode_result",
    "encode_segment",
    "flatten",
    "incompatibility",
    "mint_auth_token",
    "new_session_id",
    "offered_capabilities",
    "required_capabilities",
    "segment_hash",
    "sign_ping",
    "sign_request",
    "sign_result",
    "sign_segment",
    "verify_auth_token",
    "verify_ping",
    "verify_request",
    "verify_result",
    "verify_segment",
    "wire_price",
]
