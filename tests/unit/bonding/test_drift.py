"""Books that disagree: states that no call leads to, written into storage, and the checks that would stop them."""

import pytest

from tests.support.books import transcoder
from tests.support.deployment import LPT
from tests.support.reverts import reverts
from tests.support.storage import poke

STAKE = 1000 * LPT


@pytest.fixture
def drifted(bonding, orchestrator):
    """More of the orchestrator's stake was earned than it has: a wei more."""
    poke("BondingManager", bonding, "_transcoders", orchestrator, "cumulativeRewards", STAKE + 1)
    assert transcoder(bonding, orchestrator).cumulative_rewards == STAKE + 1
    return orchestrator


def test_an_orchestrator_with_drifted_books_gets_no_reward(bonding, drifted):
    with reverts("CumulativeRewardsExceedStake", drifted, STAKE + 1, STAKE):
        bonding.reward(sender=drifted)


def test_nor_fees(market, gateway, drifted):
    market.broker.fundDeposit(value=10**18, sender=gateway)
    ticket = market.winning_ticket(gateway, drifted, 10**15)
    with reverts("CumulativeRewardsExceedStake", drifted, STAKE + 1, STAKE):
        market.redeem(ticket, gateway, sender=gateway)


def test_a_wei_less_and_both_go_through(market, bonding, gateway, drifted):
    poke("BondingManager", bonding, "_transcoders", drifted, "cumulativeRewards", STAKE)
    market.pay_fees(gateway, drifted, 10**15)
    bonding.reward(sender=drifted)
    assert transcoder(bonding, drifted).active_cumulative_rewards == STAKE
