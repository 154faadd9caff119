"""An orchestrator is outbid, works its round out, and comes back (facts: protocol 3.2, 3.3)."""

from __future__ import annotations

from tests.support.books import FOREVER, earnings, transcoder
from tests.support.deployment import LPT, PURSE
from tests.support.events import logged
from tests.support.reckoning import Sheet
from tests.support.reverts import reverts

ETHER = 10**18


def test_an_evicted_orchestrator_finishes_its_round_and_is_out_in_the_next(
    market, bonding, ledger, four, orchestrators, delegators, gateway, reward_for, first_factor
):
    last, newcomer, delegator = four[3], orchestrators[4], delegators[0]
    market.bond(delegator, 2_000 * LPT, last)
    here = market.next_round()
    sheet, start = Sheet(), Sheet().mark()

    receipt = market.bond(newcomer, 15_000 * LPT, newcomer)
    assert logged(receipt, bonding.TranscoderDeactivated) == [(last, here + 1)]
    assert logged(receipt, bonding.TranscoderActivated) == [(newcomer, here + 1)]
    assert bonding.isActiveTranscoder(last)
    assert not bonding.isActiveTranscoder(newcomer)

    minted = reward_for(12_000 * LPT)
    bonding.reward(sender=last)
    sheet.reward(minted, 12_000 * LPT)
    market.pay_fees(gateway, last, ETHER)
    sheet.fees_after_reward(ETHER, 12_000 * LPT, first_factor(sheet, 12_000 * LPT))

    stakes = sheet.stake(10_000 * LPT, start) + sheet.own, sheet.stake(2_000 * LPT, start)
    fees = sheet.earned(10_000 * LPT, start) + sheet.own_fees, sheet.earned(2_000 * LPT, start)
    assert (bonding.pendingStake(last, 0), bonding.pendingStake(delegator, 0)) == stakes
    assert (bonding.pendingFees(last, 0), bonding.pendingFees(delegator, 0)) == fees
    assert bonding.transcoderTotalStake(last) == 12_000 * LPT + minted

    market.next_round()
    assert (bonding.currentRoundTotalActiveStake(), bonding.isActiveTranscoder(last)) == (105_000 * LPT, False)
    with reverts("TranscoderNotActive", last, market.round):
        bonding.reward(sender=last)
    assert transcoder(bonding, last).deactivation_round == here + 1
    ledger.check(unowned_lpt=12_000 * LPT + minted - sum(stakes), unowned_eth=ETHER - sum(fees))


def test_an_evicted_orchestrator_returns_with_more_stake_and_earns_from_the_round_after(
    market, bonding, ledger, four, orchestrators, delegators, reward_for
):
    last, newcomer, delegator = four[3], orchestrators[4], delegators[0]
    market.bond(newcomer, 15_000 * LPT, newcomer)
    market.next_round()

    receipt = market.bond(delegator, 6_000 * LPT, last)  # 16,000 LPT: more than the newcomer
    back = market.round + 1
    assert logged(receipt, bonding.TranscoderDeactivated) == [(newcomer, back)]
    assert logged(receipt, bonding.TranscoderActivated) == [(last, back)]
    assert not bonding.isActiveTranscoder(last)
    assert earnings(bonding, last, back).stake == 16_000 * LPT

    market.next_round()
    assert transcoder(bonding, last)[4:6] == (back, FOREVER)
    sheet, minted = Sheet(), reward_for(16_000 * LPT)
    bonding.reward(sender=last)
    sheet.reward(minted, 16_000 * LPT)
    stakes = sheet.stake(10_000 * LPT, Sheet().mark()) + sheet.own, sheet.stake(6_000 * LPT, Sheet().mark())
    assert (bonding.pendingStake(last, 0), bonding.pendingStake(delegator, 0)) == stakes
    assert market.pool() == [four[0], four[1], four[2], last]
    ledger.check(unowned_lpt=16_000 * LPT + minted - sum(stakes))


def test_one_that_joins_and_is_outbid_in_the_same_round_was_never_active(market, bonding, ledger, four, orchestrators):
    brief, richer = orchestrators[4:6]
    market.bond(brief, 15_000 * LPT, brief)
    market.bond(richer, 17_000 * LPT, richer)
    joins = market.round + 1
    assert transcoder(bonding, brief)[4:6] == (joins, joins)

    market.next_round()
    with reverts("TranscoderNotActive", brief, market.round):
        bonding.reward(sender=brief)
    assert bonding.currentRoundTotalActiveStake() == 107_000 * LPT
    ledger.check()


def test_stake_of_an_evicted_orchestrator_is_neither_lost_nor_counted(market, bonding, ledger, four, orchestrators):
    last, newcomer = four[3], orchestrators[4]
    market.bond(newcomer, 10_100 * LPT, newcomer)
    assert bonding.nextRoundTotalActiveStake() == 100_100 * LPT
    bonding.unbond(10_000 * LPT, sender=last)
    assert bonding.nextRoundTotalActiveStake() == 100_100 * LPT
    ledger.check()
    market.next_round(bonding.unbondingPeriod())
    bonding.withdrawStake(0, sender=last)
    assert market.token.balanceOf(last) == PURSE
    ledger.check()
