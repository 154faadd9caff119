"""Bonding the amount of an unbonding lock again."""

import pytest

from tests.support.books import delegator, earnings, lock, transcoder
from tests.support.deployment import LPT, NOBODY
from tests.support.events import logged, names
from tests.support.reverts import reverts


@pytest.fixture
def unbonding(bonding, bonded):
    """The delegator, with 200 of its 500 LPT under lock 0."""
    bonding.unbond(200 * LPT, sender=bonded)
    return bonded


@pytest.fixture
def unbonded(bonding, bonded):
    """The delegator, with all of its 500 LPT under lock 0."""
    bonding.unbond(500 * LPT, sender=bonded)
    return bonded


def test_a_lock_is_bonded_to_the_delegate_again(market, bonding, orchestrator, unbonding):
    receipt = bonding.rebond(0, sender=unbonding)

    assert delegator(bonding, unbonding).bonded == 500 * LPT
    assert bonding.transcoderTotalStake(orchestrator) == 1500 * LPT
    assert bonding.nextRoundTotalActiveStake() == 1500 * LPT
    assert lock(bonding, unbonding, 0) == (0, 0)
    assert logged(receipt, bonding.Rebond) == [(orchestrator, unbonding, 0, 200 * LPT)]


def test_an_open_lock_can_be_bonded_too(market, bonding, unbonding):
    market.next_round(4)
    bonding.rebond(0, sender=unbonding)
    assert delegator(bonding, unbonding).bonded == 500 * LPT


def test_rebonding_claims_first(market, bonding, orchestrator, unbonding):
    market.next_round()
    receipt = bonding.rebond(0, sender=unbonding)
    assert names(receipt, bonding) == ["EarningsClaimed", "Rebond"]


def test_bond15_a_lock_cannot_be_bonded_twice(bonding, unbonding):
    bonding.rebond(0, sender=unbonding)
    with reverts("UnbondingLockInvalid", unbonding, 0):
        bonding.rebond(0, sender=unbonding)


def test_a_lock_that_never_was_cannot_be_bonded(bonding, bonded):
    with reverts("UnbondingLockInvalid", bonded, 7):
        bonding.rebond(7, sender=bonded)


def test_who_has_nothing_bonded_has_no_delegate_to_rebond_to(bonding, unbonded):
    with reverts("DelegatorUnbonded", unbonded):
        bonding.rebond(0, sender=unbonded)


def test_from_unbonded_a_lock_goes_to_anybody(market, bonding, orchestrators, unbonded):
    market.register(orchestrators[1], 900 * LPT)
    receipt = bonding.rebondFromUnbonded(orchestrators[1], 0, sender=unbonded)

    here = market.round
    assert delegator(bonding, unbonded) == (500 * LPT, 0, orchestrators[1], 0, here + 1, here, 1)
    assert bonding.transcoderTotalStake(orchestrators[1]) == 1400 * LPT
    assert logged(receipt, bonding.Rebond) == [(orchestrators[1], unbonded, 0, 500 * LPT)]
    assert bonding.transcoderTotalStake(NOBODY) == 0


def test_from_unbonded_an_orchestrator_comes_back(market, bonding, orchestrator):
    bonding.unbond(1000 * LPT, sender=orchestrator)
    market.next_round()
    here = market.round
    receipt = bonding.rebondFromUnbonded(orchestrator, 0, sender=orchestrator)
    assert market.pool() == [orchestrator]
    assert logged(receipt, bonding.TranscoderActivated) == [(orchestrator, here + 1)]


def test_who_has_something_bonded_keeps_its_delegate(bonding, orchestrator, unbonding):
    with reverts("DelegatorNotUnbonded", unbonding):
        bonding.rebondFromUnbonded(orchestrator, 0, sender=unbonding)


def test_from_unbonded_a_used_lock_is_refused(market, bonding, orchestrator, unbonded):
    market.next_round(3)
    bonding.withdrawStake(0, sender=unbonded)
    with reverts("UnbondingLockInvalid", unbonded, 0):
        bonding.rebondFromUnbonded(orchestrator, 0, sender=unbonded)


