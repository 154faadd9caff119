"""What is recorded of accounts: by whom, for when, and what is told of it."""

import pytest

from tests.support.deployment import LPT, NOBODY
from tests.support.events import logged, names
from tests.support.reverts import reverts


@pytest.fixture
def told(votes):
    """The three kinds of events of a receipt."""
    return lambda receipt: (
        logged(receipt, votes.DelegateChanged),
        logged(receipt, votes.DelegateVotesChanged),
        logged(receipt, votes.DelegatorBondedAmountChanged),
    )


def test_reg60_only_the_bonding_manager_records(market, votes, owner, stranger):
    for caller in (owner, stranger):
        with reverts("InvalidCaller", caller, market.bonding):
            votes.checkpointBondingState(stranger, market.round + 1, 1, stranger, 1, 0, 0, sender=caller)
        with reverts("InvalidCaller", caller, market.bonding):
            votes.checkpointTotalActiveStake(1, market.round, sender=caller)
    assert not votes.hasCheckpoint(stranger)


@pytest.mark.parametrize("off", [-2, -1, 1, 2, 2**200])
def test_a_state_counts_from_the_next_round(market, record, stranger, off):
    record.total(0)
    required = market.round + 1
    with reverts("InvalidStartRound", required + off, required):
        record.state(stranger, 1, stranger, 1, start=required + off)


def test_a_state_counts_from_the_next_round_while_the_current_one_is_not_initialised(market, record, stranger, votes):
    market.skip_to_round(market.round + 2)
    required = market.round + 1
    for wrong in (required - 1, required + 1):
        with reverts("InvalidStartRound", wrong, required):
            record.state(stranger, 1, stranger, 1, start=wrong)
    record.state(stranger, 1, stranger, 1, start=required)
    assert votes.getVotes(stranger) == 1


@pytest.mark.parametrize("ahead", [1, 2, 2**200])
def test_no_claim_lies_in_the_future(market, record, stranger, ahead):
    here = market.round
    with reverts("FutureLastClaimRound", here + ahead, here):
        record.state(stranger, 1, stranger, 1, claimed=here + ahead)
    record.state(stranger, 1, stranger, 1, claimed=here)


def test_a_paused_system_records_too(market, votes, record, owner, stranger):
    market.controller.pause(sender=owner)
    record.state(stranger, 1, stranger, 1)
    record.total(5)
    assert votes.getVotes(stranger) == 1


def test_an_account_has_a_checkpoint_from_its_first_on(votes, record, stranger):
    assert not votes.hasCheckpoint(stranger)
    receipt = record.nobody(stranger)
    assert votes.hasCheckpoint(stranger)
    assert names(receipt, votes) == []
    assert votes.getVotes(stranger) == 0
    assert votes.delegates(stranger) == NOBODY


def test_an_orchestrators_first_checkpoint_tells_everything(market, record, told, stranger):
    here = market.round
    receipt = record.transcoder(stranger, 10 * LPT, 30 * LPT, claimed=here)
    assert told(receipt) == (
        [(stranger, NOBODY, stranger)],
        [(stranger, 0, 30 * LPT)],
        [(stranger, 0, 0, 10 * LPT, here)],
    )


def test_a_delegators_first_checkpoint_tells_no_votes(market, votes, record, told, stranger, gateway):
    here = market.round
    receipt = record.state(stranger, 10 * LPT, gateway, 30 * LPT, claimed=here)
    assert told(receipt) == ([(stranger, NOBODY, gateway)], [], [(stranger, 0, 0, 10 * LPT, here)])
    assert votes.delegates(stranger) == gateway


def test_an_orchestrators_reward_tells_votes_only(market, record, told, votes, stranger):
    record.transcoder(stranger, 10 * LPT, 30 * LPT)
    market.next_round()
    receipt = record.transcoder(stranger, 10 * LPT, 31 * LPT, rewarded=market.round)
    assert told(receipt) == ([], [(stranger, 30 * LPT, 31 * LPT)], [])
    assert names(receipt, votes) == ["DelegateVotesChanged"]


