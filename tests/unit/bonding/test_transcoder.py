"""An orchestrator's rates."""

import pytest

from tests.support.books import earnings, transcoder
from tests.support.deployment import ALL_OF, LPT
from tests.support.events import logged, names
from tests.support.reverts import reverts


@pytest.fixture
def registered(market, bonding, orchestrators):
    """In the pool, and active from the next round on."""
    market.bond(orchestrators[0], 1000 * LPT, orchestrators[0])
    return orchestrators[0]


def test_rates_are_set(bonding, registered):
    receipt = bonding.transcoder(100_000, 500_000, sender=registered)
    assert transcoder(bonding, registered)[1:3] == (100_000, 500_000)
    assert logged(receipt, bonding.TranscoderUpdate) == [(registered, 100_000, 500_000)]


def test_who_is_in_the_pool_does_not_join_again(bonding, registered):
    receipt = bonding.transcoder(100_000, 500_000, sender=registered)
    assert names(receipt, bonding) == ["TranscoderUpdate"]


def test_setting_rates_does_not_claim(market, bonding, registered):
    market.next_round()
    bonding.reward(sender=registered)
    pending = bonding.pendingStake(registered, 0)
    bonding.transcoder(0, 0, sender=registered)
    assert bonding.getDelegator(registered)[0] == 1000 * LPT
    assert bonding.pendingStake(registered, 0) == pending


def test_who_is_outside_the_pool_joins_if_there_is_room_now(market, bonding, full_pool, orchestrators):
    outside = orchestrators[4]
    market.bond(outside, 50 * LPT, outside)
    bonding.setNumActiveTranscoders(5, sender=market.owner)

    receipt = bonding.transcoder(0, 0, sender=outside)

    assert market.pool()[-1] == outside
    assert names(receipt, bonding) == ["TranscoderActivated", "TranscoderUpdate"]


def test_bond26_new_rates_hold_from_the_next_round(market, bonding, orchestrator):
    here = market.round
    bonding.reward(sender=orchestrator)
    bonding.transcoder(ALL_OF, 0, sender=orchestrator)
    assert earnings(bonding, orchestrator, here)[1:3] == (100_000, 500_000)

    market.next_round()
    bonding.reward(sender=orchestrator)
    assert earnings(bonding, orchestrator, here + 1)[1:3] == (ALL_OF, 0)


def test_bond26_an_active_orchestrator_calls_reward_first(market, bonding, orchestrator):
    with reverts("RewardNotYetCalled", orchestrator, market.round):
        bonding.transcoder(0, 0, sender=orchestrator)
    bonding.reward(sender=orchestrator)
    bonding.transcoder(0, 0, sender=orchestrator)


def test_bond26_no_rates_change_at_the_end_of_a_round(market, bonding, registered):
    market.lock_rates()
    with reverts("CurrentRoundLocked", market.round):
        bonding.transcoder(0, 0, sender=registered)


@pytest.mark.parametrize("rates", [(ALL_OF + 1, 0), (0, ALL_OF + 1), (2**256 - 1, ALL_OF + 1)])
def test_rates_are_at_most_everything(bonding, registered, rates):
    with reverts("InvalidPercentage", max(rates), ALL_OF):
        bonding.transcoder(*rates, sender=registered)


def test_rates_may_be_everything(bonding, registered):
    bonding.transcoder(ALL_OF, ALL_OF, sender=registered)
    assert transcoder(bonding, registered)[1:3] == (ALL_OF, ALL_OF)


def test_only_orchestrators_have_rates(market, bonding, registered, delegators):
    market.bond(delegators[0], LPT, registered)
    with reverts("TranscoderNotRegistered", delegators[0]):
        bonding.transcoder(0, 0, sender=delegators[0])