@pytest.mark.parametrize("rewards_now", [False, True])
@pytest.mark.parametrize("fees_now", [False, True])
def test_bond20_from_unbonded_nothing_of_before_is_gained(
    market, bonding, orchestrator, unbonded, gateway, rewards_now, fees_now
):
    """The round had no factors for whoever came in this way, who then earned all the past (security: D15)."""
    bonding.reward(sender=orchestrator)
    market.pay_fees(gateway, orchestrator, 10**18)
    market.next_round()
    if rewards_now:
        bonding.reward(sender=orchestrator)
    if fees_now:
        market.pay_fees(gateway, orchestrator, 10**18)

    bonding.rebondFromUnbonded(orchestrator, 0, sender=unbonded)
    market.next_round()

    assert bonding.pendingStake(unbonded, 0) == 500 * LPT
    assert bonding.pendingFees(unbonded, 0) == 0


def test_bond24_unbonding_and_rebonding_in_a_round_changes_nothing(market, bonding, orchestrator, bonded):
    before = (bonding.pendingStake(bonded, 0), bonding.transcoderTotalStake(orchestrator))
    bonding.unbond(123 * LPT, sender=bonded)
    bonding.rebond(0, sender=bonded)
    assert (bonding.pendingStake(bonded, 0), bonding.transcoderTotalStake(orchestrator)) == before
    assert earnings(bonding, orchestrator, market.round + 1).stake == 1500 * LPT


def test_bond05_stake_at_nobody_is_booked_in_and_out(market, bonding, orchestrator, delegators):
    """Its books once came apart, and the owner could not leave any more (security: D12)."""
    owner = delegators[0]
    market.bond(owner, 50 * LPT, NOBODY)
    market.next_round()
    bonding.unbond(20 * LPT, sender=owner)
    assert bonding.transcoderTotalStake(NOBODY) == 30 * LPT
    bonding.rebond(0, sender=owner)
    assert bonding.transcoderTotalStake(NOBODY) == 50 * LPT
    bonding.unbond(50 * LPT, sender=owner)
    assert bonding.transcoderTotalStake(NOBODY) == 0
    bonding.rebondFromUnbonded(orchestrator, 1, sender=owner)
    assert bonding.transcoderTotalStake(orchestrator) == 1050 * LPT


@pytest.fixture
def evicted(market, bonding, full_pool, orchestrators, delegators):
    """The last of the pool, still active, put out by a newcomer; a delegator of it has a lock to bond again."""
    last = full_pool[-1]
    market.bond(delegators[0], 10 * LPT, last)
    market.next_round()
    bonding.unbond(5 * LPT, sender=delegators[0])
    market.register(orchestrators[4], 110 * LPT)
    assert last not in market.pool()
    assert bonding.isActiveTranscoder(last)
    # There is room again, so that any stake would let it in.
    bonding.unbond(110 * LPT, sender=full_pool[2])
    bonding.setNumActiveTranscoders(5, sender=market.owner)
    return last


def test_bond12_a_rebond_cannot_take_the_reward_of_an_evicted_orchestrator(bonding, evicted, delegators, market):
    """Letting it in again would have moved its activation to the next round (security: D19)."""
    with reverts("RewardNotYetCalled", evicted, market.round):
        bonding.rebond(0, sender=delegators[0])


def test_bond12_a_bond_cannot_take_the_reward_of_an_evicted_orchestrator(market, bonding, evicted, delegators):
    with reverts("RewardNotYetCalled", evicted, market.round):
        market.bond(delegators[1], 1, evicted)


def test_bond12_after_its_reward_an_evicted_orchestrator_can_be_let_in_again(market, bonding, evicted, delegators):
    receipt = bonding.reward(sender=evicted)
    # Its own reward is stake, and there is room.
    assert logged(receipt, bonding.TranscoderActivated) == [(evicted, market.round + 1)]
    assert transcoder(bonding, evicted).last_reward_round == market.round
    bonding.rebond(0, sender=delegators[0])
    assert evicted in market.pool()
