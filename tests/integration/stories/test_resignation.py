"""An orchestrator unbonds everything (facts: protocol 3.2, 3.5)."""

from __future__ import annotations

import pytest

from tests.support.books import delegator as delegator_of
from tests.support.books import transcoder
from tests.support.deployment import LPT, NOBODY, PURSE
from tests.support.events import logged
from tests.support.reckoning import Sheet
from tests.support.reverts import reverts

OWN, DELEGATED = 10_000 * LPT, 5_000 * LPT


@pytest.fixture
def loyal(market, one, delegators):
    """Bonded to the orchestrator from the beginning of the round."""
    market.bond(delegators[0], DELEGATED, one)
    market.next_round()
    return delegators[0]


def test_one_that_resigns_stays_active_until_the_round_ends(market, bonding, ledger, one, loyal):
    receipt = bonding.unbond(OWN, sender=one)
    here = market.round
    assert logged(receipt, bonding.TranscoderDeactivated) == [(one, here + 1)]
    assert logged(receipt, bonding.Unbond) == [(one, one, 0, OWN, here + 3)]
    assert (bonding.isActiveTranscoder(one), bonding.isRegisteredTranscoder(one)) == (True, False)
    assert (bonding.getTranscoderPoolSize(), bonding.nextRoundTotalActiveStake()) == (0, 0)
    assert (delegator_of(bonding, one).delegate, bonding.transcoderTotalStake(one)) == (NOBODY, DELEGATED)
    market.next_round()
    assert not bonding.isActiveTranscoder(one)
    assert bonding.currentRoundTotalActiveStake() == 0
    ledger.check()


def test_a_reward_after_resigning_is_for_the_round_s_stake_and_its_own_part_waits_for_a_return(
    market, bonding, ledger, one, loyal, reward_for
):
    """The part of the stake that has left had claimed already, so its share is nobody's; the commission is the
    orchestrator's, once it bonds to itself again."""
    bonding.unbond(OWN, sender=one)
    sheet, minted = Sheet(), reward_for(OWN + DELEGATED)
    bonding.reward(sender=one)
    sheet.reward(minted, OWN + DELEGATED)

    owned = sheet.stake(DELEGATED, Sheet().mark())
    assert bonding.pendingStake(loyal, 0) == owned
    assert bonding.pendingStake(one, 0) == 0
    assert transcoder(bonding, one).cumulative_rewards == sheet.own == minted // 10
    assert bonding.transcoderTotalStake(one) == DELEGATED + minted
    ledger.check(unowned_lpt=DELEGATED + minted - owned)

    market.next_round()
    with reverts("TranscoderNotActive", one, market.round):
        bonding.reward(sender=one)
    bonding.rebondFromUnbonded(one, 0, sender=one)
    assert bonding.pendingStake(one, 0) == OWN + sheet.own
    assert market.pool() == [one]
    ledger.check(unowned_lpt=DELEGATED + minted - owned - sheet.own)


def test_delegators_of_one_that_has_resigned_move_on_with_all_they_have(
    market, bonding, ledger, one, loyal, orchestrators, reward_for
):
    other, sheet, minted = orchestrators[1], Sheet(), reward_for(OWN + DELEGATED)
    market.register(other, 3_000 * LPT)
    bonding.reward(sender=one)
    sheet.reward(minted, OWN + DELEGATED)
    market.next_round()
    bonding.unbond(bonding.pendingStake(one, 0), sender=one)

    mine = sheet.stake(DELEGATED, Sheet().mark())
    bonding.bond(0, other, sender=loyal)

    assert delegator_of(bonding, loyal)[:3] == (mine, 0, other)
    dust = minted + OWN + DELEGATED - mine - (sheet.stake(OWN, Sheet().mark()) + sheet.own)
    assert bonding.transcoderTotalStake(one) == dust <= 2
    assert bonding.transcoderTotalStake(other) == 3_000 * LPT + mine
    ledger.check(unowned_lpt=dust)
    market.next_round(3)
    bonding.withdrawStake(0, sender=one)
    bonding.unbond(mine, sender=loyal)
    market.next_round(3)
    bonding.withdrawStake(0, sender=loyal)
    wallets = market.token.balanceOf(one) + market.token.balanceOf(loyal)
    assert wallets == 2 * PURSE + minted - dust
    ledger.check(unowned_lpt=dust)
