"""Reward called by a key that an orchestrator has named for it (LIP-118)."""

import pytest

from tests.support.books import transcoder
from tests.support.deployment import LPT, NOBODY
from tests.support.events import logged, names
from tests.support.reverts import reverts


@pytest.fixture
def caller(bonding, orchestrator, stranger):
    bonding.setRewardCaller(stranger, sender=orchestrator)
    return stranger


def test_an_orchestrator_names_its_caller(bonding, orchestrator, stranger, gateway):
    assert bonding.transcoderToRewardCaller(orchestrator) == NOBODY
    for account in (stranger, gateway, NOBODY):
        receipt = bonding.setRewardCaller(account, sender=orchestrator)
        assert logged(receipt, bonding.RewardCallerSet) == [(orchestrator, account)]
        assert names(receipt, bonding) == ["RewardCallerSet"]
        assert bonding.transcoderToRewardCaller(orchestrator) == account


@pytest.mark.parametrize("hinted", [False, True])
def test_the_caller_gets_the_orchestrator_its_reward(market, bonding, orchestrator, caller, hinted):
    if hinted:
        receipt = bonding.rewardForTranscoderWithHint(orchestrator, NOBODY, NOBODY, sender=caller)
    else:
        receipt = bonding.rewardForTranscoder(orchestrator, sender=caller)

    amount = market.minter.currentMintedTokens()
    assert amount > 0
    assert logged(receipt, bonding.Reward) == [(orchestrator, amount)]
    assert bonding.transcoderTotalStake(orchestrator) == 1000 * LPT + amount
    assert transcoder(bonding, orchestrator).last_reward_round == market.round
    assert transcoder(bonding, caller) == (0,) * 10


def test_a_hint_places_the_orchestrator_not_the_caller(market, bonding, orchestrators, stranger):
    one, two = orchestrators[:2]
    for account in (one, two):
        market.register(account, 100 * LPT)
        bonding.setRewardCaller(stranger, sender=account)
    market.next_round()
    bonding.rewardForTranscoder(two, sender=stranger)
    bonding.rewardForTranscoderWithHint(one, two, NOBODY, sender=stranger)
    assert bonding.transcoderTotalStake(one) == bonding.transcoderTotalStake(two)
    assert market.pool() == [two, one]


def test_the_orchestrator_may_still_call_itself_and_once_is_enough(market, bonding, orchestrator, caller):
    bonding.reward(sender=orchestrator)
    with reverts("RewardAlreadyCalled", orchestrator, market.round):
        bonding.rewardForTranscoder(orchestrator, sender=caller)


def test_nobody_else_calls_for_an_orchestrator(bonding, orchestrator, caller, gateway):
    for account in (gateway, orchestrator):
        with reverts("CallerNotRewardCaller", account, orchestrator):
            bonding.rewardForTranscoder(orchestrator, sender=account)
        with reverts("CallerNotRewardCaller", account, orchestrator):
            bonding.rewardForTranscoderWithHint(orchestrator, NOBODY, NOBODY, sender=account)


def test_a_caller_that_was_replaced_or_cleared_calls_no_more(bonding, orchestrator, caller, gateway):
    for successor in (gateway, NOBODY):
        bonding.setRewardCaller(successor, sender=orchestrator)
        with reverts("CallerNotRewardCaller", caller, orchestrator):
            bonding.rewardForTranscoder(orchestrator, sender=caller)


def test_a_caller_serves_as_many_as_name_it(market, bonding, full_pool, stranger):
    for account in full_pool:
        bonding.setRewardCaller(stranger, sender=account)
        bonding.rewardForTranscoder(account, sender=stranger)
    assert market.minter.currentMintedTokens() == market.minter.currentMintableTokens()


def test_only_the_active_are_rewarded(market, bonding, delegators, stranger):
    bonding.setRewardCaller(stranger, sender=delegators[0])
    with reverts("TranscoderNotActive", delegators[0], market.round):
        bonding.rewardForTranscoder(delegators[0], sender=stranger)


def test_who_calls_is_looked_at_before_pause_and_round(market, bonding, orchestrator, caller, gateway):
    market.skip_to_round(market.round + 1)
    with reverts("CallerNotRewardCaller", gateway, orchestrator):
        bonding.rewardForTranscoder(orchestrator, sender=gateway)
    with reverts("CurrentRoundNotInitialized", market.round):
        bonding.rewardForTranscoder(orchestrator, sender=caller)
    market.controller.pause(sender=market.owner)
    with reverts("CallerNotRewardCaller", gateway, orchestrator):
        bonding.rewardForTranscoder(orchestrator, sender=gateway)
    with reverts("SystemPaused"):
        bonding.rewardForTranscoder(orchestrator, sender=caller)


def test_a_caller_can_be_named_in_any_round(market, bonding, orchestrator, stranger):
    market.skip_to_round(market.round + 1)
    bonding.setRewardCaller(stranger, sender=orchestrator)
    assert bonding.transcoderToRewardCaller(orchestrator) == stranger
