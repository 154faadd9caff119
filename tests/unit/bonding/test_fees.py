"""Fees of winning tickets, shared with delegators."""

import pytest
from eth_utils.crypto import keccak

from tests.support.books import earnings, transcoder
from tests.support.deployment import ALL_OF, LPT
from tests.support.reverts import reverts
from tests.support.shares import PRECISE, millionths, minted, precise

ETHER = 10**18
SHARE = 500_000  # the orchestrator's fee share: 50 %


def expected_factor(fees: int, reward_factor: int, stake: int) -> int:
    return precise(reward_factor, millionths(fees, SHARE), stake)


def test_fees_are_shared_by_stake(market, bonding, orchestrator, bonded, gateway):
    here, stake = market.round, 1500 * LPT
    market.pay_fees(gateway, orchestrator, ETHER)

    factor = expected_factor(ETHER, PRECISE, stake)
    assert earnings(bonding, orchestrator, here) == (stake, 100_000, SHARE, 0, factor)
    assert bonding.pendingFees(bonded, 0) == precise(500 * LPT, factor, PRECISE)
    assert transcoder(bonding, orchestrator)[8:] == (ETHER // 2, here)
    assert bonding.pendingFees(orchestrator, 0) == precise(1000 * LPT, factor, PRECISE) + ETHER // 2


def test_fees_in_a_round_add_up(market, bonding, orchestrator, bonded, gateway):
    market.pay_fees(gateway, orchestrator, ETHER, nonce=1)
    market.pay_fees(gateway, orchestrator, 3 * ETHER, nonce=2)
    factor = expected_factor(ETHER, PRECISE, 1500 * LPT) + expected_factor(3 * ETHER, PRECISE, 1500 * LPT)
    assert earnings(bonding, orchestrator, market.round).fee_factor == factor


def test_fees_of_a_round_go_on_from_those_before(market, bonding, orchestrator, bonded, gateway):
    market.pay_fees(gateway, orchestrator, ETHER, nonce=1)
    market.next_round(2)
    market.pay_fees(gateway, orchestrator, ETHER, nonce=2)
    assert earnings(bonding, orchestrator, market.round).fee_factor == 2 * expected_factor(ETHER, PRECISE, 1500 * LPT)


def test_fees_before_and_after_reward_count_the_same(market, bonding, orchestrator, bonded, gateway):
    """They earn by the stake as it was when the round began, whose factor is that of the round before."""
    bonding.reward(sender=orchestrator)
    before = earnings(bonding, orchestrator, market.round).reward_factor
    market.next_round()
    stake = bonding.transcoderTotalStake(orchestrator)

    market.pay_fees(gateway, orchestrator, ETHER, nonce=1)
    first = earnings(bonding, orchestrator, market.round).fee_factor
    bonding.reward(sender=orchestrator)
    market.pay_fees(gateway, orchestrator, ETHER, nonce=2)

    assert first == expected_factor(ETHER, before, stake)
    assert earnings(bonding, orchestrator, market.round).fee_factor == 2 * first


@pytest.mark.parametrize("rewarded", [False, True])
def test_own_unclaimed_rewards_earn_fees(market, bonding, orchestrator, gateway, rewarded):
    bonding.reward(sender=orchestrator)
    own = transcoder(bonding, orchestrator).cumulative_rewards
    market.next_round()
    stake = bonding.transcoderTotalStake(orchestrator)
    if rewarded:
        bonding.reward(sender=orchestrator)

    market.pay_fees(gateway, orchestrator, ETHER)

    assert transcoder(bonding, orchestrator).cumulative_fees == ETHER // 2 + precise(ETHER // 2, own, stake)


def test_stake_that_came_in_the_round_earns_no_fees_of_it_before(market, bonding, orchestrator, gateway, delegators):
    market.pay_fees(gateway, orchestrator, ETHER)
    market.bond(delegators[0], 1000 * LPT, orchestrator)
    assert bonding.pendingFees(delegators[0], 0) == 0
    market.next_round()
    assert bonding.pendingFees(delegators[0], 0) == 0


def test_a_claim_takes_the_fees_so_far_once(market, bonding, orchestrator, bonded, gateway):
    market.pay_fees(gateway, orchestrator, ETHER)
    earned = bonding.pendingFees(bonded, 0)
    bonding.claimEarnings(0, sender=bonded)
    assert bonding.getDelegator(bonded)[1] == earned
    market.next_round()
    assert bonding.pendingFees(bonded, 0) == earned


@pytest.mark.parametrize("share", [0, ALL_OF])
def test_bond26_the_share_goes_from_nothing_to_everything(market, bonding, orchestrators, gateway, share):
    one = orchestrators[0]
    market.register(one, 1000 * LPT, fee_share=share)
    market.next_round()
    market.pay_fees(gateway, one, ETHER)
    assert transcoder(bonding, one).cumulative_fees == (0 if share else ETHER)
    assert bonding.pendingFees(one, 0) == ETHER


def test_fees_use_the_rates_of_the_round(market, bonding, orchestrator, gateway):
    bonding.reward(sender=orchestrator)
    bonding.transcoder(100_000, 0, sender=orchestrator)
    market.pay_fees(gateway, orchestrator, ETHER)
    assert transcoder(bonding, orchestrator).cumulative_fees == ETHER // 2


def test_bond23_a_missed_reward_is_reckoned_with(market, bonding, orchestrator, bonded, gateway):
    """The round before has no factor when its reward was missed; this round's, less what its reward added, stands in.
    The treasury's part and the cut are taken off first, and only the budget counts (security: A1, D21)."""
    bonding.setTreasuryRewardCutRate(PRECISE // 10, sender=market.owner)
    bonding.reward(sender=orchestrator)
    market.next_round(2)
    stake = bonding.transcoderTotalStake(orchestrator)
    bonding.reward(sender=orchestrator)
    after = earnings(bonding, orchestrator, market.round).reward_factor

    market.pay_fees(gateway, orchestrator, ETHER)

    rewards = precise(market.minter.currentMintableTokens(), stake, bonding.currentRoundTotalActiveStake())
    rewards -= rewards * (PRECISE // 10) // PRECISE
    rewards -= millionths(rewards, 100_000)
    before = precise(after, stake, stake + rewards)
    assert earnings(bonding, orchestrator, market.round).fee_factor == expected_factor(ETHER, before, stake)


def test_bond23_fees_after_a_missed_reward_are_what_they_would_have_been(
    market, bonding, orchestrator, bonded, gateway
):
    bonding.reward(sender=orchestrator)
    last = earnings(bonding, orchestrator, market.round).reward_factor
    market.next_round(2)
    stake = bonding.transcoderTotalStake(orchestrator)
    bonding.reward(sender=orchestrator)
    market.pay_fees(gateway, orchestrator, ETHER)

    exact = expected_factor(ETHER, last, stake)
    assert earnings(bonding, orchestrator, market.round).fee_factor == pytest.approx(exact, rel=1e-9)


def test_a_factor_that_a_claim_wrote_down_needs_no_reckoning(market, bonding, orchestrator, bonded, gateway):
    bonding.reward(sender=orchestrator)
    last = earnings(bonding, orchestrator, market.round).reward_factor
    market.next_round()
    bonding.claimEarnings(0, sender=bonded)
    market.next_round()
    stake = bonding.transcoderTotalStake(orchestrator)
    bonding.reward(sender=orchestrator)
    market.pay_fees(gateway, orchestrator, ETHER)
    assert earnings(bonding, orchestrator, market.round).fee_factor == expected_factor(ETHER, last, stake)


def test_bond22_a_ticket_never_pays_out_more_than_its_value(market, bonding, orchestrator, bonded, gateway):
    for _ in range(3):
        bonding.reward(sender=orchestrator)
        market.next_round()
    market.pay_fees(gateway, orchestrator, ETHER)
    paid = sum(bonding.pendingFees(account, 0) for account in (orchestrator, bonded))
    assert ETHER - 3 <= paid <= ETHER


def test_bond22_rewards_of_a_shrunken_stake_do_not_multiply_a_ticket(
    market, bonding, full_pool, orchestrators, delegators, gateway
):
    """An orchestrator that unbonded to a wei, was put out and called reward once drained the Minter (security: D18)."""
    last = full_pool[-1]
    for member, delegator in zip(full_pool[:3], delegators, strict=False):
        market.bond(delegator, 10_000 * LPT, member)
    market.register(orchestrators[4], 10_000 * LPT)  # puts the last one out
    bonding.unbond(100 * LPT - 1, sender=last)
    bonding.reward(sender=last)
    bonding.setNumActiveTranscoders(5, sender=market.owner)
    market.bond(delegators[3], 1, last)  # lets it in again
    market.next_round()

    own = transcoder(bonding, last).cumulative_rewards
    assert 0 < own <= earnings(bonding, last, market.round).stake
    market.pay_fees(gateway, last, ETHER)
    paid = sum(bonding.pendingFees(account, 0) for account in (last, delegators[3]))
    assert paid <= ETHER


def test_tick43_an_inactive_orchestrator_earns_no_fees(market, bonding, full_pool, orchestrators, delegators, gateway):
    """Its stake is not recorded while it is outside, so what came since would multiply its fees (security: D20)."""
    last = full_pool[-1]
    for member, delegator in zip(full_pool[:3], delegators, strict=False):
        market.bond(delegator, 10_000 * LPT, member)
    market.register(orchestrators[4], 10_000 * LPT)
    market.next_round()
    market.bond(delegators[3], 1000 * LPT, last)
    with reverts("TranscoderNotActive", last, market.round):
        market.pay_fees(gateway, last, ETHER)


def test_only_the_ticket_broker_brings_fees(market, bonding, orchestrator, owner):
    with reverts("CallerNotContract", owner, keccak(text="TicketBroker")):
        bonding.updateTranscoderWithFees(orchestrator, ETHER, 0, sender=owner)


def test_what_was_minted_does_not_enter_the_reckoning_of_a_missed_reward(market, bonding, full_pool, gateway):
    """It was once added to the budget, which counted rewards twice and made fees smaller (security: D21)."""
    for account in full_pool:
        bonding.reward(sender=account)
    market.next_round(2)
    stake = bonding.transcoderTotalStake(full_pool[0])
    budget, total = market.minter.currentMintableTokens(), bonding.currentRoundTotalActiveStake()
    for account in full_pool:
        bonding.reward(sender=account)
    assert market.minter.currentMintedTokens() > minted(budget, stake, total)
    after = earnings(bonding, full_pool[0], market.round).reward_factor

    market.pay_fees(gateway, full_pool[0], ETHER)

    rewards = precise(budget, stake, total)
    before = precise(after, stake, stake + rewards - millionths(rewards, 100_000))
    assert earnings(bonding, full_pool[0], market.round).fee_factor == expected_factor(ETHER, before, stake)
