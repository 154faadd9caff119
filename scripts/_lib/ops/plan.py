"""What an operation will do: shown before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import click

LABEL_WIDTH = 12


class Fact(NamedTuple):
    """A line for the person at the terminal."""

    label: str
    text: str


def change(label: str, before: str, after: str) -> Fact:
    """`before -> after`, or what stays."""
    return Fact(label, before if before == after else f"{before} -> {after}")


def show(facts: Iterable[Fact]) -> None:
    """Prints facts, one a line, the labels in a column of their own."""
    for label, text in facts:
        padding = " " * max(1, LABEL_WIDTH - len(click.unstyle(label)))
        click.echo(f"{label}{padding}{text}")


@dataclass(frozen=True, slots=True)
class Step:
    """One transaction.

    Attributes:
        title: what it does, for people.
        method: Ape's method of a contract.
        value: wei sent along.
    """

    title: str
    method: Any
    arguments: tuple[Any, ...] = ()
    value: int = 0

    @property
    def function(self) -> str:
        return str(self.method.abis[0].name)

    @property
    def calldata(self) -> str:
        return "0x" + bytes(self.method.encode_input(*self.arguments)).hex()

    def __str__(self) -> str:
        value = f" with {self.value} wei" if self.value else ""
        return f"{self.title} ({self.method.contract.contract_type.name}.{self.function}{value})"


@dataclass(frozen=True, slots=True)
class Plan:
    """An operation that can be sent: its preconditions hold.

    Attributes:
        title: what is to happen.
        facts: state before and after.
        steps: transactions, in order.
        warnings: what the caller may not want.
        outcome: reads the new state, once everything has been mined.
    """

    title: str
    steps: tuple[Step, ...]
    facts: tuple[Fact, ...] = ()
    warnings: tuple[str, ...] = ()
    outcome: Callable[[], Iterable[Fact]] = field(default=tuple)
