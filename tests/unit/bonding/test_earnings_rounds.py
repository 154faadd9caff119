"""Records of rounds: a word each, and more where that is too narrow."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ONE = 10**27
ROUND = 100_000
STAKES = (0, 1, 2**88 - 1, 2**88, 2**104 - 1)
REWARDS = (0, 1, ROUND - 1, ONE, 2**96 - 1, 2**96, 2**256 - 1)
FEE_ROUNDS = (0, 1, ROUND - 65_535, ROUND - 65_534, ROUND - 1, ROUND)
RATES = ((0, 0), (1, 10**6), (10**6, 1))


@pytest.fixture(scope="module")
def rounds(project, accounts):
    return accounts[0].deploy(project.HarnessEarningsRounds)


def held(rounds: Any, *record: int) -> bool:
    return bool(rounds.holds.call(ROUND, record))


@pytest.mark.parametrize("rates", RATES)
def test_every_record_is_read_as_it_was_written(rounds, rates):
    for stake, reward, fees in itertools.product(STAKES, REWARDS, FEE_ROUNDS):
        assert held(rounds, stake, reward, fees, *rates), (stake, reward, fees)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    stake=st.integers(0, 2**104 - 1),
    reward=st.one_of(st.integers(0, ROUND), st.integers(ONE, 2**256 - 1)),
    fees=st.integers(0, ROUND),
    rates=st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)),
)
def test_any_record_is_read_as_it_was_written(rounds, stake, reward, fees, rates):
    assert held(rounds, stake, reward, fees, *rates)


@pytest.mark.parametrize(
    ("record", "wide"),
    [
        ((2**88 - 1, 2**96 - 1, ROUND - 65_534), False),
        ((2**88, ONE, ROUND), True),
        ((1, 2**96, ROUND), True),
        ((1, ONE, ROUND - 65_535), True),
    ],
)
def test_a_word_is_enough_up_to_its_widths(rounds, owner, record, wide):
    rounds.store(ROUND, (*record, 1, 2), sender=owner)
    assert rounds.isWide(ROUND) == wide
    assert tuple(rounds.load(ROUND)) == (*record, 1, 2)


def test_a_wide_record_can_become_narrow_and_wide_again(rounds, owner):
    for record in ((2**88, 2**96, 1, 3, 4), (5, ONE, ROUND, 3, 4), (2**100, ONE, ROUND - 1, 3, 4)):
        rounds.store(ROUND, record, sender=owner)
        assert tuple(rounds.load(ROUND)) == record


@pytest.mark.parametrize("stake", [7, 2**88 + 7])
@pytest.mark.parametrize("reward", [ONE, 2**200])
def test_a_stake_is_written_beside_the_rest(rounds, owner, stake, reward):
    rounds.store(ROUND, (3, reward, ROUND - 9, 1, 2), sender=owner)
    for _ in range(2):
        rounds.storeStake(ROUND, stake, sender=owner)
        assert tuple(rounds.load(ROUND)) == (stake, reward, ROUND - 9, 1, 2)


@pytest.mark.parametrize("own", [ONE, 2**96 - 1, 2**96, 2**256 - 1])
@pytest.mark.parametrize("stake", [1, 2**88])
def test_factors_are_those_of_the_rounds_that_are_named(rounds, owner, own, stake):
    earlier, fee_round = ROUND - 20, ROUND - 10
    rounds.store(earlier, (stake, own, 0, 0, 0), sender=owner)
    rounds.setFeeFactor(fee_round, 2**255, sender=owner)
    rounds.store(ROUND, (stake, earlier, fee_round, 0, 0), sender=owner)
    assert tuple(rounds.factors(earlier)) == (own, 0)
    assert tuple(rounds.factors(ROUND)) == (own, 2**255)
    rounds.store(ROUND, (stake, own, ROUND, 0, 0), sender=owner)
    rounds.setFeeFactor(ROUND, 5, sender=owner)
    assert tuple(rounds.factors(ROUND)) == (own, 5)


def test_nothing_is_recorded_at_first(rounds):
    assert tuple(rounds.load(7)) == (0, 0, 0, 0, 0)
    assert tuple(rounds.factors(7)) == (0, 0)
