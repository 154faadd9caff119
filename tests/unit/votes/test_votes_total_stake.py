"""The stake of the active set, round by round: what a quorum is asked of."""

import pytest

from scripts._lib.sources import contract_id
from tests.support.deployment import LPT
from tests.support.reverts import reverts


@pytest.fixture
def skipped(market, record):
    """Rounds a, b = a + 3 and c = b + 1 are recorded; answers with a."""
    first = market.round
    record.total(100)
    market.skip_to_round(first + 3)
    record.total(200)
    market.skip_to_round(first + 4)
    record.total(300)
    return first


@pytest.mark.parametrize("off", [-1, 1, 2**40])
def test_the_active_stake_is_recorded_in_its_round(market, votes, bonding_manager, off):
    here = market.round
    with reverts("InvalidTotalStakeCheckpointRound", here + off, here):
        votes.checkpointTotalActiveStake(1, here + off, sender=bonding_manager)


def test_vote52_each_round_has_the_stake_that_was_recorded(votes, skipped):
    assert votes.getTotalActiveStakeAt(skipped) == 100
    assert votes.getTotalActiveStakeAt(skipped + 3) == 200
    assert votes.getTotalActiveStakeAt(skipped + 4) == 300


def test_vote52_skipped_rounds_have_that_of_the_next_recorded(votes, skipped):
    assert [votes.getTotalActiveStakeAt(skipped + off) for off in (1, 2)] == [200, 200]
    assert [votes.getPastTotalSupply(skipped + off) for off in range(3)] == [200, 200, 200]
    assert votes.getPastTotalSupply(skipped + 3) == 300


def test_vote52_several_gaps_are_told_apart(market, votes, skipped, record):
    for gap, total in ((2, 400), (1, 500), (4, 600), (3, 700), (2, 800)):
        market.skip_to_round(market.round + gap)
        record.total(total)
    expected = [100, 200, 200, 200, 300, 400, 400, 500, 600, 600, 600, 600, 700, 700, 700, 800, 800]
    assert [votes.getTotalActiveStakeAt(skipped + off) for off in range(17)] == expected


def test_vote52_before_the_first_record_there_is_none(votes, skipped):
    assert votes.getTotalActiveStakeAt(0) == 0
    assert votes.getTotalActiveStakeAt(skipped - 2) == 0


def test_vote52_after_the_last_record_it_is_what_would_be_active_now(market, votes, record, orchestrators):
    record.total(0)
    market.register(orchestrators[0], 1000 * LPT)
    assert votes.getTotalActiveStakeAt(market.round) == 0
    assert votes.totalSupply() == 1000 * LPT
    market.skip_to_round(market.round + 2)
    assert votes.getPastTotalSupply(market.round - 1) == 1000 * LPT
    assert votes.totalSupply() == 1000 * LPT


def test_vote52_zero_is_a_stake_like_any_other(market, votes, skipped, record):
    market.skip_to_round(market.round + 2)
    record.total(0)
    assert votes.getTotalActiveStakeAt(skipped + 5) == 0
    market.skip_to_round(market.round + 1)
    record.total(7)
    assert votes.getTotalActiveStakeAt(skipped + 6) == 0
    assert votes.getTotalActiveStakeAt(skipped + 7) == 7


def test_a_round_can_be_recorded_anew(votes, skipped, record):
    record.total(301)
    assert votes.getTotalActiveStakeAt(skipped + 4) == 301


def test_rounds_are_recorded_in_their_order(project, market, votes, skipped, bonding_manager, owner):
    """They come in order unless another clock, that is behind, takes the place of the first."""
    behind = owner.deploy(project.RoundsManager, market.controller)
    behind.setRoundLength(market.rounds.roundLength() * 2, sender=owner)
    market.controller.setContractInfo(contract_id("RoundsManager"), behind, bytes(20), sender=owner)
    with reverts("DecreasingValues", votes.clock(), skipped + 4):
        votes.checkpointTotalActiveStake(1, votes.clock(), sender=bonding_manager)


def test_vote51_the_largest_stake_fits(market, votes, record):
    record.total(2**128 - 1)
    assert votes.getTotalActiveStakeAt(market.round) == 2**128 - 1


def test_history_begins_when_the_contract_is_registered(project, market, owner, orchestrators):
    fresh = owner.deploy(project.BondingVotes, market.controller)
    assert fresh.getTotalActiveStakeAt(market.round) == 0
    market.controller.setContractInfo(contract_id("BondingVotes"), fresh, bytes(20), sender=owner)
    market.register(orchestrators[0], 1000 * LPT)
    assert fresh.getVotes(orchestrators[0]) == 1000 * LPT
    market.next_round()
    assert fresh.getTotalActiveStakeAt(market.round) == 1000 * LPT
