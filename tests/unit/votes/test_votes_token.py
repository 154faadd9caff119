"""What wallets and governors ask of a token with votes."""

import pytest

from scripts._lib.sources import contract_id
from tests.support.deployment import LPT
from tests.support.reverts import reverts


def test_the_token_describes_itself(votes):
    assert votes.name() == "Livepeer Voting Power"
    assert votes.symbol() == "vLPT"
    assert votes.decimals() == 18
    assert votes.CLOCK_MODE() == "mode=livepeer_round"


def test_the_clock_counts_rounds_initialised_or_not(market, votes):
    assert votes.clock() == market.round
    market.skip_to_round(market.round + 3)
    assert votes.clock() == market.round


def test_votes_are_delegated_by_bonding_only(votes, stranger):
    with reverts("MustCallBondingManager", "bond"):
        votes.call_view_method("delegate", stranger)  # `delegate` is an attribute of Ape's own
    with reverts("MustCallBondingManager", "bondFor"):
        votes.delegateBySig(stranger, 0, 2**256 - 1, 27, bytes(32), bytes(32))


def test_vote58_the_present_is_the_start_of_the_next_round(market, votes, record, stranger):
    """A checkpoint counts for the present at once, for the past when the round is over."""
    here = market.round
    record.transcoder(stranger, 10 * LPT, 30 * LPT)
    assert votes.getVotes(stranger) == 30 * LPT
    assert votes.delegates(stranger) == stranger
    assert votes.getVotesAndDelegateAtRoundStart(stranger, here + 1) == (30 * LPT, stranger)
    assert votes.getVotesAndDelegateAtRoundStart(stranger, here)[0] == 0

    market.next_round()
    assert votes.getPastVotes(stranger, here) == 30 * LPT
    assert votes.getPastVotes(stranger, here - 1) == 0
    assert votes.delegatedAt(stranger, here) == stranger


@pytest.mark.parametrize("ahead", [0, 1, 2**64])
def test_vote50_rounds_that_are_not_over_are_no_past(market, votes, stranger, ahead):
    here = market.round
    for ask in (
        lambda: votes.getPastVotes(stranger, here + ahead),
        lambda: votes.delegatedAt(stranger, here + ahead),
        lambda: votes.getPastTotalSupply(here + ahead),
    ):
        with reverts("FutureLookup", here + ahead, here - 1):
            ask()


def test_vote50_the_start_of_a_round_after_the_next_is_unknown(market, votes, stranger):
    here = market.round
    with reverts("FutureLookup", here + 2, here + 1):
        votes.getVotesAndDelegateAtRoundStart(stranger, here + 2)
    with reverts("FutureLookup", here + 2, here + 1):
        votes.getTotalActiveStakeAt(here + 2)


def test_vote50_before_the_first_round_there_is_no_past(project, market, votes, owner, stranger):
    """The clock stands at zero: nothing can be asked for."""
    fresh = owner.deploy(project.RoundsManager, market.controller)
    fresh_clock(market, owner, fresh)
    assert votes.clock() == 0
    with reverts("FutureLookup", 0, 0):
        votes.getPastVotes(stranger, 0)


def fresh_clock(market, owner, rounds_manager):
    """Another clock in the place of the market's, with rounds so long that the first has not ended."""
    rounds_manager.setRoundLength(2**63, sender=owner)
    market.controller.setContractInfo(contract_id("RoundsManager"), rounds_manager, bytes(20), sender=owner)
