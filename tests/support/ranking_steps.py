"""Random steps for `HarnessRankedPool`, and the order that the published linked list has after each of them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from tests.support.pool_model import NULL, LinkedPool

__all__ = ["CAP", "INSERT", "REMOVE", "UPDATE", "Chooser", "Step", "account", "digest"]

INSERT, UPDATE, REMOVE = range(3)
CAP = 2**96 - 1  # the largest stake that ranks

Step = tuple[int, str, int, str, str]


def account(number: int) -> str:
    """Accounts as the harness wants them; ascending numbers do not make ascending ids."""
    return f"0x{keccak(number.to_bytes(2, 'big'))[:20].hex()}"


def digest(order: list[str]) -> bytes:
    return keccak(encode(["address[]"], [order]))


@dataclass
class Chooser:
    """Takes steps that the pool allows, with a hint of every kind, and keeps the model up to date."""

    rng: random.Random
    accounts: list[str]
    stakes: Sequence[int]

    def __post_init__(self) -> None:
        self.model = LinkedPool()

    def steps(self, count: int) -> Iterator[tuple[Step, bytes]]:
        for _ in range(count):
            step = self.choose()
            self.take(step)
            yield step, digest(list(self.model))

    def choose(self) -> Step:
        inside = list(self.model)
        outside = [a for a in self.accounts if a not in self.model.nodes]
        kinds = [UPDATE] * 6 * bool(inside) + [INSERT] * 3 * bool(outside) + [REMOVE] * bool(inside)
        kind = self.rng.choice(kinds)
        who = self.rng.choice(outside if kind == INSERT else inside)
        return (kind, who, self.rng.choice(self.stakes), *self._hint(who, inside, outside))

    def _hint(self, who: str, inside: list[str], outside: list[str]) -> tuple[str, str]:
        kind = self.rng.randrange(4)
        if kind == 0:
            return NULL, NULL
        if kind == 1 and inside:  # neighbours
            ends = [NULL, *(a for a in inside if a != who), NULL]
            at = self.rng.randrange(len(ends) - 1)
            return ends[at], ends[at + 1]
        anybody = [NULL, who, *inside, *outside[:2]]
        return self.rng.choice(anybody), self.rng.choice(anybody)

    def take(self, step: Step) -> None:
        kind, who, stake, prev, next_ = step
        if kind == INSERT:
            self.model.insert(who, stake, prev, next_)
        elif kind == UPDATE:
            self.model.update(who, stake, prev, next_)
        else:
            self.model.remove(who)
