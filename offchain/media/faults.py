"""Errors on their way out of a child process: by name and arguments, from a fixed list."""

from __future__ import annotations

from typing import Any

import offchain.errors as errors
from offchain.errors import MediaError, OffchainError, SegmentLimitError, WorkerError

__all__ = ["error_to_wire", "error_to_wire_memory", "wire_to_error"]

_BY_MESSAGE: dict[str, type[OffchainError]] = {
    kind.__name__: kind
    for kind in (
        errors.MediaError,
        errors.NotVideoError,
        errors.NoVideoError,
        errors.UnsupportedCodecError,
        errors.NoKeyFrameError,
        errors.TruncatedSegmentError,
        errors.ProfileError,
        errors.WorkerError,
    )
}
_MAX_TEXT = 2000


def error_to_wire(error: BaseException) -> dict[str, Any]:
    """The error as plain values; what is no error of ours becomes a WorkerError that names it."""
    if isinstance(error, SegmentLimitError):
        return {"name": "SegmentLimitError", "what": error.what, "value": str(error.value), "limit": str(error.limit)}
    if isinstance(error, MediaError | WorkerError) and type(error).__name__ in _BY_MESSAGE:
        return {"name": type(error).__name__, "message": str(error)}
    return {"name": "WorkerError", "message": f"{type(error).__name__}: {error}"}


def error_to_wire_memory(limit_bytes: int) -> dict[str, Any]:
    """What a child says when an allocation failed under its memory limit."""
    limit = f"{limit_bytes >> 20} MiB"
    return {"name": "SegmentLimitError", "what": "memory of a worker", "value": "more", "limit": limit}


def wire_to_error(fault: Any) -> OffchainError:
    """The error that a child sent; whatever is not of the list is a WorkerError."""
    if not isinstance(fault, dict):
        return WorkerError("a worker process sent an error without a form")
    texts = {key: str(value)[:_MAX_TEXT] for key, value in fault.items()}
    if texts.get("name") == "SegmentLimitError":
        return SegmentLimitError(texts.get("what", ""), texts.get("value", ""), texts.get("limit", ""))
    return _BY_MESSAGE.get(texts.get("name", ""), WorkerError)(texts.get("message", "no message"))
