"""People bond to an orchestrator that is not active, and it becomes active again (facts: protocol 3.3, 7.1)."""

from __future__ import annotations

import pytest

from tests.support.books import earnings, transcoder
from tests.support.deployment import LPT
from tests.support.payments import Payments
from tests.support.reckoning import Sheet
from tests.support.reverts import reverts

ETHER = 10**18


@pytest.fixture
def outside(market, bonding, four, orchestrators, reward_for):
    """Was active, was rewarded once, was outbid by one with 15,000 LPT, and has been out for two rounds."""
    last, newcomer = four[3], orchestrators[4]
    bonding.reward(sender=last)
    market.bond(newcomer, 15_000 * LPT, newcomer)
    market.next_round(2)
    return last


def test_stake_that_comes_while_it_is_out_is_recorded_only_when_it_returns(
    market, bonding, ledger, outside, four, delegators, reward_for
):
    behind, record = bonding.transcoderTotalStake(outside), transcoder(bonding, outside).last_stake_update_round
    own = bonding.pendingStake(outside, 0)
    market.bond(delegators[0], 1_000 * LPT, outside)
    assert earnings(bonding, outside, market.round + 1).stake == 0
    assert transcoder(bonding, outside).last_stake_update_round == record
    assert market.pool() == [*four[:3], bonding.getNextTranscoderInPool(four[2])]
    dust = behind - own
    ledger.check(unowned_lpt=dust)

    market.next_round()
    bonding.claimEarnings(0, sender=outside)  # nothing was earned
    assert bonding.pendingStake(outside, 0) == own
    market.bond(delegators[1], 5_000 * LPT, outside)
    joined, stake = market.round + 1, behind + 6_000 * LPT
    assert earnings(bonding, outside, joined).stake == stake
    assert transcoder(bonding, outside)[3:5] == (joined, joined)
    assert market.pool() == [*four[:3], outside]
    assert [bonding.pendingStake(d, 0) for d in delegators[:2]] == [1_000 * LPT, 5_000 * LPT]

    market.next_round()
    since = earnings(bonding, outside, joined - 1).reward_factor
    minted = reward_for(stake)
    bonding.reward(sender=outside)
    sheet = Sheet(factor=since)
    start = sheet.mark()
    sheet.reward(minted, stake)
    stakes = [sheet.stake(own, start) + sheet.own, *(sheet.stake(n * LPT, start) for n in (1_000, 5_000))]
    assert [bonding.pendingStake(who, 0) for who in (outside, *delegators[:2])] == stakes
    ledger.check(unowned_lpt=stake + minted - sum(stakes))


def test_it_can_be_paid_nothing_while_it_is_out(market, bonding, ledger, outside, delegators, gateway, stranger):
    """Its stake record is old: fees would be multiplied by all the stake that came since."""
    market.bond(delegators[0], 4_000 * LPT, outside)
    payments = Payments(market, gateway, outside, stranger)
    market.broker.fundDeposit(value=ETHER, sender=gateway)
    ticket = payments.ticket(ETHER)
    with reverts("TranscoderNotActive", outside, market.round):
        payments.redeem(ticket)
    assert (payments.fees(), payments.deposit()) == (0, ETHER)
    assert not market.broker.usedTickets(ticket.hash())
    dust = bonding.transcoderTotalStake(outside) - bonding.pendingStake(outside, 0) - 4_000 * LPT
    assert 0 <= dust <= 2
    ledger.check(unowned_lpt=dust)


def test_setting_rates_brings_it_back_once_there_is_room(market, bonding, ledger, outside, four, orchestrators):
    bonding.transcoder(0, 0, sender=outside)
    assert outside not in market.pool()
    bonding.unbond(15_000 * LPT, sender=orchestrators[4])
    assert market.pool() == four[:3]
    bonding.transcoder(200_000, 300_000, sender=outside)
    assert market.pool() == [*four[:3], outside]
    assert transcoder(bonding, outside)[1:3] == (200_000, 300_000)
    stake = bonding.transcoderTotalStake(outside)
    assert earnings(bonding, outside, market.round + 1).stake == stake
    assert bonding.nextRoundTotalActiveStake() == 90_000 * LPT + stake
    ledger.check(unowned_lpt=stake - bonding.pendingStake(outside, 0))


def test_an_active_one_that_was_put_out_is_let_in_again_only_after_its_reward(
    market, bonding, ledger, four, orchestrators, delegators
):
    """A wei from anybody would else cost it the round (security: D19)."""
    last, here = four[3], market.round
    market.bond(orchestrators[4], 10_001 * LPT, orchestrators[4])
    with reverts("RewardNotYetCalled", last, here):
        market.bond(delegators[0], 2_000 * LPT, last)
    bonding.reward(sender=last)
    market.bond(delegators[0], 2_000 * LPT, last)
    assert market.pool() == [*four[:3], last]
    assert not bonding.isActiveTranscoder(last)  # its round is over, with the reward
    market.next_round()
    assert bonding.isActiveTranscoder(last)
    dust = bonding.transcoderTotalStake(last) - bonding.pendingStake(last, 0) - 2_000 * LPT
    assert 0 <= dust <= 2
    ledger.check(unowned_lpt=dust)
