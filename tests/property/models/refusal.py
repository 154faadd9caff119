"""What a model answers to a call that the protocol refuses: the custom error, arguments included."""

from __future__ import annotations

__all__ = ["PANIC_OVERFLOW", "RefusedError", "require"]

PANIC_OVERFLOW = 0x11


class RefusedError(Exception):
    """The call must revert with the error of that name and exactly these arguments."""

    def __init__(self, error: str, *arguments: object) -> None:
        super().__init__(f"{error}({', '.join(map(str, arguments))})")
        self.error = error
        self.arguments = arguments


def require(condition: bool, error: str, *arguments: object) -> None:
    if not condition:
        raise RefusedError(error, *arguments)
