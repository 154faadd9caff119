"""The ranking holds exactly the order that the published linked list would, hints and ties included.

A run of steps is one call to a harness, which answers with the order after every step; the call leaves no trace on
the chain, so every example starts from an empty pool.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import ape
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.pool_model import NULL
from tests.support.ranking_steps import CAP, INSERT, Chooser, Step, account, digest

GAS = 2**40


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
