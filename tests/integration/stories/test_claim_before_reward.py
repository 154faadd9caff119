"""Who claims in a round before its orchestrator has called reward has no part in it (facts: protocol 3.5)."""

from __future__ import annotations

import pytest

from tests.support.deployment import LPT
from tests.support.reckoning import Sheet
from tests.support.reverts import reverts

ETHER = 10**18
STAKE = 15_000 * LPT


@pytest.fixture
def delegator(market, one, delegators):
    market.bond(delegators[0], 5_000 * LPT, one)
    market.next_round()
    return delegators[0]


CLAIMS = {
    "claims": lambda market, one, who: market.bonding.claimEarnings(0, sender=who),
    "bonds more": lambda market, one, who: market.bond(who, 1, one),
    "unbonds a wei": lambda market, one, who: market.bonding.unbond(1, sender=who),
    "withdraws no fees": lambda market, one, who: market.bonding.withdrawFees(who, 0, sender=who),
}
CHANGES = {"claims": 0, "bonds more": 1, "unbonds a wei": -1, "withdraws no fees": 0}


@pytest.mark.parametrize("how", CLAIMS)
def test_any_claim_before_the_reward_forfeits_its_share_of_reward_and_later_fees(
    market, bonding, ledger, one, delegator, gateway, reward_for, first_factor, how
):
    sheet, start, bonded = Sheet(), Sheet().mark(), 5_000 * LPT + CHANGES[how]
    CLAIMS[how](market, one, delegator)
    minted = reward_for(STAKE)
    bonding.reward(sender=one)
    sheet.reward(minted, STAKE)
    market.pay_fees(gateway, one, ETHER)
    sheet.fees_after_reward(ETHER, STAKE, first_factor(sheet, STAKE))

    own, fees = sheet.stake(10_000 * LPT, start) + sheet.own, sheet.earned(10_000 * LPT, start) + sheet.own_fees
    assert (bonding.pendingStake(one, 0), bonding.pendingFees(one, 0)) == (own, fees)
    assert (bonding.pendingStake(delegator, 0), bonding.pendingFees(delegator, 0)) == (bonded, 0)
    behind = STAKE + CHANGES[how] + minted
    assert bonding.transcoderTotalStake(one) == behind  # minted all the same
    forfeited = behind - own - bonded
    assert abs(forfeited - sheet.stake(5_000 * LPT, start) + 5_000 * LPT) <= 1
    ledger.check(unowned_lpt=forfeited, unowned_eth=ETHER - fees)


def test_the_next_round_is_shared_by_what_is_left_and_what_was_forfeited_keeps_its_share_for_nobody(
    market, bonding, ledger, one, delegator, reward_for
):
    sheet, start = Sheet(), Sheet().mark()
    bonding.claimEarnings(0, sender=delegator)
    minted = reward_for(STAKE)
    bonding.reward(sender=one)
    sheet.reward(minted, STAKE)
    since, behind = sheet.mark(), STAKE + minted
    market.next_round()
    minted = reward_for(behind)
    bonding.reward(sender=one)
    sheet.reward(minted, behind)

    stakes = sheet.stake(10_000 * LPT, start) + sheet.own, sheet.stake(5_000 * LPT, since)
    assert (bonding.pendingStake(one, 0), bonding.pendingStake(delegator, 0)) == stakes
    ledger.check(unowned_lpt=behind + minted - sum(stakes))


def test_nobody_else_can_make_one_claim_before_the_reward(market, bonding, ledger, one, delegator, delegators):
    other = delegators[1]
    nobody = ["0x" + "00" * 20] * 4
    with reverts("ClaimNotAuthorized", other, delegator):
        bonding.bondForWithHint(1, delegator, one, *nobody, sender=other)
    bonding.reward(sender=one)
    earned = bonding.pendingStake(delegator, 0)
    bonding.bondForWithHint(1, delegator, one, *nobody, sender=other)
    assert bonding.pendingStake(delegator, 0) == earned + 1
    dust = bonding.transcoderTotalStake(one) - bonding.pendingStake(one, 0) - earned - 1
    assert 0 <= dust <= 2
    ledger.check(unowned_lpt=dust)


def test_fees_before_a_claim_are_kept_and_those_after_it_are_not(market, bonding, ledger, one, delegator, gateway):
    sheet, start = Sheet(), Sheet().mark()
    market.pay_fees(gateway, one, ETHER, nonce=1)
    sheet.fees(ETHER, STAKE)
    mine = sheet.earned(5_000 * LPT, start)
    bonding.claimEarnings(0, sender=delegator)
    market.pay_fees(gateway, one, ETHER, nonce=2)
    sheet.fees(ETHER, STAKE)

    assert bonding.pendingFees(delegator, 0) == mine
    own = sheet.earned(10_000 * LPT, start) + sheet.own_fees
    assert bonding.pendingFees(one, 0) == own
    ledger.check(unowned_eth=2 * ETHER - mine - own)
