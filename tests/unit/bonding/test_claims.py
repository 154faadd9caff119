"""Claiming, and what can be told of a claim before it is made."""

import pytest

from tests.support.books import delegator, earnings, transcoder
from tests.support.deployment import LPT
from tests.support.events import logged
from tests.support.shares import PRECISE, precise

ETHER = 10**18


def test_bond19_a_claim_gives_what_the_views_said(market, bonding, orchestrator, bonded, gateway):
    bonding.reward(sender=orchestrator)
    market.pay_fees(gateway, orchestrator, ETHER)
    stake, fees = bonding.pendingStake(bonded, 0), bonding.pendingFees(bonded, 0)
    since = delegator(bonding, bonded).last_claim_round

    receipt = bonding.claimEarnings(0, sender=bonded)

    here = market.round
    assert delegator(bonding, bonded)[:2] == (stake, fees)
    claim = (orchestrator, bonded, stake - 500 * LPT, fees, since + 1, here)
    assert logged(receipt, bonding.EarningsClaimed) == [claim]


def test_bond19_a_second_claim_in_the_round_does_nothing(bonding, orchestrator, bonded):
    bonding.claimEarnings(0, sender=bonded)
    before = delegator(bonding, bonded)
    receipt = bonding.claimEarnings(0, sender=bonded)
    assert delegator(bonding, bonded) == before
    assert logged(receipt, bonding.EarningsClaimed) == []


@pytest.mark.parametrize("end_round", [0, 1, 10**6, 2**256 - 1])
def test_the_rounds_that_are_named_mean_nothing(bonding, orchestrator, bonded, end_round):
    """Unset and future end rounds once gave wrong claims (security: D5)."""
    bonding.reward(sender=orchestrator)
    stake = bonding.pendingStake(bonded, 0)
    assert bonding.pendingStake(bonded, end_round) == stake
    assert bonding.pendingFees(bonded, end_round) == bonding.pendingFees(bonded, 0)
    bonding.claimEarnings(end_round, sender=bonded)
    assert delegator(bonding, bonded).bonded == stake


def test_a_claim_of_the_orchestrator_takes_what_it_earned_itself(market, bonding, orchestrator, gateway):
    bonding.reward(sender=orchestrator)
    market.pay_fees(gateway, orchestrator, ETHER)
    market.next_round()
    bonding.reward(sender=orchestrator)
    stake, fees = bonding.pendingStake(orchestrator, 0), bonding.pendingFees(orchestrator, 0)
    active = transcoder(bonding, orchestrator).active_cumulative_rewards

    bonding.claimEarnings(0, sender=orchestrator)

    assert delegator(bonding, orchestrator)[:2] == (stake, fees)
    assert transcoder(bonding, orchestrator)[6:9] == (active, 0, 0)


def test_who_claims_before_reward_forfeits_the_round(market, bonding, orchestrator, bonded):
    bonding.claimEarnings(0, sender=bonded)
    bonding.reward(sender=orchestrator)
    assert bonding.pendingStake(bonded, 0) == 500 * LPT
    market.next_round()
    assert bonding.pendingStake(bonded, 0) == 500 * LPT
    total = bonding.transcoderTotalStake(orchestrator)
    assert total - bonding.pendingStake(orchestrator, 0) > 500 * LPT, "what was forfeited stays in the total"


def test_who_claims_before_fees_forfeits_those_of_the_round(market, bonding, orchestrator, bonded, gateway):
    bonding.claimEarnings(0, sender=bonded)
    market.pay_fees(gateway, orchestrator, ETHER)
    market.next_round()
    assert bonding.pendingFees(bonded, 0) == 0


def test_a_claim_writes_the_factors_down(market, bonding, orchestrator, bonded, gateway):
    bonding.reward(sender=orchestrator)
    market.pay_fees(gateway, orchestrator, ETHER)
    factors = earnings(bonding, orchestrator, market.round)[3:]
    market.next_round(2)
    assert earnings(bonding, orchestrator, market.round)[3:] == (0, 0)
    bonding.claimEarnings(0, sender=bonded)
    assert earnings(bonding, orchestrator, market.round)[3:] == factors


def test_earnings_of_many_rounds_are_claimed_at_once(market, bonding, orchestrator, bonded, gateway):
    fees = 0
    for number in range(4):
        market.pay_fees(gateway, orchestrator, ETHER, nonce=number)
        bonding.reward(sender=orchestrator)
        market.next_round(1 + number % 2)
        fees += ETHER
    last = earnings(bonding, orchestrator, transcoder(bonding, orchestrator).last_reward_round)

    bonding.claimEarnings(0, sender=bonded)

    assert delegator(bonding, bonded).bonded == precise(500 * LPT, last.reward_factor, PRECISE)
    paid = delegator(bonding, bonded).fees + bonding.pendingFees(orchestrator, 0)
    assert fees - 10 <= paid <= fees


def test_bond21_claiming_every_round_gives_the_same_within_a_wei_each(market, bonding, orchestrator, delegators):
    often, once = delegators[:2]
    market.bond(often, 500 * LPT, orchestrator)
    market.bond(once, 500 * LPT, orchestrator)
    market.next_round()
    for _ in range(4):
        bonding.reward(sender=orchestrator)
        bonding.claimEarnings(0, sender=often)
        market.next_round()
    bonding.claimEarnings(0, sender=once)
    difference = delegator(bonding, once).bonded - delegator(bonding, often).bonded
    assert 0 <= difference <= 4


def test_an_account_without_stake_claims_nothing(market, bonding, stranger):
    receipt = bonding.claimEarnings(0, sender=stranger)
    assert logged(receipt, bonding.EarningsClaimed)[0][2:4] == (0, 0)
    assert delegator(bonding, stranger).last_claim_round == market.round


def test_an_account_without_stake_has_nothing_pending(bonding, stranger):
    assert (bonding.pendingStake(stranger, 0), bonding.pendingFees(stranger, 0)) == (0, 0)


def test_a_delegate_that_never_earned_leaves_stake_as_it_is(market, bonding, stranger, delegators):
    market.bond(delegators[0], 500 * LPT, stranger)
    market.next_round(2)
    bonding.claimEarnings(0, sender=delegators[0])
    assert delegator(bonding, delegators[0])[:2] == (500 * LPT, 0)


def test_bond25_a_wei_that_earned_a_whole_budget_again_and_again_can_leave(market, bonding, orchestrators):
    """The factor explodes each time; in the end its products exceed 256 bits, its quotients do not."""
    one = orchestrators[0]
    market.bond(one, 1, one)
    market.next_round()
    for _ in range(2):
        bonding.reward(sender=one)
        market.next_round()
        bonding.unbond(bonding.pendingStake(one, 0) - 1, sender=one)
        market.next_round()
    factor = earnings(bonding, one, market.round - 1).reward_factor
    assert factor * PRECISE >= 2**256

    bonding.unbond(1, sender=one)
    market.next_round(3)
    for lock_id in range(3):
        bonding.withdrawStake(lock_id, sender=one)
    dust = market.token.balanceOf(market.minter)
    assert bonding.transcoderTotalStake(one) == dust <= 2
