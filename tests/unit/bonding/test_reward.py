"""Rewards: how much, and to whom."""

import pytest

from tests.support.books import earnings, transcoder
from tests.support.deployment import ALL_OF, LPT
from tests.support.events import logged, names
from tests.support.reverts import reverts
from tests.support.shares import PRECISE, millionths, minted, precise

CUT = 100_000  # the orchestrator's reward cut: 10 %


def test_the_orchestrators_share_of_the_budget_is_minted(market, bonding, full_pool):
    budget, held = market.minter.currentMintableTokens(), market.token.balanceOf(market.minter)
    receipt = bonding.reward(sender=full_pool[1])

    amount = minted(budget, 300 * LPT, 1000 * LPT)
    assert amount > 0
    assert logged(receipt, bonding.Reward) == [(full_pool[1], amount)]
    assert market.token.balanceOf(market.minter) == held + amount
    assert market.minter.currentMintedTokens() == amount


def test_a_reward_is_shared_by_stake_after_the_cut(market, bonding, orchestrator, bonded):
    here, stake = market.round, 1500 * LPT
    amount = minted(market.minter.currentMintableTokens(), stake, stake)
    shared = amount - millionths(amount, CUT)

    bonding.reward(sender=orchestrator)

    factor = PRECISE + precise(PRECISE, shared, stake)
    assert earnings(bonding, orchestrator, here) == (stake, CUT, 500_000, factor, 0)
    assert bonding.pendingStake(bonded, 0) == precise(500 * LPT, factor, PRECISE)
    own = amount - shared
    assert transcoder(bonding, orchestrator)[6:8] == (0, own)
    assert bonding.pendingStake(orchestrator, 0) == precise(1000 * LPT, factor, PRECISE) + own


def test_a_reward_is_stake_from_the_next_round(market, bonding, orchestrator):
    here = market.round
    bonding.reward(sender=orchestrator)
    stake = 1000 * LPT + market.minter.currentMintedTokens()
    assert bonding.transcoderTotalStake(orchestrator) == stake
    assert bonding.nextRoundTotalActiveStake() == stake
    assert bonding.currentRoundTotalActiveStake() == 1000 * LPT
    assert earnings(bonding, orchestrator, here + 1).stake == stake
    assert transcoder(bonding, orchestrator).last_reward_round == here


def test_own_rewards_that_were_not_claimed_earn_as_stake_does(market, bonding, orchestrator, bonded):
    bonding.reward(sender=orchestrator)
    first = transcoder(bonding, orchestrator).cumulative_rewards
    before = earnings(bonding, orchestrator, market.round).reward_factor
    market.next_round()
    stake = bonding.transcoderTotalStake(orchestrator)

    bonding.reward(sender=orchestrator)

    amount = minted(market.minter.currentMintableTokens(), stake, stake)
    shared = amount - millionths(amount, CUT)
    own = amount - shared + precise(shared, first, stake)
    assert transcoder(bonding, orchestrator)[6:8] == (first, first + own)
    assert earnings(bonding, orchestrator, market.round).reward_factor == before + precise(before, shared, stake)


def test_a_missed_round_is_not_made_up_for(market, bonding, orchestrator):
    bonding.reward(sender=orchestrator)
    before = earnings(bonding, orchestrator, market.round).reward_factor
    market.next_round()
    market.next_round()
    stake = bonding.transcoderTotalStake(orchestrator)

    bonding.reward(sender=orchestrator)

    amount = minted(market.minter.currentMintableTokens(), stake, stake)
    factor = before + precise(before, amount - millionths(amount, CUT), stake)
    assert earnings(bonding, orchestrator, market.round).reward_factor == factor


def test_stake_that_came_in_the_round_earns_from_the_next(market, bonding, orchestrator, delegators):
    market.bond(delegators[0], 1000 * LPT, orchestrator)
    bonding.reward(sender=orchestrator)
    assert bonding.pendingStake(delegators[0], 0) == 1000 * LPT
    market.next_round()
    bonding.reward(sender=orchestrator)
    assert bonding.pendingStake(delegators[0], 0) > 1000 * LPT


