"""Who counts for what: orchestrators with all that is bonded to them, delegators out of that, in any order."""

from itertools import permutations

import pytest

from tests.support.deployment import LPT, NOBODY
from tests.support.events import logged
from tests.support.reverts import reverts
from tests.unit.governance.conftest import (
    ABSTAIN,
    AGAINST,
    DEFEATED,
    DELAY,
    FOR,
    PERIOD,
    QUOTA,
    SUCCEEDED,
)

STAKES = {"orchestrator": 100 * LPT, "first": 30 * LPT, "second": 20 * LPT, "other": 70 * LPT}


@pytest.fixture
def people(orchestrators, delegators):
    """`first` and `second` are bonded to `orchestrator`, who has 50 of the 100 itself; `other` is one too."""
    return dict(zip(STAKES, [orchestrators[0], *delegators[:2], orchestrators[1]], strict=True))


@pytest.fixture
def proposal(market, record, propose, people):
    """Open for votes."""
    record.transcoder(people["orchestrator"], 50 * LPT, STAKES["orchestrator"])
    record.state(people["first"], STAKES["first"], people["orchestrator"])
    record.state(people["second"], STAKES["second"], people["orchestrator"])
    record.transcoder(people["other"], STAKES["other"], STAKES["other"])
    market.skip_to_round(market.round + 1)
    proposal = propose(people["orchestrator"], (market.token, 0, b""))
    market.skip_to_round(market.round + DELAY + 1)
    return proposal


def model(choices):
    """Each unit of stake counts once: for its owner's choice, or else its orchestrator's."""
    tally = [0, 0, 0]
    own = {"orchestrator": 50 * LPT, "first": STAKES["first"], "second": STAKES["second"], "other": STAKES["other"]}
    delegate = {"first": "orchestrator", "second": "orchestrator"}
    for name, stake in own.items():
        choice = choices.get(name, choices.get(delegate.get(name)))
        if choice is not None:
            tally[choice] += stake
    return tuple(tally)


def test_an_orchestrator_votes_with_all_that_is_bonded_to_it(governor, proposal, people):
    receipt = proposal.vote(people["orchestrator"], FOR)
    assert logged(receipt, governor.VoteCast) == [(people["orchestrator"], proposal.id, FOR, 100 * LPT, "")]
    assert proposal.tally == (0, 100 * LPT, 0)
    assert governor.hasVoted(proposal.id, people["orchestrator"])
    assert not governor.hasVoted(proposal.id, people["first"])


@pytest.mark.parametrize("choice", [AGAINST, FOR, ABSTAIN])
def test_vote55_a_delegator_overrides_before_its_orchestrator_votes(governor, proposal, people, choice):
    receipt = proposal.vote(people["first"], choice)
    assert logged(receipt, governor.VoteCast) == [(people["first"], proposal.id, choice, 30 * LPT, "")]
    assert proposal.tally == model({"first": choice})
    receipt = proposal.vote(people["orchestrator"], FOR)
    # The event tells the whole weight, the tally what is left of it.
    assert logged(receipt, governor.VoteCast) == [(people["orchestrator"], proposal.id, FOR, 100 * LPT, "")]
    assert proposal.tally == model({"first": choice, "orchestrator": FOR})


@pytest.mark.parametrize("choice", [AGAINST, FOR, ABSTAIN])
@pytest.mark.parametrize("orchestrators_choice", [AGAINST, FOR, ABSTAIN])
def test_vote55_a_delegator_overrides_after_its_orchestrator_has_voted(proposal, people, choice, orchestrators_choice):
    proposal.vote(people["orchestrator"], orchestrators_choice)
    proposal.vote(people["first"], choice)
    assert proposal.tally == model({"first": choice, "orchestrator": orchestrators_choice})


def test_vote54_the_order_of_votes_makes_no_difference(chain, proposal, people):
    proposal.vote(people["other"], AGAINST)
    choices = {"orchestrator": FOR, "first": AGAINST, "second": ABSTAIN}
    expected = model({**choices, "other": AGAINST})
    assert sum(expected) == 170 * LPT
    for order in permutations(choices):
        start = chain.snapshot()
        for name in order:
            proposal.vote(people[name], choices[name])
        assert proposal.tally == expected, order
        chain.restore(start)


def test_an_account_votes_once(proposal, people):
    proposal.vote(people["first"], FOR)
    for choice in (AGAINST, FOR, ABSTAIN):
        with reverts("VoteAlreadyCast"):
            proposal.vote(people["first"], choice)
    assert proposal.tally == (0, 30 * LPT, 0)


@pytest.mark.parametrize("choice", [3, 4, 255])
def test_there_are_three_choices(proposal, people, choice):
    with reverts("InvalidVoteType", choice):
        proposal.vote(people["first"], choice)


def test_vote58_who_has_no_stake_counts_nothing(governor, proposal, people, stranger, record):
    """Stake that comes after the snapshot included."""
    record.transcoder(stranger, 1000 * LPT, 1000 * LPT)
    receipt = proposal.vote(stranger, FOR)
    assert logged(receipt, governor.VoteCast) == [(stranger, proposal.id, FOR, 0, "")]
    assert proposal.tally == (0, 0, 0)


def test_vote58_stake_that_leaves_after_the_snapshot_counts(proposal, people, record):
    record.nobody(people["first"])
    record.nobody(people["orchestrator"])
    proposal.vote(people["first"], AGAINST)
    proposal.vote(people["orchestrator"], FOR)
    assert proposal.tally == (30 * LPT, 70 * LPT, 0)


