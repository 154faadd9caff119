"""The model that the contracts are held against, held against what it must be itself. No chain."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.property.models.books import NOBODY, agree
from tests.property.models.protocol import ProtocolModel, Terms
from tests.property.models.refusal import RefusedError

LPT = 10**18
PEOPLE = ("ann", "ben", "cid", "dee")
WEALTH = 1_000 * LPT
TREASURY = "treasury"
ROUND_LENGTH = 10

people = st.sampled_from(PEOPLE)
orchestrators = st.sampled_from(("ann", "ann", "ben", "cid"))
targets = st.sampled_from((*PEOPLE, NOBODY))
amounts = st.sampled_from((0, 1, 2, 999, LPT, 10 * LPT, WEALTH // 2, WEALTH - 1, WEALTH))
steps = st.lists(
    st.one_of(
        st.tuples(st.just("bond"), people, amounts, targets),
        st.tuples(st.just("unbond"), people, amounts),
        st.tuples(st.just("reward"), orchestrators),
        st.tuples(st.just("fees"), orchestrators, amounts),
        st.tuples(st.just("claim"), people),
        st.tuples(st.just("rates"), orchestrators, st.sampled_from((0, 1, 500_000, 1_000_000))),
        st.tuples(st.just("round"), st.integers(1, 2)),
    ),
    min_size=10,
    max_size=40,
)


def model_of_four() -> ProtocolModel:
    """Four people with LPT, two seats, an initialised round."""
    model = ProtocolModel(
        Terms(
            supply=len(PEOPLE) * WEALTH,
            round_length=ROUND_LENGTH,
            round_lock_amount=0,
            inflation=220_500,
            inflation_change=500,
            target_bonding_rate=500_000_000,
            num_active_transcoders=2,
            unbonding_period=2,
            treasury=TREASURY,
            treasury_cut=10**26,
            unlock_period=2,
            ticket_validity_period=2,
        )
    )
    model.books.wallets.update(dict.fromkeys(PEOPLE, WEALTH))
    next_round(model)
    return model


def next_round(model: ProtocolModel, count: int = 1) -> None:
    model.clock.block += count * ROUND_LENGTH
    model.initialize_round()


def take(model: ProtocolModel, kind: str, *drawn: Any) -> None:
    def pay(who: str, amount: int) -> None:
        model.earnings.share_fees(who, amount)
        model.books.vault_eth += amount

    kinds: dict[str, Callable[..., None]] = {
        "bond": lambda who, amount, to: model.staking.bond(who, who, amount, to),
        "unbond": model.staking.unbond,
        "reward": model.staking.reward,
        "fees": pay,
        "claim": model.staking.claim_earnings,
        "rates": lambda who, rate: model.staking.set_rates(who, rate, rate),
        "round": lambda count: next_round(model, count),
    }
    kinds[kind](*drawn)


@given(steps=steps)
@settings(deadline=None)
def test_solv01_in_the_model_every_wei_has_an_owner_or_a_reason_to_have_none(steps: list[Any]) -> None:
    model = model_of_four()
    for name in ("ann", "ben"):
        model.staking.bond(name, name, WEALTH // 4, name)
    next_round(model)
    for step in steps:
        before = deepcopy(model.books)
        try:
            take(model, *step)
        except RefusedError:
            assert all(model.books.exact_stake(who) == before.exact_stake(who) for who in PEOPLE)
            assert (model.books.vault_lpt, model.books.vault_eth) == (before.vault_lpt, before.vault_eth)
        books, (lpt, eth) = model.books, model.unclaimable()
        locked = sum(lock.amount for d in books.delegators.values() for lock in d.locks.values())
        assert agree(books.vault_lpt, sum(map(books.exact_stake, PEOPLE)) + locked + lpt)
        assert agree(books.vault_eth, sum(map(books.exact_fees, PEOPLE)) + eth)
        assert model.mint.supply == books.vault_lpt + sum(books.wallets.values())


def wealth_after(rounds: int, stakes: dict[str, int], claims_each_round: bool) -> int:
    """What Ben and those who come with him have in the end, bonded to Ann, who calls reward in every round."""
    model = model_of_four()
    model.staking.bond("ann", "ann", 7 * LPT, "ann")
    model.staking.set_rates("ann", 123_456, 0)
    for name, stake in stakes.items():
        model.staking.bond(name, name, stake, "ann")
    for _ in range(rounds):
        next_round(model)
        model.staking.reward("ann")
        if claims_each_round:
            for name in stakes:
                model.staking.claim_earnings(name)
    return int(sum(map(model.books.exact_stake, stakes)))


@given(stake=st.integers(1, WEALTH), rounds=st.integers(1, 6))
@settings(deadline=None)
def test_bond21_claiming_after_every_reward_or_once_at_the_end_comes_to_the_same(stake: int, rounds: int) -> None:
    often = wealth_after(rounds, {"ben": stake}, claims_each_round=True)
    once = wealth_after(rounds, {"ben": stake}, claims_each_round=False)
    growth = -(-once // stake)  # a wei lost at a claim would have grown since
    assert 0 <= once - often <= rounds * growth


@given(stake=st.integers(3, WEALTH), rounds=st.integers(1, 4), part=st.integers(1, 3))
@settings(deadline=None)
def test_bond24_stake_in_three_names_earns_what_it_earns_in_one(stake: int, rounds: int, part: int) -> None:
    parts = {"ben": stake // 3, "cid": part * (stake // 9), "dee": stake - stake // 3 - part * (stake // 9)}
    together = wealth_after(rounds, {"ben": stake}, claims_each_round=False)
    apart = wealth_after(rounds, {name: amount for name, amount in parts.items() if amount}, claims_each_round=False)
    assert apart == together
