"""Rounds without a reward call, and fees that come after them (facts: protocol 2, 3.4; LIP-36)."""

from __future__ import annotations

import pytest

from tests.support.books import earnings, transcoder
from tests.support.deployment import LPT
from tests.support.reckoning import Sheet

ETHER = 10**18
STAKE = 15_000 * LPT


@pytest.fixture
def delegator(market, one, delegators):
    """With 5,000 LPT at the orchestrator, from the beginning of the round."""
    market.bond(delegators[0], 5_000 * LPT, one)
    market.next_round()
    return delegators[0]


def test_what_one_misses_is_minted_for_nobody(market, bonding, ledger, four, reward_for):
    lazy, diligent = four[0], four[1:]
    supply = market.token.totalSupply()
    minted = [reward_for(stake * LPT) for stake in (30_000, 20_000, 10_000)]
    for account in diligent:
        bonding.reward(sender=account)
    assert market.token.totalSupply() == supply + sum(minted)
    assert market.minter.currentMintedTokens() == sum(minted) < market.minter.currentMintableTokens()

    market.next_round()
    active = 100_000 * LPT + sum(minted)
    assert bonding.currentRoundTotalActiveStake() == active
    assert bonding.pendingStake(lazy, 0) == 40_000 * LPT
    again = reward_for(40_000 * LPT)
    bonding.reward(sender=lazy)
    assert market.token.totalSupply() == supply + sum(minted) + again
    assert bonding.transcoderTotalStake(lazy) == 40_000 * LPT + again
    unowned = [bonding.transcoderTotalStake(o) - bonding.pendingStake(o, 0) for o in four]
    assert all(0 <= dust <= 1 for dust in unowned)
    ledger.check(unowned_lpt=sum(unowned))


def test_rewards_go_on_where_they_stopped(market, bonding, ledger, one, delegator, reward_for):
    """The factor grows from its last value, over the stake that was there all the time."""
    sheet, start, stake = Sheet(), Sheet().mark(), STAKE
    for skipped in (1, 3, 2):
        minted = reward_for(stake)
        bonding.reward(sender=one)
        sheet.reward(minted, stake)
        stake += minted
        market.next_round(skipped)

    assert earnings(bonding, one, transcoder(bonding, one).last_reward_round).reward_factor == sheet.factor
    stakes = sheet.stake(10_000 * LPT, start) + sheet.own, sheet.stake(5_000 * LPT, start)
    assert (bonding.pendingStake(one, 0), bonding.pendingStake(delegator, 0)) == stakes
    ledger.check(unowned_lpt=stake - sum(stakes))


def test_a_claim_in_a_missed_round_neither_gains_nor_loses(market, bonding, ledger, one, delegator, reward_for):
    sheet, start, stake = Sheet(), Sheet().mark(), STAKE
    minted = reward_for(stake)
    bonding.reward(sender=one)
    sheet.reward(minted, stake)
    stake += minted

    missed = market.next_round()
    bonding.claimEarnings(0, sender=delegator)
    claimed, since = sheet.stake(5_000 * LPT, start), sheet.mark()
    assert bonding.getDelegator(delegator)[0] == claimed
    assert earnings(bonding, one, missed).reward_factor == sheet.factor

    market.next_round()
    minted = reward_for(stake)
    bonding.reward(sender=one)
    sheet.reward(minted, stake)
    stakes = sheet.stake(10_000 * LPT, start) + sheet.own, sheet.stake(claimed, since)
    assert (bonding.pendingStake(one, 0), bonding.pendingStake(delegator, 0)) == stakes
    ledger.check(unowned_lpt=stake + minted - sum(stakes))


def test_fees_in_a_missed_round_are_shared_by_the_last_factor(
    market, bonding, ledger, one, delegator, gateway, reward_for
):
    sheet, start, stake = Sheet(), Sheet().mark(), STAKE
    minted = reward_for(stake)
    bonding.reward(sender=one)
    sheet.reward(minted, stake)
    stake += minted
    market.next_round(2)

    market.pay_fees(gateway, one, ETHER)
    sheet.fees(ETHER, stake)

    fees = sheet.earned(10_000 * LPT, start) + sheet.own_fees, sheet.earned(5_000 * LPT, start)
    assert (bonding.pendingFees(one, 0), bonding.pendingFees(delegator, 0)) == fees
    stakes = sheet.stake(10_000 * LPT, start) + sheet.own, sheet.stake(5_000 * LPT, start)
    ledger.check(unowned_lpt=stake - sum(stakes), unowned_eth=ETHER - sum(fees))


@pytest.mark.parametrize("claimed", [False, True])
def test_fees_after_the_reward_that_follows_a_missed_one_are_shared_by_the_factor_before_it(
    market, bonding, ledger, one, delegator, gateway, reward_for, first_factor, claimed
):
    """Known if somebody claimed in the missed round; otherwise deduced from the round's budget, to nine digits."""
    market.bonding.setTreasuryRewardCutRate(10**26, sender=market.owner)
    market.next_round()
    treasury = market.token.balanceOf(market.treasury)
    sheet, start, stake = Sheet(), Sheet().mark(), STAKE
    minted = reward_for(stake) * 9 // 10
    bonding.reward(sender=one)
    sheet.reward(minted, stake)
    stake += minted

    market.next_round()
    if claimed:
        bonding.claimEarnings(0, sender=one)
    own_claimed = (sheet.stake(10_000 * LPT, start) + sheet.own, sheet.mark()) if claimed else None
    market.next_round()
    gross = reward_for(stake)
    minted = gross - gross // 10
    bonding.reward(sender=one)
    if claimed:
        sheet.own = 0
    sheet.reward(minted, stake)
    before = sheet.factor_before if claimed else first_factor(sheet, stake)
    assert abs(before - sheet.factor_before) * 10**9 < sheet.factor_before

    market.pay_fees(gateway, one, ETHER)
    sheet.fees_after_reward(ETHER, stake, before)

    bonded, since = own_claimed or (10_000 * LPT, start)
    fees = sheet.earned(bonded, since) + sheet.own_fees, sheet.earned(5_000 * LPT, start)
    assert (bonding.pendingFees(one, 0), bonding.pendingFees(delegator, 0)) == fees
    assert sum(fees) <= ETHER
    stakes = sheet.stake(bonded, since) + sheet.own, sheet.stake(5_000 * LPT, start)
    assert (bonding.pendingStake(one, 0), bonding.pendingStake(delegator, 0)) == stakes
    assert market.token.balanceOf(market.treasury) > treasury
    ledger.check(unowned_lpt=stake + minted - sum(stakes), unowned_eth=ETHER - sum(fees))
