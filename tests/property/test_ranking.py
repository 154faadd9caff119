"""The ranking holds exactly the order that the published linked list would, hints and ties included.

A run of steps is one call to a harness, which answers with the order after every step; the call leaves no trace on
the chain, so every example starts from an empty pool.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import ape
import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.pool_model import NULL, LinkedPool

INSERT, UPDATE, REMOVE = range(3)
GAS = 2**40
CAP = 2**96 - 1

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
            step = self._choose()
            self._take(step)
            yield step, digest(list(self.model))

    def _choose(self) -> Step:
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

    def _take(self, step: Step) -> None:
        kind, who, stake, prev, next_ = step
        if kind == INSERT:
            self.model.insert(who, stake, prev, next_)
        elif kind == UPDATE:
            self.model.update(who, stake, prev, next_)
        else:
            self.model.remove(who)


@pytest.fixture(scope="session")
def ranking(project, owner):
    return owner.deploy(project.HarnessRankedPool, 300)


def run(ranking, steps: Sequence[Step]) -> list[bytes]:
    """Digests of the order after each step. Only for this call may a block take so much gas: Ape gives a transaction
    all that a block allows, and accounts could not pay for that."""
    provider = ape.chain.provider
    usual = provider.get_block("latest").gas_limit
    provider.make_request("evm_setBlockGasLimit", [hex(GAS)])
    try:
        return [bytes(digest) for digest in ranking.run.call(steps, gas=GAS)]
    finally:
        provider.make_request("evm_setBlockGasLimit", [hex(usual)])


def hold_against_model(ranking, chooser: Chooser, count: int) -> None:
    steps, orders = zip(*chooser.steps(count), strict=True)
    for number, (step, ours, theirs) in enumerate(zip(steps, run(ranking, steps), orders, strict=True)):
        assert ours == theirs, f"step {number}, {step}, in {steps}"


@settings(deadline=None, max_examples=150)
@given(rng=st.randoms(use_true_random=False), members=st.integers(1, 20), ties=st.integers(1, 6))
def test_bond09_any_steps_and_hints_give_the_order_of_the_linked_list(ranking, rng, members, ties):
    accounts = [account(n) for n in range(members)]
    stakes = [rng.randint(1, CAP) for _ in range(ties)]
    hold_against_model(ranking, Chooser(rng, accounts, stakes), count=40)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("members", "stakes"), [(4, 2), (16, 3), (17, 40), (100, 5), (100, 10**9), (250, 30)])
def test_bond09_a_long_life_keeps_the_order_of_the_linked_list(ranking, seed, members, stakes):
    rng = random.Random(f"{seed} {members} {stakes}")
    accounts = [account(n) for n in range(members)]
    hold_against_model(ranking, Chooser(rng, accounts, range(1, stakes + 1)), count=400)


def test_bond09_what_exceeds_the_widest_stake_ties_with_it(ranking):
    first, second, third = (account(n) for n in range(3))
    steps = [(INSERT, who, stake, NULL, NULL) for who, stake in [(first, CAP), (second, 2**128 - 1), (third, 1)]]
    assert run(ranking, steps)[-1] == digest([second, first, third])
