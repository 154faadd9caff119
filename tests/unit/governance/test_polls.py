"""Polls: who opens one, and until when it can be voted in."""

import pytest

from tests.support.deployment import LPT
from tests.support.events import logged
from tests.support.reverts import reverts

COST, PERIOD = 100 * LPT, 57_600


@pytest.fixture
def creator(project, market, owner):
    return owner.deploy(project.PollCreator, market.bonding)


@pytest.fixture
def short_poll(project, owner, chain):
    """A poll of three blocks; the real ones last for longer than a test chain likes to."""
    return owner.deploy(project.Poll, chain.blocks.height + 4)


def test_the_published_constants(creator, market):
    assert creator.QUORUM() == 333_300
    assert creator.QUOTA() == 500_000
    assert creator.POLL_PERIOD() == PERIOD
    assert creator.POLL_CREATION_COST() == COST
    assert creator.bondingManager() == market.bonding


def test_a_delegator_with_enough_stake_opens_a_poll(project, market, creator, orchestrators, delegators):
    market.register(orchestrators[0], 1 * LPT)
    market.bond(delegators[0], COST, orchestrators[0])
    receipt = creator.createPoll(b"a hash", sender=delegators[0])
    [(address, proposal, end, quorum, quota)] = logged(receipt, creator.PollCreated)
    assert (proposal, end) == (b"a hash", receipt.block_number + PERIOD)
    assert (quorum, quota) == (333_300, 500_000)
    assert project.Poll.at(address).endBlock() == end


def test_an_orchestrator_with_enough_bonded_to_it_opens_a_poll(market, creator, orchestrators, delegators):
    market.register(orchestrators[0], 1 * LPT)
    market.bond(delegators[0], COST - LPT, orchestrators[0])
    creator.createPoll(b"", sender=orchestrators[0])


def test_who_has_less_at_stake_opens_none(market, creator, orchestrators, stranger):
    with reverts("PollStakeInsufficient", stranger, 0, COST):
        creator.createPoll(b"", sender=stranger)
    market.register(orchestrators[0], COST - 1)
    with reverts("PollStakeInsufficient", orchestrators[0], COST - 1, COST):
        creator.createPoll(b"", sender=orchestrators[0])


def test_anybody_votes_as_often_as_it_likes_up_to_the_last_block(short_poll, stranger, owner, chain):
    for voter, choice in ((stranger, 0), (stranger, 1), (owner, 2**256 - 1)):
        receipt = short_poll.vote(choice, sender=voter)
        assert logged(receipt, short_poll.Vote) == [(voter, choice)]
    assert chain.blocks.height == short_poll.endBlock()
    with reverts("PollOver", short_poll.endBlock()):
        short_poll.vote(0, sender=stranger)


def test_a_poll_is_cleared_away_when_it_is_over(short_poll, stranger, chain):
    chain.provider.set_balance(short_poll.address, 5)  # forced upon it
    with reverts("PollActive", short_poll.endBlock()):
        short_poll.destroy(sender=stranger)
    chain.mine(3)
    held = stranger.balance
    receipt = short_poll.destroy(sender=stranger)
    assert stranger.balance == held + 5 - receipt.total_fees_paid
    assert short_poll.balance == 0
