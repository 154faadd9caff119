"""The treasury takes its cut until it holds enough (facts: protocol 3.4; LIP-92)."""

from __future__ import annotations

import pytest

from tests.support.events import logged
from tests.support.shares import PRECISE, precise

TENTH = PRECISE // 10


@pytest.fixture
def cut(market, four):
    """A tenth goes to the treasury from the beginning of the round."""
    market.bonding.setTreasuryRewardCutRate(TENTH, sender=market.owner)
    market.next_round()


def held(market) -> int:
    return market.token.balanceOf(market.treasury)


def test_a_cut_counts_from_the_round_after_it_was_set(market, bonding, ledger, four, reward_for):
    minted = reward_for(40_000 * 10**18)
    bonding.setTreasuryRewardCutRate(TENTH, sender=market.owner)
    assert (bonding.treasuryRewardCutRate(), bonding.nextRoundTreasuryRewardCutRate()) == (0, TENTH)
    receipt = bonding.reward(sender=four[0])
    assert logged(receipt, bonding.TreasuryReward) == []
    assert logged(receipt, bonding.Reward) == [(four[0], minted)]

    market.next_round()
    assert bonding.treasuryRewardCutRate() == TENTH
    before, stake = held(market), 40_000 * 10**18 + minted
    minted = reward_for(stake)
    receipt = bonding.reward(sender=four[0])
    part = precise(minted, TENTH, PRECISE)
    assert part == minted // 10
    assert logged(receipt, bonding.TreasuryReward) == [(four[0], market.treasury, part)]
    assert logged(receipt, bonding.Reward) == [(four[0], minted - part)]
    assert held(market) == before + part
    dust = bonding.transcoderTotalStake(four[0]) - bonding.pendingStake(four[0], 0)
    assert 0 <= dust <= 2
    ledger.check(unowned_lpt=dust)


def test_the_round_in_which_the_ceiling_is_reached_is_paid_out_in_full(market, bonding, ledger, four, cut, reward_for):
    """It is looked at before each mint and ends the cut for the next round, so it can be exceeded by all of a round's
    cuts."""
    parts = [reward_for(stake * 10**18) // 10 for stake in (40_000, 30_000, 20_000, 10_000)]
    empty = held(market)
    bonding.setTreasuryBalanceCeiling(empty + parts[0], sender=market.owner)

    first, second, third = (bonding.reward(sender=account) for account in four[:3])

    assert logged(first, bonding.ParameterUpdate) == []  # it held one wei too few before
    assert logged(second, bonding.ParameterUpdate) == [("nextRoundTreasuryRewardCutRate",)]
    assert logged(third, bonding.ParameterUpdate) == []
    assert held(market) == empty + sum(parts[:3])
    assert (bonding.treasuryRewardCutRate(), bonding.nextRoundTreasuryRewardCutRate()) == (TENTH, 0)
    bonding.reward(sender=four[3])
    assert held(market) == empty + sum(parts)

    market.skip_to_round(market.round + 1)
    receipt = market.rounds.initializeRound(sender=market.owner)
    assert logged(receipt, bonding.ParameterUpdate) == [("treasuryRewardCutRate",)]
    for account in four:
        bonding.reward(sender=account)
    assert held(market) == empty + sum(parts)
    assert bonding.treasuryRewardCutRate() == 0
    dust = sum(bonding.transcoderTotalStake(o) - bonding.pendingStake(o, 0) for o in four)
    assert 0 <= dust <= 8
    ledger.check(unowned_lpt=dust)


def test_a_treasury_that_has_spent_receives_nothing_until_the_cut_is_set_anew(market, bonding, four, cut):
    bonding.setTreasuryBalanceCeiling(1, sender=market.owner)
    market.token.transfer(market.treasury, 1, sender=market.owner)
    bonding.reward(sender=four[0])
    bonding.setTreasuryBalanceCeiling(0, sender=market.owner)
    market.next_round()
    before = held(market)
    bonding.reward(sender=four[0])
    assert held(market) == before
    bonding.setTreasuryRewardCutRate(TENTH, sender=market.owner)
    market.next_round()
    bonding.reward(sender=four[0])
    assert held(market) > before


def test_without_a_ceiling_the_cut_never_ends(market, bonding, four, cut):
    market.token.transfer(market.treasury, 10**24, sender=market.owner)
    assert bonding.treasuryBalanceCeiling() == 0
    bonding.reward(sender=four[0])
    assert bonding.nextRoundTreasuryRewardCutRate() == TENTH