@pytest.mark.parametrize("cut", [0, ALL_OF])
def test_bond26_the_cut_goes_from_nothing_to_everything(market, bonding, orchestrators, delegators, cut):
    one = orchestrators[0]
    market.register(one, 1000 * LPT, reward_cut=cut)
    market.bond(delegators[0], 1000 * LPT, one)
    market.next_round()
    bonding.reward(sender=one)

    amount = market.minter.currentMintedTokens()
    assert transcoder(bonding, one).cumulative_rewards == (amount if cut else 0)
    gain = bonding.pendingStake(delegators[0], 0) - 1000 * LPT
    assert gain == (0 if cut else precise(1000 * LPT, amount, 2000 * LPT))


def test_bond27_reward_is_called_once_a_round(market, bonding, orchestrator):
    bonding.reward(sender=orchestrator)
    with reverts("RewardAlreadyCalled", orchestrator, market.round):
        bonding.reward(sender=orchestrator)


def test_bond27_only_the_active_are_rewarded(market, bonding, orchestrator, orchestrators):
    market.register(orchestrators[1], LPT)
    with reverts("TranscoderNotActive", orchestrators[1], market.round):
        bonding.reward(sender=orchestrators[1])


def test_bond27_who_was_put_out_in_the_round_is_rewarded_once_more(
    market, bonding, full_pool, orchestrators, delegators
):
    last = full_pool[-1]
    for member in full_pool[:3]:  # so that the reward does not bring the last one back in
        market.bond(delegators[0], 1000 * LPT, member)
        delegators = delegators[1:]
    market.register(orchestrators[4], 1000 * LPT)
    receipt = bonding.reward(sender=last)
    assert logged(receipt, bonding.Reward)[0][1] > 0
    market.next_round()
    with reverts("TranscoderNotActive", last, market.round):
        bonding.reward(sender=last)


def test_when_all_call_reward_the_budget_is_used_up(market, bonding, full_pool):
    for account in full_pool:
        bonding.reward(sender=account)
    assert market.minter.currentMintedTokens() == market.minter.currentMintableTokens()


@pytest.fixture
def with_treasury(market, bonding, orchestrator):
    """A fifth of rewards goes to the treasury from this round on."""
    bonding.setTreasuryRewardCutRate(PRECISE // 5, sender=market.owner)
    market.next_round()
    return market.treasury


def test_mint31_the_treasury_takes_its_part_first(market, bonding, orchestrator, with_treasury):
    amount = minted(market.minter.currentMintableTokens(), 1000 * LPT, 1000 * LPT)
    receipt = bonding.reward(sender=orchestrator)

    part = amount // 5
    assert market.token.balanceOf(with_treasury) == part
    assert logged(receipt, bonding.TreasuryReward) == [(orchestrator, with_treasury, part)]
    assert logged(receipt, bonding.Reward) == [(orchestrator, amount - part)]
    assert names(receipt, bonding) == ["TreasuryReward", "Reward"]
    assert bonding.transcoderTotalStake(orchestrator) == 1000 * LPT + amount - part


def test_mint31_a_new_rate_waits_for_the_next_round(market, bonding, orchestrator):
    bonding.setTreasuryRewardCutRate(PRECISE // 5, sender=market.owner)
    receipt = bonding.reward(sender=orchestrator)
    assert logged(receipt, bonding.TreasuryReward) == []


def test_mint31_a_full_treasury_takes_nothing_from_the_next_round(market, bonding, orchestrator, with_treasury):
    market.token.transfer(with_treasury, LPT, sender=market.owner)
    bonding.setTreasuryBalanceCeiling(LPT, sender=market.owner)

    receipt = bonding.reward(sender=orchestrator)
    assert logged(receipt, bonding.ParameterUpdate) == [("nextRoundTreasuryRewardCutRate",)]
    assert len(logged(receipt, bonding.TreasuryReward)) == 1
    assert (bonding.treasuryRewardCutRate(), bonding.nextRoundTreasuryRewardCutRate()) == (PRECISE // 5, 0)

    market.next_round()
    receipt = bonding.reward(sender=orchestrator)
    assert names(receipt, bonding) == ["Reward"]
    assert bonding.treasuryRewardCutRate() == 0


def test_mint31_a_treasury_just_below_its_ceiling_goes_on(market, bonding, orchestrator, with_treasury):
    market.token.transfer(with_treasury, LPT - 1, sender=market.owner)
    bonding.setTreasuryBalanceCeiling(LPT, sender=market.owner)
    receipt = bonding.reward(sender=orchestrator)
    assert logged(receipt, bonding.ParameterUpdate) == []
    assert bonding.nextRoundTreasuryRewardCutRate() == PRECISE // 5