def test_events_come_in_the_published_order(record, votes, stranger):
    receipt = record.transcoder(stranger, 10 * LPT, 30 * LPT)
    assert names(receipt, votes) == ["DelegateChanged", "DelegateVotesChanged", "DelegatorBondedAmountChanged"]


def test_what_stays_is_not_told(market, record, votes, stranger, gateway):
    record.transcoder(stranger, 10, 30)
    record.state(gateway, 5, stranger, 7)
    for _ in range(2):
        assert names(record.transcoder(stranger, 10, 30), votes) == []
        assert names(record.state(gateway, 5, stranger, 7), votes) == []
        assert names(record.state(gateway, 5, stranger, 8), votes) == []  # bonded to it, but it is no orchestrator
        market.next_round()


def test_a_claim_alone_is_told(market, record, told, stranger, gateway):
    record.state(gateway, 5, stranger)
    market.next_round()
    receipt = record.state(gateway, 5, stranger, claimed=market.round)
    assert told(receipt) == ([], [], [(gateway, 5, 0, 5, market.round)])


def test_bonding_to_somebody_else_is_told(record, told, votes, stranger, gateway, owner):
    record.state(gateway, 5, stranger)
    receipt = record.state(gateway, 5, owner)
    assert told(receipt) == ([(gateway, stranger, owner)], [], [])
    receipt = record.state(gateway, 5, NOBODY)
    assert told(receipt) == ([(gateway, owner, NOBODY)], [], [])
    receipt = record.state(gateway, 5, stranger)
    assert told(receipt) == ([(gateway, NOBODY, stranger)], [], [])
    assert votes.delegates(gateway) == stranger


def test_who_becomes_an_orchestrator_gains_all_that_is_bonded_to_it(record, told, stranger, gateway):
    record.state(gateway, 5, stranger, 20)
    receipt = record.transcoder(gateway, 5, 20)
    assert told(receipt) == ([(gateway, stranger, gateway)], [(gateway, 0, 20)], [])


def test_who_is_no_orchestrator_any_more_loses_all_that_is_bonded_to_it(record, told, votes, stranger, gateway):
    record.transcoder(gateway, 5, 20)
    receipt = record.state(gateway, 0, NOBODY, 15)
    assert told(receipt) == ([(gateway, gateway, NOBODY)], [(gateway, 20, 0)], [(gateway, 5, 0, 0, 0)])
    receipt = record.transcoder(gateway, 5, 20)
    assert told(receipt)[1] == [(gateway, 0, 20)]
    assert votes.getVotes(gateway) == 20


def test_vote53_an_orchestrator_that_was_slashed_to_nothing_has_no_votes(record, told, votes, stranger, gateway):
    """C4 M-02: it is bonded to itself still, with nothing."""
    record.transcoder(gateway, 5, 20)
    record.state(stranger, 15, gateway)
    receipt = record.state(gateway, 0, gateway, 15)
    assert told(receipt) == ([], [(gateway, 20, 0)], [(gateway, 5, 0, 0, 0)])
    assert votes.getVotes(gateway) == 0
    assert votes.delegates(gateway) == gateway
    assert votes.getVotes(stranger) == 0  # and neither has anybody who is bonded to it


def test_vote51_the_last_checkpoint_of_a_round_counts(market, record, told, votes, stranger):
    record.transcoder(stranger, 1, 10)
    record.transcoder(stranger, 2, 20)
    receipt = record.transcoder(stranger, 3, 30)
    assert told(receipt) == ([], [(stranger, 20, 30)], [(stranger, 2, 0, 3, 0)])
    market.next_round()
    assert votes.getPastVotes(stranger, market.round - 1) == 30


def test_vote51_the_largest_amounts_fit(record, votes, stranger):
    record.transcoder(stranger, 2**128 - 1, 2**128 - 1)
    assert votes.getVotes(stranger) == 2**128 - 1
    with reverts("SafeCastOverflowedUintDowncast", 128, 2**128):
        record.transcoder(stranger, 2**128, 1)
