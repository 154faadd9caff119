"""An orchestrator keeps its staking key offline and lets a hot key call reward (facts: protocol 3.4; LIP-118)."""

from __future__ import annotations

from tests.support.deployment import LPT, NOBODY
from tests.support.reckoning import Sheet
from tests.support.reverts import reverts


def test_rewards_called_by_a_hot_key_are_the_orchestrator_s(
    market, bonding, ledger, one, delegators, stranger, reward_for
):
    delegator = delegators[0]
    market.bond(delegator, 5_000 * LPT, one)
    bonding.setRewardCaller(stranger, sender=one)
    sheet, start, stake = Sheet(), Sheet().mark(), 15_000 * LPT
    for turn in range(3):
        here = market.next_round()
        minted = reward_for(stake)
        if turn == 1:
            bonding.reward(sender=one)  # by itself, as ever
            with reverts("RewardAlreadyCalled", one, here):
                bonding.rewardForTranscoder(one, sender=stranger)
        else:
            bonding.rewardForTranscoder(one, sender=stranger)
        sheet.reward(minted, stake)
        stake += minted

    stakes = sheet.stake(10_000 * LPT, start) + sheet.own, sheet.stake(5_000 * LPT, start)
    assert (bonding.pendingStake(one, 0), bonding.pendingStake(delegator, 0)) == stakes
    assert bonding.getDelegator(stranger)[0] == market.token.balanceOf(stranger) == 0
    ledger.check(unowned_lpt=stake - sum(stakes))


def test_a_hot_key_can_do_nothing_else_and_goes_when_it_is_told_to(market, bonding, ledger, four, stranger):
    """One key for two orchestrators; a third never named it."""
    first, second, third, _ = four
    for account in (first, second):
        bonding.setRewardCaller(stranger, sender=account)
    with reverts("CallerNotRewardCaller", stranger, third):
        bonding.rewardForTranscoder(third, sender=stranger)
    with reverts("DelegatorNotBonded", stranger, 2):
        bonding.unbond(1, sender=stranger)
    with reverts("TranscoderNotRegistered", stranger):
        bonding.transcoder(0, 0, sender=stranger)
    bonding.rewardForTranscoder(first, sender=stranger)
    bonding.setRewardCaller(NOBODY, sender=second)
    with reverts("CallerNotRewardCaller", stranger, second):
        bonding.rewardForTranscoder(second, sender=stranger)
    bonding.reward(sender=second)
    dust = sum(bonding.transcoderTotalStake(o) - bonding.pendingStake(o, 0) for o in four)
    assert 0 <= dust <= 4
    ledger.check(unowned_lpt=dust)


def test_a_hot_key_is_kept_through_eviction_resignation_and_return(
    market, bonding, ledger, four, orchestrators, stranger
):
    last, newcomer = four[3], orchestrators[4]
    bonding.setRewardCaller(stranger, sender=last)
    market.bond(newcomer, 11_000 * LPT, newcomer)
    bonding.rewardForTranscoder(last, sender=stranger)  # its last round
    market.next_round()
    with reverts("TranscoderNotActive", last, market.round):
        bonding.rewardForTranscoder(last, sender=stranger)
    bonding.unbond(bonding.pendingStake(last, 0), sender=last)
    bonding.unbond(11_000 * LPT, sender=newcomer)
    bonding.rebondFromUnbonded(last, 0, sender=last)
    market.next_round()
    stake = bonding.pendingStake(last, 0)
    bonding.rewardForTranscoder(last, sender=stranger)
    assert bonding.pendingStake(last, 0) > stake
    dust = bonding.transcoderTotalStake(last) - bonding.pendingStake(last, 0)
    assert 0 <= dust <= 4
    ledger.check(unowned_lpt=dust)
