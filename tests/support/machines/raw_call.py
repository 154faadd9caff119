"""Calls that no interface makes: bytes as they are, or none at all."""

from __future__ import annotations

from tests.support.calldata import Contract

__all__ = ["RawCall"]


class RawCall(Contract):
    """An address, and what is sent there; to be acted on in place of a contract."""

    def __init__(self, address: str, data: bytes = b"", name: str = "Treasury") -> None:
        super().__init__(name, address)
        self._data = data

    def encode(self, function: str, *arguments: object) -> bytes:
        return self._data
