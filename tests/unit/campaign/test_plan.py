"""Which histories a campaign plays, and in what order."""

from __future__ import annotations

from collections import Counter
from itertools import islice

import pytest

from tests.campaign.bad_input import BadInputError
from tests.campaign.plan import Order, Plan, history_seed, machine_weights

KNOWN = {"staking": 3, "governance": 1}


def orders(calls: int, weights: dict[str, int] | None = None) -> list[Order]:
    return list(Plan("word", weights or KNOWN, calls).orders())


def test_calls_are_rounded_up_to_whole_histories():
    assert [len(orders(calls)) for calls in (1, 1_000, 1_001, 1_000_000)] == [1, 1, 2, 1_000]
    assert {order.calls for order in orders(5_000)} == {1_000}


def test_machines_take_turns_by_their_weights():
    machines = Counter(order.machine for order in orders(400_000))
    assert machines == {"staking": 300, "governance": 100}
    assert Counter(order.machine for order in islice(orders(400_000), 4)) == {"staking": 3, "governance": 1}


def test_histories_of_a_machine_are_counted_and_have_seeds_of_their_own():
    staking = [order for order in orders(400_000) if order.machine == "staking"]
    assert [order.index for order in staking] == list(range(300))
    assert len({order.seed for order in orders(400_000)}) == 400
    assert staking[7].seed == history_seed("word", "staking", 7)


def test_a_longer_campaign_begins_with_the_histories_of_a_shorter_one():
    assert orders(400_000)[:100] == orders(100_000)


def test_the_order_of_the_machines_named_does_not_matter():
    assert machine_weights("staking,governance", KNOWN) == machine_weights("governance , staking", KNOWN)


def test_machines_have_their_usual_weights_or_those_asked_for():
    assert machine_weights("all", KNOWN) == machine_weights("", KNOWN) == KNOWN
    assert machine_weights("staking:5,governance", KNOWN) == {"staking": 5, "governance": 1}


def test_all_but_the_number_of_calls_makes_another_campaign():
    plan = Plan("word", KNOWN, 4_000)
    same = Plan("word", dict(reversed(KNOWN.items())), 8_000)
    assert plan.identity(contracts="a") == same.identity(contracts="a")
    others = [Plan("other", KNOWN, 4_000), Plan("word", {"staking": 1}, 4_000), Plan("word", KNOWN, 4_000, 500)]
    assert len({plan.identity(contracts=digest) for digest in "ab"} | {p.identity(contracts="a") for p in others}) == 5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("steaking", "no machine is called 'steaking'; there are: governance, staking"),
        ("staking,", "no machine is called ''"),
        ("staking:0", "weight '0' of staking"),
        ("staking:-1", "weight '-1' of staking"),
        ("staking:x", "weight 'x' of staking"),
    ],
)
def test_a_machine_that_there_is_not_is_refused(text, said):
    with pytest.raises(BadInputError, match=said):
        machine_weights(text, KNOWN)


@pytest.mark.parametrize("seed", ["", "a b", "../x", "a" * 65])
def test_a_seed_that_could_not_name_a_folder_is_refused(seed):
    with pytest.raises(BadInputError, match="seed"):
        Plan(seed, KNOWN, 1)
