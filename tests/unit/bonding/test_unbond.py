"""Unbonding: locks, what happens to the orchestrator, refusals."""

from tests.support.books import FOREVER, delegator, earnings, lock, transcoder
from tests.support.deployment import LPT, NOBODY
from tests.support.events import logged, names
from tests.support.reverts import reverts


def test_part_of_a_stake_goes_under_a_lock(market, bonding, orchestrator, bonded):
    receipt = bonding.unbond(200 * LPT, sender=bonded)

    here = market.round
    assert delegator(bonding, bonded) == (300 * LPT, 0, orchestrator, 0, here, here, 1)
    assert lock(bonding, bonded, 0) == (200 * LPT, here + 3)
    assert bonding.isValidUnbondingLock(bonded, 0)
    assert bonding.transcoderTotalStake(orchestrator) == 1300 * LPT
    assert logged(receipt, bonding.Unbond) == [(orchestrator, bonded, 0, 200 * LPT, here + 3)]
    assert market.token.balanceOf(market.minter) == 1500 * LPT


def test_the_orchestrators_stake_falls_from_the_next_round(market, bonding, orchestrator, bonded):
    here = market.round
    bonding.unbond(200 * LPT, sender=bonded)

    assert earnings(bonding, orchestrator, here).stake == 1500 * LPT
    assert earnings(bonding, orchestrator, here + 1).stake == 1300 * LPT
    assert (bonding.currentRoundTotalActiveStake(), bonding.nextRoundTotalActiveStake()) == (1500 * LPT, 1300 * LPT)


def test_bond15_lock_ids_count_up(bonding, bonded):
    for number in range(3):
        bonding.unbond(LPT, sender=bonded)
        assert delegator(bonding, bonded).next_lock_id == number + 1
    assert [lock(bonding, bonded, n).amount for n in range(4)] == [LPT, LPT, LPT, 0]


def test_bond16_a_new_period_does_not_move_locks(market, bonding, bonded):
    here = market.round
    bonding.unbond(LPT, sender=bonded)
    bonding.setUnbondingPeriod(2**64 - 1, sender=market.owner)
    bonding.unbond(LPT, sender=bonded)
    assert lock(bonding, bonded, 0).withdraw_round == here + 3
    assert lock(bonding, bonded, 1).withdraw_round == here + 2**64 - 1


def test_who_unbonds_everything_has_no_delegate(market, bonding, orchestrator, bonded):
    bonding.unbond(500 * LPT, sender=bonded)
    assert delegator(bonding, bonded) == (0, 0, NOBODY, 0, 0, market.round, 1)
    assert bonding.delegatorStatus(bonded) == 2
    assert bonding.transcoderTotalStake(orchestrator) == 1000 * LPT


def test_unbonding_claims_first(market, bonding, orchestrator, bonded):
    bonding.reward(sender=orchestrator)
    stake = bonding.pendingStake(bonded, 0)
    receipt = bonding.unbond(stake, sender=bonded)
    assert names(receipt, bonding) == ["EarningsClaimed", "Unbond"]
    assert lock(bonding, bonded, 0).amount == stake


def test_an_orchestrator_that_unbonds_everything_resigns(market, bonding, orchestrator, bonded):
    here = market.round
    receipt = bonding.unbond(1000 * LPT, sender=orchestrator)

    assert market.pool() == []
    assert bonding.nextRoundTotalActiveStake() == 0
    assert bonding.transcoderTotalStake(orchestrator) == 500 * LPT
    assert not bonding.isRegisteredTranscoder(orchestrator)
    assert transcoder(bonding, orchestrator).deactivation_round == here + 1
    assert names(receipt, bonding) == ["EarningsClaimed", "TranscoderDeactivated", "Unbond"]
    assert logged(receipt, bonding.TranscoderDeactivated) == [(orchestrator, here + 1)]


def test_who_resigns_is_active_until_the_round_ends(market, bonding, orchestrator):
    bonding.unbond(1000 * LPT, sender=orchestrator)
    assert bonding.isActiveTranscoder(orchestrator)
    market.next_round()
    assert not bonding.isActiveTranscoder(orchestrator)


def test_bond27_who_resigned_can_still_call_reward_in_the_round(market, bonding, orchestrator, bonded):
    bonding.unbond(1000 * LPT, sender=orchestrator)
    receipt = bonding.reward(sender=orchestrator)
    (_, amount) = logged(receipt, bonding.Reward)[0]
    assert amount > 0
    assert bonding.transcoderTotalStake(orchestrator) == 500 * LPT + amount


def test_an_orchestrator_that_unbonds_a_part_stays(market, bonding, orchestrator):
    bonding.unbond(400 * LPT, sender=orchestrator)
    assert market.pool() == [orchestrator]
    assert transcoder(bonding, orchestrator).deactivation_round == FOREVER


def test_who_never_bonded_cannot_unbond(bonding, orchestrator, stranger):
    with reverts("DelegatorNotBonded", stranger, 2):
        bonding.unbond(LPT, sender=stranger)


def test_stake_that_is_pending_cannot_be_unbonded(market, bonding, orchestrator, delegators):
    market.bond(delegators[0], LPT, orchestrator)
    with reverts("DelegatorNotBonded", delegators[0], 0):
        bonding.unbond(LPT, sender=delegators[0])


def test_nothing_cannot_be_unbonded(bonding, bonded):
    with reverts("UnbondAmountZero"):
        bonding.unbond(0, sender=bonded)


def test_more_than_is_bonded_cannot_be_unbonded(bonding, bonded):
    with reverts("UnbondAmountTooLarge", 500 * LPT + 1, 500 * LPT):
        bonding.unbond(500 * LPT + 1, sender=bonded)