@pytest.fixture
def beside(market, record, propose, people, delegators):
    """Like `proposal`, with a delegator whose delegate is no orchestrator, and one whose delegate has nothing left."""
    middle, end, slashed, faithful = delegators[2:6]
    record.transcoder(people["orchestrator"], 100 * LPT, 100 * LPT)
    record.state(middle, 10 * LPT, people["orchestrator"], 40 * LPT)
    record.state(end, 40 * LPT, middle)
    record.state(slashed, 0, slashed, 15 * LPT)
    record.state(faithful, 15 * LPT, slashed)
    market.skip_to_round(market.round + 1)
    proposal = propose(people["orchestrator"], (market.token, 0, b""))
    market.skip_to_round(market.round + DELAY + 1)
    return proposal, middle, end, slashed, faithful


def test_vote54_a_delegate_that_is_no_orchestrator_loses_nothing(beside, people):
    """C4 H-02 and M-01: whoever is bonded to a mere delegator has no vote, and takes none from it or further up."""
    proposal, middle, end, _, _ = beside
    proposal.vote(middle, FOR)
    proposal.vote(end, AGAINST)
    assert proposal.tally == (0, 10 * LPT, 0)
    proposal.vote(people["orchestrator"], ABSTAIN)
    assert proposal.tally == (0, 10 * LPT, 90 * LPT)


def test_vote54_nor_does_it_if_the_other_votes_first(beside, people):
    proposal, middle, end, _, _ = beside
    proposal.vote(people["orchestrator"], ABSTAIN)
    proposal.vote(end, AGAINST)
    proposal.vote(middle, FOR)
    assert proposal.tally == (0, 10 * LPT, 90 * LPT)


def test_vote53_who_is_bonded_to_an_orchestrator_without_stake_has_no_vote(beside):
    """C4 M-02: in both orders nobody's weight goes below zero."""
    proposal, _, _, slashed, faithful = beside
    proposal.vote(faithful, FOR)
    proposal.vote(slashed, AGAINST)
    assert proposal.tally == (0, 0, 0)


def test_vote53_the_same_the_other_way_round(beside):
    proposal, _, _, slashed, faithful = beside
    proposal.vote(slashed, AGAINST)
    proposal.vote(faithful, FOR)
    assert proposal.tally == (0, 0, 0)


def test_nobody_is_taken_for_a_delegate(governor, proposal, stranger):
    """An account that is bonded to nobody votes with nothing, and nothing is noted for the null address."""
    proposal.vote(stranger, FOR)
    assert not governor.hasVoted(proposal.id, NOBODY)


def test_a_reason_and_parameters_are_told(governor, proposal, people):
    receipt = governor.castVoteWithReason(proposal.id, FOR, "why", sender=people["first"])
    assert logged(receipt, governor.VoteCast) == [(people["first"], proposal.id, FOR, 30 * LPT, "why")]
    receipt = governor.castVoteWithReasonAndParams(proposal.id, FOR, "why", b"x", sender=people["second"])
    told = (people["second"], proposal.id, FOR, 20 * LPT, "why", b"x")
    assert logged(receipt, governor.VoteCastWithParams) == [told]
    assert proposal.tally == (0, 50 * LPT, 0)


# Quorum and quota: what is cast for and against, and the active stake that makes the outcome what it is.


@pytest.mark.parametrize(("short", "outcome"), [(0, SUCCEEDED), (1, DEFEATED)])
@pytest.mark.parametrize("choice", [FOR, ABSTAIN])
def test_vote56_a_quorum_counts_every_choice_to_the_wei(
    market, governor, proposal, people, record, short, outcome, choice
):
    """Abstentions alone carry a proposal: none is against it."""
    stake = 70 * LPT * 10**6 // 333_300  # rounds down: a third of it is what `other` has, and no more
    while stake * 333_300 // 10**6 < 70 * LPT + short:
        stake += 1
    record.total(stake)
    assert governor.quorum(governor.proposalSnapshot(proposal.id)) == 70 * LPT + short
    proposal.vote(people["other"], choice)
    market.skip_to_round(market.round + PERIOD)
    assert proposal.state == outcome


def test_vote56_the_quorum_is_that_of_the_snapshot(market, governor, proposal, people, record):
    record.total(100 * LPT)
    proposal.vote(people["other"], FOR)
    market.skip_to_round(market.round + 1)
    record.total(10_000 * LPT)
    market.skip_to_round(market.round + PERIOD)
    assert governor.quorum(governor.proposalSnapshot(proposal.id)) == 33_330_000_000_000_000_000
    assert proposal.state == SUCCEEDED


@pytest.fixture
def tied(market, record, propose, orchestrators):
    """Two orchestrators with the same stake but for what the test says."""

    def make(more_against: int):
        one, other = orchestrators[:2]
        record.transcoder(one, 100 * LPT, 100 * LPT)
        record.transcoder(other, 100 * LPT + more_against, 100 * LPT + more_against)
        market.skip_to_round(market.round + 1)
        proposal = propose(one, (market.token, 0, b""))
        market.skip_to_round(market.round + DELAY + 1)
        proposal.vote(one, FOR)
        proposal.vote(other, AGAINST)
        market.skip_to_round(market.round + PERIOD)
        return proposal.state

    return make


@pytest.mark.parametrize(("more_against", "outcome"), [(0, SUCCEEDED), (1, SUCCEEDED), (2, DEFEATED), (LPT, DEFEATED)])
def test_vote56_half_of_what_is_for_and_against_is_enough(tied, more_against, outcome):
    """The half rounds down, so one wei more against does not matter yet."""
    assert QUOTA == 500_000
    assert tied(more_against) == outcome
