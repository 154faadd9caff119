"""Stake that changes its owner."""

import pytest
from eth_utils.crypto import keccak

from tests.support.books import delegator, earnings, lock
from tests.support.deployment import LPT, NOBODY
from tests.support.events import logged, names
from tests.support.reverts import reverts
from tests.support.shares import PRECISE, precise

NO_HINTS = (NOBODY,) * 4


def transfer(bonding, giver, receiver, amount, hints=NO_HINTS):
    return bonding.transferBond(receiver, amount, *hints, sender=giver)


@pytest.fixture
def receiver(delegators):
    """Has never had any stake."""
    return delegators[1]


@pytest.fixture
def holder(market, orchestrator, delegators, bonded):
    """Has 100 LPT at the same orchestrator, from the beginning of the round."""
    market.bond(delegators[2], 100 * LPT, orchestrator)
    market.next_round()
    return delegators[2]


def test_a_part_goes_to_somebody_without_stake(market, bonding, orchestrator, bonded, receiver):
    here = market.round
    receipt = transfer(bonding, bonded, receiver, 200 * LPT)

    assert delegator(bonding, bonded) == (300 * LPT, 0, orchestrator, 0, here, here, 1)
    assert delegator(bonding, receiver) == (200 * LPT, 0, orchestrator, 0, here + 1, here, 1)
    assert (lock(bonding, bonded, 0), lock(bonding, receiver, 0)) == ((0, 0), (0, 0))
    assert bonding.transcoderTotalStake(orchestrator) == 1500 * LPT
    assert bonding.nextRoundTotalActiveStake() == 1500 * LPT
    assert logged(receipt, bonding.Unbond) == [(orchestrator, bonded, 0, 200 * LPT, here + 3)]
    assert logged(receipt, bonding.TransferBond) == [(bonded, receiver, 0, 0, 200 * LPT)]
    assert logged(receipt, bonding.EarningsClaimed)[-1] == (NOBODY, receiver, 0, 0, 1, here)
    assert logged(receipt, bonding.Rebond) == [(orchestrator, receiver, 0, 200 * LPT)]
    assert names(receipt, bonding) == ["EarningsClaimed", "Unbond", "TransferBond", "EarningsClaimed", "Rebond"]


def test_lock_ids_are_each_owners_own(bonding, bonded, holder):
    bonding.unbond(LPT, sender=bonded)
    bonding.claimEarnings(0, sender=holder)
    receipt = transfer(bonding, bonded, holder, LPT)
    assert logged(receipt, bonding.TransferBond) == [(bonded, holder, 1, 0, LPT)]
    assert (delegator(bonding, bonded).next_lock_id, delegator(bonding, holder).next_lock_id) == (2, 1)


def test_all_of_it_goes_and_the_giver_is_unbonded(market, bonding, orchestrator, bonded, receiver):
    """The giver's delegate is null by then; stake was once booked to and from it (security: D9)."""
    here = market.round
    transfer(bonding, bonded, receiver, 500 * LPT)
    assert delegator(bonding, bonded) == (0, 0, NOBODY, 0, 0, here, 1)
    assert delegator(bonding, receiver)[:3] == (500 * LPT, 0, orchestrator)
    assert bonding.transcoderTotalStake(orchestrator) == 1500 * LPT
    assert bonding.transcoderTotalStake(NOBODY) == 0


def test_whoever_has_stake_keeps_its_delegate_and_its_start(market, bonding, orchestrator, orchestrators, bonded):
    other, giver = orchestrators[1], bonded
    market.register(other, 700 * LPT)
    start = delegator(bonding, other).start_round
    market.next_round()
    bonding.claimEarnings(0, sender=other)

    transfer(bonding, giver, other, 200 * LPT)

    assert delegator(bonding, other)[:5] == (900 * LPT, 0, other, 900 * LPT, start)
    assert bonding.transcoderTotalStake(orchestrator) == 1300 * LPT
    assert market.pool() == [orchestrator, other]


