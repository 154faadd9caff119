"""The choice of an orchestrator: properties of the score, and suspensions that end with time."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from offchain.gateway.selection import Standing, Weights, choose, latency_score, may_reuse, rank, scores
from offchain.gateway.suspension import SuspensionTable

WEIGHTS = Weights()

standings = st.lists(
    st.builds(
        Standing,
        name=st.text("abcdef", min_size=4, max_size=4),
        price=st.fractions(min_value=0, max_value=10**6, max_denominator=1000),
        latency=st.floats(min_value=0, max_value=4),
        stake=st.integers(min_value=0, max_value=10**24),
        suspended_until=st.sampled_from([0.0, 5.0, 50.0]),
        banned=st.booleans(),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda standing: standing.name,
)


@given(standings)
def test_a_score_lies_between_nought_and_the_sum_of_the_weights(rows):
    assert all(-1e-9 <= score <= 1 + 1e-9 for score in scores(rows, WEIGHTS))


@given(standings, st.randoms(use_true_random=False))
def test_the_choice_does_not_depend_on_the_order_of_the_candidates(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert choose(rows, WEIGHTS, now=10) == choose(shuffled, WEIGHTS, now=10)


@given(standings)
def test_who_is_cheaper_faster_and_staked_higher_ranks_first(rows):
    best = rows[0]
    other = Standing("zz", best.price + 1, best.latency + 0.5, best.stake)
    ranked = rank([*rows, other], WEIGHTS)
    assert ranked.index(best) < ranked.index(other)


@given(standings, st.fractions(min_value=0, max_value=1))
def test_lowering_a_price_never_loses_a_place(rows, share):
    cheaper = replace(rows[0], price=rows[0].price * share)
    assume(all(cheaper.price != row.price for row in rows[1:]))
    before = {row.name: place for place, row in enumerate(rank(rows, WEIGHTS))}
    after = {row.name: place for place, row in enumerate(rank([cheaper, *rows[1:]], WEIGHTS))}
    assert after[cheaper.name] <= before[cheaper.name]


@given(standings, st.fractions(min_value=0, max_value=10**6, max_denominator=1000))
def test_t12_nobody_above_the_price_cap_is_ever_chosen(rows, cap):
    chosen = choose(rows, WEIGHTS, now=10, max_price=cap)
    assert chosen is None or chosen.price <= cap


@given(standings)
def test_a_suspended_one_is_chosen_only_when_all_others_are_tried(rows):
    chosen = choose(rows, WEIGHTS, now=10)
    free = {row.name for row in rows if row.suspended_until <= 10}
    assert chosen is None or chosen.name in free or not free


@given(standings)
def test_t11_one_suspended_for_a_forged_result_is_not_even_used_to_fill_up(rows):
    chosen = choose(rows, WEIGHTS, now=10)
    assert chosen is None or not chosen.banned or chosen.suspended_until <= 10


@given(standings)
def test_each_candidate_is_offered_once_until_none_is_left(rows):
    tried: list[str] = []
    while (chosen := choose(rows, WEIGHTS, now=1000, tried=tried)) is not None:
        tried.append(chosen.name)
    assert sorted(tried) == sorted(row.name for row in rows)


def test_among_equals_the_lower_price_then_the_lower_name_is_chosen():
    rows = [Standing(name, Fraction(0), 1.0) for name in ("b", "a", "c")]
    assert choose(rows, WEIGHTS, now=0).name == "a"
    free_of_price = Weights(price=0, latency=1, stake=0)
    dear = Standing("a", Fraction(2), 1.0)
    cheap = Standing("b", Fraction(1), 1.0)
    assert choose([dear, cheap], free_of_price, now=0) == cheap


@pytest.mark.parametrize(
    ("latency", "age", "duration", "reused"),
    [
        (0.4, None, 2.0, True),
        (1.0, None, 2.0, True),
        (1.01, None, 2.0, False),
        (0.0, None, 2.0, False),
        (0.4, 1.9, 2.0, True),
        (0.4, 2.0, 2.0, False),
        (9.0, 0.1, 2.0, True),
        (0.4, 1.4, 0.5, True),
        (0.4, 1.5, 1.0, False),
    ],
)
def test_the_last_one_is_kept_while_it_keeps_up(latency, age, duration, reused):
    assert may_reuse(latency, age, duration) is reused


def test_latency_is_the_round_trip_over_the_duration_but_over_a_second_and_a_half_at_least():
    assert latency_score(3.0, 2.0) == 1.5
    assert latency_score(3.0, 0.1) == 2.0


class Watch:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_suspension_ends_with_time_alone_and_doubles_with_each_failure():
    watch = Watch()
    table = SuspensionTable(base_s=30, longest_s=100, clock=watch)
    assert [table.suspend("a") for _ in range(4)] == [30, 60, 100, 100]
    assert table.of("a").until == 100
    assert table.of("b").until < 0
    watch.now = 101
    assert table.of("a").until < watch.now


def test_a_success_halves_the_strikes_and_lifts_the_suspension():
    table = SuspensionTable(base_s=10, longest_s=1000, clock=Watch())
    for _ in range(4):
        table.suspend("a", banned=True)
    table.forgive("a")
    assert not table.of("a").banned
    assert table.of("a").until < 0
    assert table.suspend("a") == 40
    table.forgive("b")
    assert table.suspend("b") == 10


def test_a_thousand_failures_do_not_overflow():
    table = SuspensionTable(base_s=30, longest_s=100, clock=Watch())
    assert {table.suspend("a") for _ in range(1000)} == {30, 60, 100}
