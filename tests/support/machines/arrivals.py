"""Ether comes to whom it was paid, to the wei."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.property.models.books import NOBODY

__all__ = ["arriving"]


@contextmanager
def arriving(machine: Any, to: str, caller: str) -> Iterator[None]:
    """SOLV-03: what the model pays meanwhile arrives. On a chain the caller pays for gas, which nobody receives; in
    process there is none to pay for."""
    world, paid = machine.world, machine.model.books.paid
    before, known = world.engine.balance(to), paid[to]
    yield
    if world.quick_lens is None and to in (caller, NOBODY):
        return
    arrived, expected = world.engine.balance(to) - before, paid[to] - known
    assert arrived == expected, f"SOLV-03: {arrived} wei have arrived at {to}, not {expected}"
