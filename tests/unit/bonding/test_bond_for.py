"""Bonding on behalf of another: what a third party may do to an account, and what not."""

import pytest
from eth_utils.crypto import keccak

from tests.support.books import delegator
from tests.support.deployment import LPT, NOBODY
from tests.support.events import logged
from tests.support.reverts import reverts

NO_HINTS = (NOBODY,) * 4


@pytest.fixture
def friend(market, stranger):
    """A third party with LPT of its own."""
    market.fund(stranger, 100 * LPT)
    return stranger


def bond_for(bonding, friend, owner, to, amount=LPT):
    return bonding.bondForWithHint(amount, owner, to, *NO_HINTS, sender=friend)


def test_a_friend_pays_and_the_owner_owns(market, bonding, orchestrator, friend, delegators):
    receipt = bond_for(bonding, friend, delegators[0], orchestrator, 30 * LPT)

    assert market.token.balanceOf(friend) == 70 * LPT
    assert delegator(bonding, delegators[0]).bonded == 30 * LPT
    assert delegator(bonding, friend).bonded == 0
    assert logged(receipt, bonding.Bond) == [(orchestrator, NOBODY, delegators[0], 30 * LPT, 30 * LPT)]


def test_the_owner_itself_may_do_what_bond_does(market, bonding, orchestrator, delegators):
    bond_for(bonding, delegators[0], delegators[0], delegators[0], 30 * LPT)
    assert bonding.isRegisteredTranscoder(delegators[0])


def test_a_friend_can_add_to_a_stake(bonding, orchestrator, friend, bonded):
    bonding.reward(sender=orchestrator)
    stake = bonding.pendingStake(bonded, 0)
    bond_for(bonding, friend, bonded, orchestrator, 30 * LPT)
    assert delegator(bonding, bonded).bonded == stake + 30 * LPT


def test_a_friend_can_add_to_an_orchestrators_own_stake(bonding, orchestrator, friend):
    bonding.reward(sender=orchestrator)
    before = bonding.pendingStake(orchestrator, 0)
    bond_for(bonding, friend, orchestrator, orchestrator, LPT)
    assert bonding.pendingStake(orchestrator, 0) == before + LPT


def test_bond13_a_friend_cannot_make_an_orchestrator_of_an_account(bonding, friend, delegators):
    """One wei bonded to the victim itself once barred it from delegating (security: D13)."""
    with reverts("DelegateNotAllowed", friend, delegators[0]):
        bond_for(bonding, friend, delegators[0], delegators[0], 1)


def test_bond13_a_friend_cannot_move_a_stake(market, bonding, orchestrator, orchestrators, friend, bonded):
    """Anybody could once change another's delegate (security: D11)."""
    bonding.reward(sender=orchestrator)
    with reverts("DelegateChangeNotAllowed", friend, orchestrator, orchestrators[1]):
        bond_for(bonding, friend, bonded, orchestrators[1])


def test_nobody_has_no_stake(bonding, orchestrator, friend):
    with reverts("DelegatorZeroAddress"):
        bond_for(bonding, friend, NOBODY, orchestrator)


def test_bond14_a_friend_cannot_make_an_account_forfeit_its_reward(bonding, orchestrator, friend, bonded):
    """A wei for the victim, sent before its orchestrator called reward, once cost it the round (security: D17)."""
    with reverts("ClaimNotAuthorized", friend, bonded):
        bond_for(bonding, friend, bonded, orchestrator, 1)


def test_bond14_once_reward_was_called_a_friends_bond_costs_nothing(bonding, orchestrator, friend, bonded):
    bonding.reward(sender=orchestrator)
    stake = bonding.pendingStake(bonded, 0)
    bond_for(bonding, friend, bonded, orchestrator, 1)
    assert bonding.pendingStake(bonded, 0) == stake + 1


def test_bond14_an_account_that_has_claimed_has_nothing_to_lose(bonding, orchestrator, friend, bonded):
    bonding.claimEarnings(0, sender=bonded)
    bond_for(bonding, friend, bonded, orchestrator, 1)
    assert bonding.pendingStake(bonded, 0) == 500 * LPT + 1


def test_bond14_an_inactive_orchestrator_has_no_reward_to_call(market, bonding, orchestrators, delegators, friend):
    for number, orchestrator in enumerate(orchestrators[:5]):
        market.register(orchestrator, (number + 2) * 100 * LPT)
    evicted = orchestrators[0]
    market.bond(delegators[0], LPT, evicted)
    market.next_round()
    assert not bonding.isActiveTranscoder(evicted)

    bond_for(bonding, friend, delegators[0], evicted, LPT)
    assert bonding.pendingStake(delegators[0], 0) == 2 * LPT


def test_the_claim_is_the_owners_not_the_callers(market, bonding, orchestrator, friend, bonded):
    """It was once the caller's (security: D11)."""
    bonding.reward(sender=orchestrator)
    receipt = bond_for(bonding, friend, bonded, orchestrator)
    claims = logged(receipt, bonding.EarningsClaimed)
    assert [claim[1] for claim in claims] == [bonded.address]


@pytest.fixture
def migrator(market, friend):
    market.controller.setContractInfo(keccak(text="L2Migrator"), friend, bytes(20), sender=market.owner)
    return friend


def test_the_migrator_may_claim_and_move_for_its_users(market, bonding, orchestrator, orchestrators, migrator, bonded):
    receipt = bond_for(bonding, migrator, bonded, orchestrators[1], LPT)
    assert logged(receipt, bonding.Bond) == [(orchestrators[1], orchestrator, bonded, LPT, 501 * LPT)]


def test_the_migrator_may_bond_an_account_to_itself(market, bonding, migrator, delegators):
    bond_for(bonding, migrator, delegators[0], delegators[0], LPT)
    assert bonding.isRegisteredTranscoder(delegators[0])
