"""Joining the active set and leaving it, and who stands where."""

import pytest

from tests.support.books import FOREVER, earnings, transcoder
from tests.support.deployment import LPT, NOBODY
from tests.support.events import logged, names


def test_the_pool_is_ordered_by_stake(market, orchestrators):
    for account, stake in zip(orchestrators[:4], (200, 400, 100, 300), strict=True):
        market.bond(account, stake * LPT, account)
    assert market.pool() == [orchestrators[n] for n in (1, 3, 0, 2)]


def test_stake_of_delegators_moves_an_orchestrator_up(market, full_pool, delegators):
    market.bond(delegators[0], 150 * LPT, full_pool[3])
    assert market.pool() == [full_pool[n] for n in (0, 1, 3, 2)]


def test_stake_that_leaves_moves_an_orchestrator_down(market, bonding, full_pool):
    bonding.unbond(250 * LPT, sender=full_pool[0])
    assert market.pool() == [full_pool[n] for n in (1, 2, 0, 3)]


def test_without_a_hint_an_equal_goes_before_its_equals(market, bonding, full_pool, delegators):
    market.bond(delegators[0], 100 * LPT, full_pool[2])
    assert market.pool() == [full_pool[n] for n in (0, 2, 1, 3)]


def test_a_hint_places_an_equal_behind_its_equals(market, bonding, full_pool, delegators):
    hint = (full_pool[1], full_pool[3])
    bonding.bondWithHint(100 * LPT, full_pool[2], NOBODY, NOBODY, *hint, sender=delegators[0])
    assert market.pool() == full_pool


def test_every_hinted_function_takes_its_hint(market, bonding, full_pool, delegators):
    """The third, brought level with the second again and again, is told to stay behind it; unhinted it would pass."""
    first, second, third, last = full_pool
    behind = (second, last)
    market.bond(delegators[0], 100 * LPT, second)
    market.next_round()

    bonding.unbondWithHint(100 * LPT, first, third, sender=delegators[0])
    assert market.pool() == full_pool
    bonding.rebondFromUnbondedWithHint(third, 0, *behind, sender=delegators[0])
    assert market.pool() == full_pool
    market.next_round()
    bonding.unbond(50 * LPT, sender=delegators[0])
    bonding.rebondWithHint(1, *behind, sender=delegators[0])
    assert market.pool() == full_pool


def test_reward_takes_a_hint(market, bonding, orchestrators):
    """Two of equal stake earn equally; the second to be called is told to stay behind."""
    one, other = orchestrators[:2]
    market.register(one, 100 * LPT)
    market.register(other, 100 * LPT)
    market.next_round()
    bonding.reward(sender=one)
    bonding.rewardWithHint(one, NOBODY, sender=other)
    assert market.pool() == [one, other]


def test_registering_takes_a_hint(market, bonding, full_pool, orchestrators):
    outside = orchestrators[4]
    market.bond(outside, 100 * LPT, outside)
    bonding.setNumActiveTranscoders(5, sender=market.owner)
    bonding.transcoderWithHint(0, 0, full_pool[3], NOBODY, sender=outside)
    assert market.pool() == [*full_pool, outside]


def test_a_stake_that_moves_takes_two_hints(market, bonding, full_pool, delegators):
    first, second, third, last = full_pool
    market.bond(delegators[0], 100 * LPT, second)
    bonding.bondWithHint(0, third, first, last, second, last, sender=delegators[0])
    assert market.pool() == full_pool


def test_who_has_more_stake_than_the_last_takes_its_place(market, bonding, full_pool, orchestrators):
    last, newcomer = full_pool[-1], orchestrators[4]
    here = market.round
    receipt = market.bond(newcomer, 100 * LPT + 1, newcomer)

    assert market.pool() == [*full_pool[:3], newcomer]
    assert logged(receipt, bonding.TranscoderDeactivated) == [(last, here + 1)]
    assert logged(receipt, bonding.TranscoderActivated) == [(newcomer, here + 1)]
    assert names(receipt, bonding)[1:3] == ["TranscoderDeactivated", "TranscoderActivated"]
    assert bonding.nextRoundTotalActiveStake() == 1000 * LPT + 1
    assert transcoder(bonding, last).deactivation_round == here + 1
    assert transcoder(bonding, newcomer)[4:6] == (here + 1, FOREVER)


def test_who_has_as_much_as_the_last_stays_outside(market, bonding, full_pool, orchestrators):
    market.bond(orchestrators[4], 100 * LPT, orchestrators[4])
    assert market.pool() == full_pool
    assert bonding.isRegisteredTranscoder(orchestrators[4])
    assert transcoder(bonding, orchestrators[4])[3:6] == (0, 0, 0)


