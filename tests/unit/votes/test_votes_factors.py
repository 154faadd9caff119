"""A delegator's vote grows with the rewards of its orchestrator, as the BondingManager's factors say."""

import pytest

from tests.support.books import earnings
from tests.support.deployment import LPT
from tests.support.reverts import reverts
from tests.support.shares import precise


@pytest.fixture
def rewarded(market, orchestrators, delegators):
    """An orchestrator that has called reward in the round after its delegator's claim; answers with both."""
    market.register(orchestrators[0], 1000 * LPT)
    market.bond(delegators[0], 500 * LPT, orchestrators[0])
    market.next_round()
    market.bonding.reward(sender=orchestrators[0])
    return orchestrators[0], delegators[0]


def test_vote51_a_reward_counts_for_delegators_that_have_not_claimed_it(market, votes, rewarded):
    orchestrator, delegator = rewarded
    factor = earnings(market.bonding, orchestrator, market.round).reward_factor
    assert factor > 10**27
    assert votes.getVotes(delegator) == precise(500 * LPT, factor, 10**27) > 500 * LPT
    assert votes.getVotesAndDelegateAtRoundStart(delegator, market.round) == (500 * LPT, orchestrator)


def test_vote51_rewards_before_a_claim_do_not_count_again(market, votes, rewarded):
    orchestrator, delegator = rewarded
    market.next_round()
    market.bonding.claimEarnings(0, sender=delegator)
    claimed = market.bonding.pendingStake(delegator, 0)
    assert votes.getVotes(delegator) == claimed
    market.next_round()
    start = earnings(market.bonding, orchestrator, market.round - 1).reward_factor
    market.bonding.reward(sender=orchestrator)
    end = earnings(market.bonding, orchestrator, market.round).reward_factor
    assert votes.getVotes(delegator) == precise(claimed, end, start)


def test_vote50_fees_never_keep_a_vote_from_being_counted(market, votes, rewarded, gateway):
    """D16: they are earned, but no stake, whether or not a reward came after them."""
    orchestrator, delegator = rewarded
    before = votes.getVotes(delegator)
    market.pay_fees(gateway, orchestrator, 10**18)
    assert votes.getVotes(delegator) == before
    market.next_round()
    market.pay_fees(gateway, orchestrator, 10**18, nonce=2)
    market.bonding.claimEarnings(0, sender=delegator)
    assert votes.getVotes(delegator) == before
    assert votes.getPastVotes(delegator, market.round - 1) == before


def test_a_reward_without_a_factor_is_reported(market, votes, record, rewarded):
    """The books of the BondingManager never come to this."""
    orchestrator, delegator = rewarded
    market.next_round()
    record.transcoder(orchestrator, 1000 * LPT, 1500 * LPT, rewarded=market.round)
    with reverts("MissingEarningsPool", orchestrator, market.round):
        votes.getVotes(delegator)
    assert votes.getVotes(orchestrator) == 1500 * LPT
    assert votes.delegates(delegator) == orchestrator


def test_vote51_a_delegate_that_resigns_takes_the_votes_with_it(market, votes, rewarded):
    orchestrator, delegator = rewarded
    here = market.round
    market.bonding.unbond(market.bonding.pendingStake(orchestrator, 0), sender=orchestrator)
    assert votes.getVotes(delegator) == votes.getVotes(orchestrator) == 0
    market.next_round()
    assert votes.getVotesAndDelegateAtRoundStart(delegator, here) == (500 * LPT, orchestrator)
    market.bond(orchestrator, 10 * LPT, orchestrator)
    assert votes.getVotes(delegator) > 500 * LPT
    assert votes.getVotes(orchestrator) == market.bonding.transcoderTotalStake(orchestrator)
