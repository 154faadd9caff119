"""Stake that comes, goes and moves within a round counts from the next one on (facts: protocol 3.5)."""

from __future__ import annotations

import pytest

from tests.support.books import delegator as delegator_of
from tests.support.books import earnings
from tests.support.deployment import LPT
from tests.support.reckoning import Sheet
from tests.support.reverts import reverts

ETHER = 10**18


def test_stake_that_comes_before_the_reward_has_no_part_in_it(
    market, bonding, ledger, one, delegators, gateway, reward_for, first_factor
):
    early, late = delegators[:2]
    sheet, start, stake = Sheet(), Sheet().mark(), 10_000 * LPT
    market.bond(early, 5_000 * LPT, one)
    minted = reward_for(stake)
    bonding.reward(sender=one)
    sheet.reward(minted, stake)
    market.pay_fees(gateway, one, ETHER)
    sheet.fees_after_reward(ETHER, stake, first_factor(sheet, stake))
    market.bond(late, 5_000 * LPT, one)

    assert earnings(bonding, one, market.round).stake == stake
    assert [bonding.pendingStake(d, 0) for d in (early, late)] == [5_000 * LPT] * 2
    assert [bonding.pendingFees(d, 0) for d in (early, late)] == [0, 0]
    own = sheet.stake(stake, start) + sheet.own
    assert bonding.pendingStake(one, 0) == own
    fees = sheet.earned(stake, start) + sheet.own_fees
    ledger.check(unowned_lpt=stake + minted - own, unowned_eth=ETHER - fees)

    joined, since, unowned = stake + minted + 10_000 * LPT, sheet.mark(), stake + minted - own
    market.next_round()
    assert earnings(bonding, one, market.round).stake == joined
    minted = reward_for(joined)
    bonding.reward(sender=one)
    sheet.reward(minted, joined)
    grown = sheet.stake(5_000 * LPT, since)
    assert [bonding.pendingStake(d, 0) for d in (early, late)] == [grown, grown]
    mine = sheet.stake(stake, start) + sheet.own
    assert bonding.pendingStake(one, 0) == mine
    ledger.check(unowned_lpt=joined + minted - mine - 2 * grown, unowned_eth=ETHER - fees)
    assert joined + minted - mine - 2 * grown <= unowned + 3


def test_stake_that_was_bonded_in_the_round_cannot_be_unbonded_in_it(market, bonding, ledger, one, delegators):
    market.bond(delegators[0], 5_000 * LPT, one)
    pending, bonded = 0, 1
    with reverts("DelegatorNotBonded", delegators[0], pending):
        bonding.unbond(1, sender=delegators[0])
    market.next_round()
    assert bonding.delegatorStatus(delegators[0]) == bonded
    bonding.unbond(5_000 * LPT, sender=delegators[0])
    ledger.check()


def test_there_and_back_in_a_round_costs_the_round_s_reward_and_nothing_else(
    market, bonding, ledger, four, delegators, reward_for
):
    """Moving is claiming: what comes after it in the round is for those who stayed, or nobody."""
    first, second, mover = four[0], four[1], delegators[0]
    market.bond(mover, 6_000 * LPT, first)
    market.next_round()
    for to in (second, first, second, first):
        bonding.bond(0, to, sender=mover)
    assert [bonding.transcoderTotalStake(o) for o in (first, second)] == [46_000 * LPT, 30_000 * LPT]
    assert market.pool() == four
    assert delegator_of(bonding, mover).start_round == market.round + 1

    sheet, minted = Sheet(), reward_for(46_000 * LPT)
    bonding.reward(sender=first)
    sheet.reward(minted, 46_000 * LPT)
    own = sheet.stake(40_000 * LPT, Sheet().mark()) + sheet.own
    assert bonding.pendingStake(mover, 0) == 6_000 * LPT
    assert bonding.pendingStake(first, 0) == own
    forfeited = 46_000 * LPT + minted - own - 6_000 * LPT
    assert forfeited == pytest.approx((minted - minted // 10) * 6 // 46, abs=10**12)
    ledger.check(unowned_lpt=forfeited)


def test_a_move_after_the_reward_takes_it_along(market, bonding, ledger, four, delegators, reward_for):
    first, second, mover = four[0], four[1], delegators[0]
    market.bond(mover, 6_000 * LPT, first)
    market.next_round()
    sheet, minted = Sheet(), reward_for(46_000 * LPT)
    bonding.reward(sender=first)
    sheet.reward(minted, 46_000 * LPT)

    mine = sheet.stake(6_000 * LPT, Sheet().mark())
    bonding.bond(0, second, sender=mover)

    assert delegator_of(bonding, mover).bonded == mine > 6_000 * LPT
    assert bonding.transcoderTotalStake(first) == 40_000 * LPT + minted - (mine - 6_000 * LPT)
    assert bonding.transcoderTotalStake(second) == 30_000 * LPT + mine
    bonding.reward(sender=second)
    assert bonding.pendingStake(mover, 0) == mine
    dust = sum(bonding.transcoderTotalStake(o) - bonding.pendingStake(o, 0) for o in (first, second)) - mine
    assert 0 <= dust <= 4
    ledger.check(unowned_lpt=dust)


def test_unbonding_and_bonding_again_in_a_round_leaves_stakes_and_pool_as_they_were(
    market, bonding, ledger, four, delegators
):
    mover = delegators[0]
    market.bond(mover, 6_000 * LPT, four[3])
    market.next_round()
    bonding.unbond(6_000 * LPT, sender=mover)
    assert bonding.nextRoundTotalActiveStake() == 100_000 * LPT
    bonding.rebondFromUnbonded(four[3], 0, sender=mover)
    assert bonding.nextRoundTotalActiveStake() == 106_000 * LPT
    assert delegator_of(bonding, mover)[:5] == (6_000 * LPT, 0, four[3], 0, market.round + 1)
    assert not bonding.isValidUnbondingLock(mover, 0)
    ledger.check()
