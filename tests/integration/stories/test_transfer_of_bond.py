"""Stake changes its owner, and earns for the new one (facts: protocol 3.4)."""

from __future__ import annotations

import pytest

from tests.support.books import Lock, lock
from tests.support.books import delegator as delegator_of
from tests.support.deployment import LPT, NOBODY, PURSE
from tests.support.reckoning import Sheet
from tests.support.reverts import reverts

ETHER = 10**18
NO_HINTS = (NOBODY,) * 4


@pytest.fixture
def transfer(bonding):
    return lambda giver, receiver, amount: bonding.transferBond(receiver, amount, *NO_HINTS, sender=giver)


def test_a_gift_to_a_newcomer_is_bonded_to_the_giver_s_orchestrator_and_earns_from_the_next_round(
    market, bonding, ledger, one, delegators, transfer, reward_for
):
    giver, newcomer = delegators[:2]
    market.bond(giver, 5_000 * LPT, one)
    market.next_round()
    sheet, start, stake = Sheet(), Sheet().mark(), 15_000 * LPT
    minted = reward_for(stake)
    bonding.reward(sender=one)
    sheet.reward(minted, stake)
    held = sheet.stake(5_000 * LPT, start)

    transfer(giver, newcomer, 2_000 * LPT)

    since, stake = sheet.mark(), stake + minted
    assert [delegator_of(bonding, who).bonded for who in (giver, newcomer)] == [held - 2_000 * LPT, 2_000 * LPT]
    assert bonding.transcoderTotalStake(one) == stake
    with reverts("DelegatorNotBonded", newcomer, 0):
        transfer(newcomer, giver, 1)
    market.next_round()
    minted = reward_for(stake)
    bonding.reward(sender=one)
    sheet.reward(minted, stake)
    stakes = [
        sheet.stake(10_000 * LPT, start) + sheet.own,
        sheet.stake(held - 2_000 * LPT, since),
        sheet.stake(2_000 * LPT, since),
    ]
    assert [bonding.pendingStake(who, 0) for who in (one, giver, newcomer)] == stakes
    ledger.check(unowned_lpt=stake + minted - sum(stakes))

    bonding.unbond(stakes[2], sender=newcomer)
    market.next_round(3)
    assert lock(bonding, newcomer, 0) == Lock(0, 0)  # the gift's own lock was used up at once
    bonding.withdrawStake(1, sender=newcomer)
    assert market.token.balanceOf(newcomer) == PURSE + stakes[2]
    ledger.check(unowned_lpt=stake + minted - sum(stakes))


def test_a_gift_across_orchestrators_is_the_receiver_s_stake_where_it_is_bonded(
    market, bonding, ledger, four, delegators, gateway, transfer, reward_for, first_factor
):
    giver, receiver, first, second = *delegators[:2], *four[:2]
    market.bond(giver, 8_000 * LPT, first)
    market.bond(receiver, 1_000 * LPT, second)
    market.next_round()
    sheets, start = (Sheet(), Sheet()), Sheet().mark()
    stakes = [48_000 * LPT, 31_000 * LPT]
    minted = [reward_for(stake) for stake in stakes]
    for index, account in enumerate((first, second)):
        bonding.reward(sender=account)
        sheets[index].reward(minted[index], stakes[index])
    market.pay_fees(gateway, second, ETHER)
    sheets[1].fees_after_reward(ETHER, stakes[1], first_factor(sheets[1], stakes[1]))

    transfer(giver, receiver, 3_000 * LPT)

    given, kept = sheets[0].stake(8_000 * LPT, start) - 3_000 * LPT, sheets[1].stake(1_000 * LPT, start)
    fees = sheets[1].earned(1_000 * LPT, start)
    assert delegator_of(bonding, giver)[:3] == (given, 0, first)
    assert delegator_of(bonding, receiver)[:3] == (kept + 3_000 * LPT, fees, second)
    behind = [stakes[0] + minted[0] - 3_000 * LPT, stakes[1] + minted[1] + 3_000 * LPT]
    assert [bonding.transcoderTotalStake(account) for account in (first, second)] == behind
    assert bonding.nextRoundTotalActiveStake() == 109_000 * LPT + sum(minted)
    own = [sheets[i].stake(stake * LPT, start) + sheets[i].own for i, stake in enumerate((40_000, 30_000))]
    paid = sheets[1].earned(30_000 * LPT, start) + sheets[1].own_fees + fees
    ledger.check(unowned_lpt=sum(behind) - sum(own) - given - kept - 3_000 * LPT, unowned_eth=ETHER - paid)


def test_an_orchestrator_that_gives_everything_to_its_delegator_resigns(
    market, bonding, ledger, one, delegators, transfer, reward_for
):
    """Stake remains bonded to who is no orchestrator any more; it earns nothing until it moves or he returns."""
    loyal = delegators[0]
    market.bond(loyal, 5_000 * LPT, one)
    market.next_round()
    minted = reward_for(15_000 * LPT)
    bonding.reward(sender=one)
    sheet = Sheet()
    sheet.reward(minted, 15_000 * LPT)
    mine, own = sheet.stake(5_000 * LPT, Sheet().mark()), sheet.stake(10_000 * LPT, Sheet().mark()) + sheet.own

    transfer(one, loyal, own)

    assert (market.pool(), bonding.nextRoundTotalActiveStake()) == ([], 0)
    assert delegator_of(bonding, one)[:3] == (0, 0, NOBODY)
    assert delegator_of(bonding, loyal)[:3] == (mine + own, 0, one)
    market.next_round()
    assert bonding.currentRoundTotalActiveStake() == 0
    dust = 15_000 * LPT + minted - mine - own
    ledger.check(unowned_lpt=dust)
    bonding.bond(0, loyal, sender=loyal)  # he becomes one himself
    assert market.pool() == [loyal]
    assert bonding.transcoderTotalStake(one) == dust <= 2
    ledger.check(unowned_lpt=dust)


def test_a_gift_before_the_reward_costs_the_giver_the_round_and_never_the_receiver(
    market, bonding, ledger, one, delegators, transfer, reward_for
):
    giver, receiver = delegators[:2]
    for who in (giver, receiver):
        market.bond(who, 5_000 * LPT, one)
    market.next_round()
    with reverts("ClaimNotAuthorized", giver, receiver):
        transfer(giver, receiver, 1)
    transfer(giver, delegators[2], 1_000 * LPT)
    sheet, start, stake = Sheet(), Sheet().mark(), 20_000 * LPT
    minted = reward_for(stake)
    bonding.reward(sender=one)
    sheet.reward(minted, stake)
    stakes = [
        sheet.stake(10_000 * LPT, start) + sheet.own,
        4_000 * LPT,
        sheet.stake(5_000 * LPT, start),
        1_000 * LPT,
    ]
    assert [bonding.pendingStake(who, 0) for who in (one, *delegators[:3])] == stakes
    ledger.check(unowned_lpt=stake + minted - sum(stakes))
