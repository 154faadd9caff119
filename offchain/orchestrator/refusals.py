"""Which status says no (facts: offchain 2.4)."""

from __future__ import annotations

import structlog

from offchain.errors import (
    CapacityError,
    ChainError,
    CredentialsError,
    FieldRangeError,
    OffchainError,
    PaymentError,
    PaymentHeaderError,
    RequestError,
    SegmentHeaderError,
    SenderReserveError,
    WireError,
)
from offchain.wire.grpc import GrpcStatus

log = structlog.get_logger()

INTERNAL_ERROR = "internal error"
_INTERNAL = 500
_HTTP: tuple[tuple[type[OffchainError], int], ...] = (
    (PaymentHeaderError, 402),
    (SegmentHeaderError, 403),
    (CredentialsError, 403),
    (CapacityError, 403),
    (PaymentError, 400),
)
_GRPC: tuple[tuple[type[OffchainError], GrpcStatus], ...] = (
    (WireError, GrpcStatus.INVALID_ARGUMENT),
    (FieldRangeError, GrpcStatus.INVALID_ARGUMENT),
    (CredentialsError, GrpcStatus.PERMISSION_DENIED),
    (CapacityError, GrpcStatus.RESOURCE_EXHAUSTED),
    (SenderReserveError, GrpcStatus.FAILED_PRECONDITION),
    (ChainError, GrpcStatus.UNAVAILABLE),
)
_GRPC_REQUEST = {
    404: GrpcStatus.UNIMPLEMENTED,
    408: GrpcStatus.DEADLINE_EXCEEDED,
    413: GrpcStatus.RESOURCE_EXHAUSTED,
    503: GrpcStatus.UNAVAILABLE,
}


def http_refusal(error: Exception) -> tuple[int, str]:
    """Status and text for a request that ends with this error; what we did not foresee is logged and not told."""
    if isinstance(error, RequestError):
        return error.status, str(error)
    for kind, status in _HTTP:
        if isinstance(error, kind):
            return status, str(error)
    return _INTERNAL, _told(error)


def grpc_refusal(error: Exception) -> tuple[GrpcStatus, str]:
    """The same for a gRPC call."""
    if isinstance(error, RequestError):
        return _GRPC_REQUEST.get(error.status, GrpcStatus.INVALID_ARGUMENT), str(error)
    for kind, status in _GRPC:
        if isinstance(error, kind):
            return status, str(error)
    return GrpcStatus.INTERNAL, _told(error)


def _told(error: Exception) -> str:
    if isinstance(error, OffchainError):
        log.warning("request failed", error=type(error).__name__, reason=str(error))
        return str(error)
    log.error("request failed", error=type(error).__name__, exc_info=error)
    return INTERNAL_ERROR