def test_a_transfer_moves_both_orchestrators_in_the_pool(market, bonding, full_pool, delegators):
    market.bond(delegators[0], 150 * LPT, full_pool[1])  # 450
    market.bond(delegators[1], 10 * LPT, full_pool[3])  # 110
    assert market.pool() == [full_pool[i] for i in (1, 0, 2, 3)]
    market.next_round()
    bonding.claimEarnings(0, sender=delegators[1])
    transfer(bonding, delegators[0], delegators[1], 150 * LPT)
    assert [bonding.transcoderTotalStake(account) // LPT for account in full_pool] == [400, 300, 200, 260]
    assert market.pool() == [full_pool[i] for i in (0, 1, 3, 2)]


def test_hints_decide_among_equals(market, bonding, full_pool, delegators):
    """Each orchestrator has a pair of hints of its own."""
    market.bond(delegators[0], 100 * LPT, full_pool[0])
    market.bond(delegators[1], 50 * LPT, full_pool[3])
    assert market.pool() == full_pool  # 500, 300, 200, 150
    market.next_round()
    bonding.claimEarnings(0, sender=delegators[1])
    first, second, third, last = full_pool

    transfer(bonding, delegators[0], delegators[1], 50 * LPT, (second, third, third, NOBODY))
    assert [bonding.transcoderTotalStake(account) // LPT for account in full_pool] == [450, 300, 200, 200]
    assert market.pool() == [first, second, third, last]
    # The first falls to the second's stake and, by its hint, behind it.
    bonding.unbond(50 * LPT, sender=first)
    bonding.unbond(50 * LPT, sender=delegators[0])
    transfer(bonding, first, delegators[1], 50 * LPT, (second, third, NOBODY, NOBODY))
    assert [bonding.transcoderTotalStake(account) // LPT for account in full_pool] == [300, 300, 200, 250]
    assert market.pool() == [second, first, last, third]


def test_both_claim_first(market, bonding, orchestrator, bonded, holder):
    """The receiver's earnings were once lost to the transfer (security: D8)."""
    bonding.reward(sender=orchestrator)
    expected = (bonding.pendingStake(bonded, 0) - 50 * LPT, bonding.pendingStake(holder, 0) + 50 * LPT)
    receipt = transfer(bonding, bonded, holder, 50 * LPT)

    assert (delegator(bonding, bonded).bonded, delegator(bonding, holder).bonded) == expected
    claims = logged(receipt, bonding.EarningsClaimed)
    here = market.round
    assert [(delegate, who) for delegate, who, *_ in claims] == [(orchestrator, bonded), (orchestrator, holder)]
    assert claims[1][2] == expected[1] - 150 * LPT > 0
    assert claims[1][4:] == (here, here)
    assert names(receipt, bonding) == ["EarningsClaimed", "Unbond", "TransferBond", "EarningsClaimed", "Rebond"]


def test_a_receiver_that_claimed_in_the_round_claims_no_more(bonding, bonded, holder):
    bonding.claimEarnings(0, sender=holder)
    receipt = transfer(bonding, bonded, holder, 50 * LPT)
    assert names(receipt, bonding) == ["EarningsClaimed", "Unbond", "TransferBond", "Rebond"]


@pytest.mark.parametrize("rewarded", [False, True])
def test_bond20_the_receiver_gains_nothing_of_before(
    market, bonding, orchestrator, bonded, receiver, gateway, rewarded
):
    for nonce in (1, 2):
        bonding.reward(sender=orchestrator)
        market.pay_fees(gateway, orchestrator, 10**18, nonce=nonce)
        market.next_round()
    if rewarded:
        bonding.reward(sender=orchestrator)

    transfer(bonding, bonded, receiver, 100 * LPT)
    assert (bonding.pendingStake(receiver, 0), bonding.pendingFees(receiver, 0)) == (100 * LPT, 0)

    market.next_round()
    assert (bonding.pendingStake(receiver, 0), bonding.pendingFees(receiver, 0)) == (100 * LPT, 0)
    before = earnings(bonding, orchestrator, market.round - 1).reward_factor
    bonding.reward(sender=orchestrator)
    after = earnings(bonding, orchestrator, market.round).reward_factor
    assert bonding.pendingStake(receiver, 0) == precise(100 * LPT, after, before or PRECISE)


def test_bond24_there_and_back_again(market, bonding, orchestrator, bonded, holder):
    bonding.claimEarnings(0, sender=holder)
    transfer(bonding, bonded, holder, 70 * LPT)
    transfer(bonding, holder, bonded, 70 * LPT)
    assert (delegator(bonding, bonded).bonded, delegator(bonding, holder).bonded) == (500 * LPT, 100 * LPT)
    assert bonding.transcoderTotalStake(orchestrator) == 1600 * LPT


def test_to_oneself_is_unbonding_and_bonding_again(market, bonding, orchestrator, bonded):
    here = market.round
    receipt = transfer(bonding, bonded, bonded, 500 * LPT)
    assert logged(receipt, bonding.TransferBond) == [(bonded, bonded, 0, 1, 500 * LPT)]
    assert delegator(bonding, bonded) == (500 * LPT, 0, orchestrator, 0, here + 1, here, 2)


def test_who_received_stake_can_leave_with_it(market, bonding, orchestrator, bonded, receiver):
    """Stake received by an account without delegate once could not be taken out any more (security: D12)."""
    transfer(bonding, bonded, receiver, 500 * LPT)
    market.next_round()
    bonding.unbond(500 * LPT, sender=receiver)
    market.next_round(3)
    held = market.token.balanceOf(receiver)
    bonding.withdrawStake(1, sender=receiver)
    assert market.token.balanceOf(receiver) - held == 500 * LPT
    assert bonding.transcoderTotalStake(orchestrator) == 1000 * LPT


def test_who_lost_everything_receives_stake_at_the_delegate_it_had(
    market, bonding, orchestrators, bonded, holder, verifier
):
    """Only a full unbonding makes a delegator forget its delegate. As on the live network, what was taken from somebody
    to the last wei still counts as delegated."""
    market.register(orchestrators[1], 100 * LPT)
    market.bond(orchestrators[2], 10 * LPT, orchestrators[1])
    market.next_round()
    bonding.slashTranscoder(orchestrators[2], NOBODY, 10**6, 0, sender=verifier)
    transfer(bonding, holder, orchestrators[2], 30 * LPT)
    assert delegator(bonding, orchestrators[2])[:3] == (30 * LPT, 0, orchestrators[1])
    assert bonding.transcoderTotalStake(orchestrators[1]) == 140 * LPT


def test_stake_at_nobody_goes_on_to_nobody(market, bonding, delegators, receiver):
    owner = delegators[0]
    market.bond(owner, 50 * LPT, NOBODY)
    market.next_round()
    transfer(bonding, owner, receiver, 20 * LPT)
    assert delegator(bonding, receiver)[:3] == (20 * LPT, 0, NOBODY)
    assert bonding.transcoderTotalStake(NOBODY) == 50 * LPT
    transfer(bonding, owner, receiver, 20 * LPT)  # has stake now, though no delegate
    assert delegator(bonding, receiver).bonded == 40 * LPT


def test_an_orchestrator_that_gives_everything_leaves_the_pool(market, bonding, orchestrator, bonded, receiver):
    """The stake stays where it was, with an account that is no orchestrator any more. It must have called reward."""
    bonding.claimEarnings(0, sender=bonded)
    with reverts("RewardNotYetCalled", orchestrator, market.round):
        transfer(bonding, orchestrator, bonded, 1000 * LPT)
    bonding.reward(sender=orchestrator)
    own, total = bonding.pendingStake(orchestrator, 0), bonding.transcoderTotalStake(orchestrator)
    receipt = transfer(bonding, orchestrator, bonded, own)
    assert market.pool() == []
    assert logged(receipt, bonding.TranscoderDeactivated) == [(orchestrator, market.round + 1)]
    assert delegator(bonding, bonded)[:3] == (500 * LPT + own, 0, orchestrator)
    assert bonding.transcoderTotalStake(orchestrator) == total
    assert bonding.nextRoundTotalActiveStake() == 0


def test_bond14_nobody_is_made_to_forfeit_a_reward_by_a_gift(bonding, orchestrator, bonded, holder):
    with reverts("ClaimNotAuthorized", bonded, holder):
        transfer(bonding, bonded, holder, 1)
    bonding.reward(sender=orchestrator)
    stake = bonding.pendingStake(holder, 0)
    transfer(bonding, bonded, holder, 1)
    assert delegator(bonding, holder).bonded == stake + 1


def test_bond14_who_may_claim_for_the_receiver_is_asked_before_anything_else(bonding, orchestrator, bonded, receiver):
    with reverts("ClaimNotAuthorized", receiver, bonded):
        transfer(bonding, receiver, bonded, 0)  # has nothing to give
    with reverts("DelegatorNotBonded", receiver, 2):
        transfer(bonding, receiver, receiver, 0)


def test_bond14_the_migrator_may_give_to_anybody(market, bonding, orchestrator, bonded, holder):
    """It carries over what its users have agreed to on L1."""
    market.controller.setContractInfo(keccak(text="L2Migrator"), bonded, bytes(20), sender=market.owner)
    transfer(bonding, bonded, holder, LPT)
    assert delegator(bonding, holder).bonded == 101 * LPT


def test_bond13_a_gift_does_not_make_an_orchestrator(bonding, market, delegators, receiver):
    owner = delegators[0]
    market.bond(owner, 50 * LPT, receiver)
    market.next_round()
    with reverts("DelegateNotAllowed", owner, receiver):
        transfer(bonding, owner, receiver, LPT)


def test_the_null_address_receives_nothing(bonding, bonded):
    with reverts("DelegatorZeroAddress"):
        transfer(bonding, bonded, NOBODY, LPT)


def test_stake_at_nobody_is_not_given_to_nobody(market, bonding, delegators):
    """Both reasons hold; that the delegate is the receiver is seen first."""
    market.bond(delegators[0], 50 * LPT, NOBODY)
    market.next_round()
    with reverts("DelegateNotAllowed", delegators[0], NOBODY):
        transfer(bonding, delegators[0], NOBODY, LPT)


def test_what_cannot_be_unbonded_cannot_be_given(market, bonding, orchestrator, bonded, receiver):
    with reverts("UnbondAmountZero"):
        transfer(bonding, bonded, receiver, 0)
    with reverts("UnbondAmountTooLarge", 500 * LPT + 1, 500 * LPT):
        transfer(bonding, bonded, receiver, 500 * LPT + 1)
    market.bond(receiver, LPT, orchestrator)
    with reverts("DelegatorNotBonded", receiver, 0):
        transfer(bonding, receiver, receiver, LPT)


def test_bond12_a_gift_cannot_take_the_reward_of_an_evicted_orchestrator(market, bonding, full_pool, orchestrators):
    """As with a bond: letting it in again would move its activation to the next round (security: D19)."""
    last = full_pool[-1]
    market.register(orchestrators[4], 110 * LPT)
    bonding.claimEarnings(0, sender=last)  # so that the claim is nobody's loss
    with reverts("RewardNotYetCalled", last, market.round):
        transfer(bonding, full_pool[0], last, LPT)
