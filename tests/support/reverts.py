"""`with reverts("BondAmountZero"):` holds a call to the custom error that it is to fail with, arguments included."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from unittest.mock import patch

import ape
import pytest
from ape.exceptions import ContractLogicError, CustomError
from ape_ethereum.trace import Trace
from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_utils.address import is_address, to_checksum_address
from eth_utils.crypto import keccak
from ethpm_types.abi import ErrorABI

# An error that Ape cannot name: in the message after a transaction, and in anvil's after a call, which shows the
# arguments as text where they happen to be UTF-8.
_RAW_ERROR = re.compile(r"0x([0-9a-f]{8})(?:: )?([0-9a-f]{64,}|.*)", re.DOTALL)


@contextmanager
def reverts(error: str, *arguments: object) -> Iterator[None]:
    """The block ends in a revert with the error of that name and exactly these arguments.

    Contracts and accounts count as their addresses. A failure without a custom error, a panic among them, is named by
    what the chain says of it.
    """
    # Ape draws the tree of every call that fails, which takes longer than the rest of the test.
    with pytest.raises(ContractLogicError) as caught, patch.object(Trace, "show"):
        yield
    failure = caught.value
    expected = tuple(getattr(argument, "address", argument) for argument in arguments)
    if isinstance(failure, CustomError):
        assert (failure.name, tuple(failure.inputs.values())) == (error, expected)
    elif found := _unnamed(failure):
        assert (error, expected) in found
    else:
        assert error in str(failure), f"expected {error}, got {failure}"


def decode_error(data: bytes) -> tuple[str, tuple[object, ...]]:
    """Name and arguments of a custom error, whichever contract of the project raised it.

    Ape knows the errors of the contract that was called, not of those that this one called in turn.
    """
    abi = _errors()[data[:4]]
    values = decode([argument.type for argument in abi.inputs], data[4:])
    return abi.name, tuple(to_checksum_address(v) if is_address(v) else v for v in values)


def _unnamed(failure: ContractLogicError) -> list[tuple[str, tuple[object, ...]]]:
    """What an error may be that Ape could not name. Where arguments stand as text, Ape takes white space off the end of
    its message; what it was made from has it, and at times more around it."""
    found = []
    for text in (str(failure), str(failure.base_err)):
        if raw := _RAW_ERROR.search(text):
            with suppress(DecodingError):
                found.append(decode_error(bytes.fromhex(raw[1]) + _raw_arguments(raw[2])))
    return found


def _raw_arguments(text: str) -> bytes:
    return bytes.fromhex(text) if re.fullmatch("[0-9a-f]*", text) else text.encode()


@cache
def _errors() -> dict[bytes, ErrorABI]:
    types = (container.contract_type for container in ape.project.contracts.values())
    return {keccak(text=error.selector)[:4]: error for contract in types for error in contract.errors}
