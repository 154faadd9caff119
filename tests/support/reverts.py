"""`with reverts("BondAmountZero"):` holds a call to the custom error that it is to fail with, arguments included."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from ape.exceptions import ContractLogicError, CustomError


@contextmanager
def reverts(error: str, *arguments: object) -> Iterator[None]:
    """The block ends in a revert with the error of that name and exactly these arguments.

    Contracts and accounts count as their addresses. A failure without a custom error, a panic among them, is named by
    what the chain says of it.
    """
    with pytest.raises(ContractLogicError) as caught:
        yield
    failure = caught.value
    if not isinstance(failure, CustomError):
        assert error in str(failure), f"expected {error}, got {failure}"
        return
    expected = tuple(getattr(argument, "address", argument) for argument in arguments)
    assert (failure.name, tuple(failure.inputs.values())) == (error, expected)