def test_bond10_who_is_put_out_stays_active_for_the_round(market, bonding, full_pool, orchestrators):
    last, newcomer = full_pool[-1], orchestrators[4]
    market.register(newcomer, 500 * LPT)
    assert bonding.isActiveTranscoder(last)
    assert not bonding.isActiveTranscoder(newcomer)

    market.next_round()
    assert not bonding.isActiveTranscoder(last)
    assert bonding.isActiveTranscoder(newcomer)


def test_who_joins_and_is_put_out_in_a_round_is_never_active(market, bonding, full_pool, orchestrators):
    market.register(orchestrators[4], 150 * LPT)
    market.register(orchestrators[5], 160 * LPT)
    here = market.round
    assert transcoder(bonding, orchestrators[4])[4:6] == (here + 1, here + 1)
    market.next_round()
    assert not bonding.isActiveTranscoder(orchestrators[4])


def test_who_was_put_out_joins_again_with_more_stake(market, bonding, full_pool, orchestrators, delegators):
    last = full_pool[-1]
    market.register(orchestrators[4], 150 * LPT)
    market.next_round()
    here = market.round

    market.bond(delegators[0], 200 * LPT, last)

    assert market.pool() == [full_pool[0], last, full_pool[1], full_pool[2]]
    assert transcoder(bonding, last)[4:6] == (here + 1, FOREVER)
    assert earnings(bonding, last, here + 1).stake == 300 * LPT


def test_a_change_of_an_evicted_but_active_orchestrator_is_recorded(market, bonding, full_pool, orchestrators):
    """Only then does its unclaimed reward never exceed the stake it is shared over (security: D18)."""
    last = full_pool[-1]
    here = market.round
    market.register(orchestrators[4], 150 * LPT)
    bonding.unbond(99 * LPT, sender=last)

    assert earnings(bonding, last, here).stake == 100 * LPT
    assert earnings(bonding, last, here + 1).stake == LPT
    assert transcoder(bonding, last).last_stake_update_round == here + 1


def test_a_reward_of_an_evicted_but_active_orchestrator_is_recorded(
    market, bonding, full_pool, orchestrators, delegators
):
    last, here = full_pool[-1], market.round
    for member, delegator in zip(full_pool[:3], delegators, strict=False):
        market.bond(delegator, 10_000 * LPT, member)
    market.register(orchestrators[4], 10_000 * LPT)

    bonding.reward(sender=last)

    assert last not in market.pool()
    assert earnings(bonding, last, here).stake == 100 * LPT
    assert earnings(bonding, last, here + 1).stake == bonding.transcoderTotalStake(last) > 100 * LPT
    assert transcoder(bonding, last).last_stake_update_round == here + 1


def test_bond08_totals_follow_the_pool(market, bonding, full_pool, orchestrators, delegators):
    market.bond(delegators[0], 77 * LPT, full_pool[1])
    bonding.unbond(30 * LPT, sender=full_pool[0])
    market.register(orchestrators[4], 150 * LPT)
    bonding.unbond(200 * LPT, sender=full_pool[2])

    assert bonding.nextRoundTotalActiveStake() == sum(bonding.transcoderTotalStake(a) for a in market.pool())
    assert bonding.currentRoundTotalActiveStake() == 1000 * LPT
    market.next_round()
    assert bonding.currentRoundTotalActiveStake() == bonding.nextRoundTotalActiveStake()
    assert bonding.getTotalBonded() == bonding.currentRoundTotalActiveStake()


@pytest.mark.parametrize("outsider", ["nobody", "a stranger", "an evicted one"])
def test_nobody_comes_after_who_is_not_in_the_pool(market, bonding, full_pool, orchestrators, stranger, outsider):
    market.register(orchestrators[4], 150 * LPT)
    account = {"nobody": NOBODY, "a stranger": stranger, "an evicted one": full_pool[-1]}[outsider]
    assert bonding.getNextTranscoderInPool(account) == NOBODY


def test_the_size_of_the_pool_is_told(market, bonding, full_pool):
    assert (bonding.getTranscoderPoolSize(), bonding.getTranscoderPoolMaxSize()) == (4, 4)
    bonding.unbond(100 * LPT, sender=full_pool[3])
    assert bonding.getTranscoderPoolSize() == 3


def test_an_empty_pool_has_no_first(bonding):
    assert bonding.getFirstTranscoderInPool() == NOBODY
    assert bonding.getTranscoderPoolSize() == 0
