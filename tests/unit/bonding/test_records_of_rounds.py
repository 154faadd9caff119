"""What clients read of past, present and coming rounds, wherever the figures are kept.

A round's stake is written down when what is delegated changes, its factors may be those of an earlier round: neither is
to be seen from outside.
"""

from __future__ import annotations

import pytest

from tests.support.books import earnings, transcoder
from tests.support.deployment import LPT
from tests.support.shares import PRECISE, precise

ETHER = 10**18


def stakes(bonding, account, first, count):
    """LPT recorded for an orchestrator in `count` rounds from `first` on."""
    return [earnings(bonding, account, first + i).stake // LPT for i in range(count)]


def factors(bonding, account, round_number):
    return earnings(bonding, account, round_number)[3:]


def test_a_stake_counts_for_the_round_after_the_change_and_for_no_other(market, bonding, orchestrator, delegators):
    here = market.round
    assert stakes(bonding, orchestrator, here - 1, 4) == [0, 1000, 0, 0]
    market.bond(delegators[0], 10 * LPT, orchestrator)
    market.bond(delegators[1], 20 * LPT, orchestrator)
    assert stakes(bonding, orchestrator, here, 3) == [1000, 1030, 0]
    market.next_round()
    assert stakes(bonding, orchestrator, here, 3) == [1000, 1030, 0]
    market.next_round(3)
    assert stakes(bonding, orchestrator, here, 6) == [1000, 1030, 0, 0, 0, 0]
    assert transcoder(bonding, orchestrator).last_stake_update_round == here + 1
    market.bond(delegators[2], 40 * LPT, orchestrator)
    assert stakes(bonding, orchestrator, here, 7) == [1000, 1030, 0, 0, 1030, 1070, 0]


@pytest.mark.parametrize("first", ["reward", "fees"])
def test_a_round_that_earns_has_the_stake_of_the_last_change(market, bonding, orchestrator, gateway, first):
    here = market.round
    market.next_round(3)
    if first == "reward":
        bonding.reward(sender=orchestrator)
        expected = [1000, 0, 0, 1000, bonding.transcoderTotalStake(orchestrator) // LPT]
    else:
        market.pay_fees(gateway, orchestrator, ETHER)
        expected = [1000, 0, 0, 1000, 0]
    assert stakes(bonding, orchestrator, here, 5) == expected
    assert transcoder(bonding, orchestrator).last_stake_update_round == here + (4 if first == "reward" else 0)


def test_fees_before_a_change_of_stake_fix_the_round_only(market, bonding, orchestrator, delegators, gateway):
    here = market.round
    market.pay_fees(gateway, orchestrator, ETHER, nonce=1)
    market.bond(delegators[0], 10 * LPT, orchestrator)
    market.pay_fees(gateway, orchestrator, ETHER, nonce=2)
    assert stakes(bonding, orchestrator, here, 2) == [1000, 1010]
    assert earnings(bonding, orchestrator, here).fee_factor == 2 * precise(PRECISE, ETHER // 2, 1000 * LPT)


@pytest.fixture
def evicted(market, bonding, full_pool, orchestrators, delegators):
    """Active to the end of the round, put out of the pool in it; a delegator of it has 10 of its 110 LPT."""
    last = full_pool[-1]
    market.bond(delegators[0], 10 * LPT, last)
    market.next_round()
    market.register(orchestrators[4], 150 * LPT)
    assert last not in market.pool()
    assert bonding.isActiveTranscoder(last)
    return last


def test_stake_of_the_evicted_counts_as_long_as_it_is_active(market, bonding, evicted, delegators):
    here = market.round
    bonding.unbond(3 * LPT, sender=delegators[0])
    assert stakes(bonding, evicted, here, 3) == [110, 107, 0]
    market.next_round()
    bonding.unbond(2 * LPT, sender=delegators[0])
    market.bond(delegators[1], LPT, evicted)
    # It is not active any more: what was recorded stays, and nothing is added.
    assert bonding.transcoderTotalStake(evicted) == 106 * LPT
    assert stakes(bonding, evicted, here, 4) == [110, 107, 0, 0]


def test_the_inactive_that_comes_back_leaves_its_past_as_it_was(market, bonding, evicted, delegators):
    here = market.round
    bonding.unbond(3 * LPT, sender=delegators[0])
    market.next_round(2)
    market.bond(delegators[1], LPT, evicted)  # 108: recorded nowhere
    assert stakes(bonding, evicted, here, 5) == [110, 107, 0, 0, 0]
    market.bond(delegators[2], 200 * LPT, evicted)
    assert evicted in market.pool()
    assert stakes(bonding, evicted, here, 5) == [110, 107, 0, 308, 0]
    assert transcoder(bonding, evicted).last_stake_update_round == here + 3
    market.bond(delegators[2], LPT, evicted)
    assert stakes(bonding, evicted, here, 5) == [110, 107, 0, 309, 0]


def test_who_joins_and_is_put_out_in_a_round_keeps_the_stake_it_joined_with(
    market, bonding, full_pool, orchestrators, delegators
):
    here, newcomer = market.round, orchestrators[4]
    market.register(newcomer, 150 * LPT)
    assert newcomer in market.pool()
    market.register(orchestrators[5], 170 * LPT)
    assert newcomer not in market.pool()
    market.bond(delegators[0], LPT, newcomer)  # 151, too little
    assert newcomer not in market.pool()
    assert stakes(bonding, newcomer, here, 3) == [0, 150, 0]
    market.bond(delegators[1], 50 * LPT, newcomer)  # 201, in again in the same round
    assert newcomer in market.pool()
    assert stakes(bonding, newcomer, here, 3) == [0, 201, 0]


def test_a_claim_carries_factors_into_its_round(market, bonding, orchestrator, bonded, gateway):
    bonding.reward(sender=orchestrator)
    market.pay_fees(gateway, orchestrator, ETHER)
    known = factors(bonding, orchestrator, market.round)
    assert all(known)
    market.next_round(2)
    here = market.round
    assert factors(bonding, orchestrator, here) == (0, 0)
    bonding.claimEarnings(0, sender=bonded)
    assert factors(bonding, orchestrator, here) == known
    assert stakes(bonding, orchestrator, here, 2) == [0, 0]
    market.next_round()
    assert factors(bonding, orchestrator, here) == known
    assert factors(bonding, orchestrator, here + 1) == (0, 0)


def test_what_a_round_earns_after_a_claim_is_its_own(market, bonding, orchestrator, bonded, gateway):
    bonding.reward(sender=orchestrator)
    market.pay_fees(gateway, orchestrator, ETHER, nonce=1)
    before = factors(bonding, orchestrator, market.round)
    market.next_round(2)
    bonding.claimEarnings(0, sender=bonded)
    stake = bonding.transcoderTotalStake(orchestrator)

    market.pay_fees(gateway, orchestrator, ETHER, nonce=2)
    grown = before[1] + precise(before[0], ETHER // 2, stake)
    assert factors(bonding, orchestrator, market.round) == (before[0], grown)
    bonding.reward(sender=orchestrator)
    rewarded, fees = factors(bonding, orchestrator, market.round)
    assert rewarded > before[0]
    assert fees == grown
    # The claimer starts after what the round earned later.
    held = bonding.getDelegator(bonded)[:2]
    market.next_round()
    assert (bonding.pendingStake(bonded, 0), bonding.pendingFees(bonded, 0)) == tuple(held)


@pytest.mark.parametrize("claims", [False, True])
def test_claiming_on_the_way_changes_no_earnings(market, bonding, orchestrator, bonded, delegators, gateway, claims):
    """Rounds with and without reward and fees, claimed in or not; the other delegator claims only in the end."""
    market.bond(delegators[1], 500 * LPT, orchestrator)
    market.next_round()
    for round_number, (rewards, pays) in enumerate([(1, 1), (0, 0), (0, 1), (1, 0), (0, 0), (1, 1)]):
        if rewards:
            bonding.reward(sender=orchestrator)
        if pays:
            market.pay_fees(gateway, orchestrator, ETHER, nonce=round_number)
        if claims:
            bonding.claimEarnings(0, sender=bonded)
        market.next_round()
    one, other = ((bonding.pendingStake(a, 0), bonding.pendingFees(a, 0)) for a in (bonded, delegators[1]))
    assert one[0] == pytest.approx(other[0], abs=6)
    assert one[1] == pytest.approx(other[1], abs=6)


def test_bond23_fees_after_a_missed_round_start_from_a_claimed_one(market, bonding, orchestrator, bonded, gateway):
    """The round before has the factor that a claim carried into it, so nothing has to be estimated."""
    bonding.reward(sender=orchestrator)
    known = factors(bonding, orchestrator, market.round)[0]
    market.next_round(3)
    bonding.claimEarnings(0, sender=bonded)
    market.next_round()
    stake = bonding.transcoderTotalStake(orchestrator)
    bonding.reward(sender=orchestrator)
    market.pay_fees(gateway, orchestrator, ETHER)
    assert factors(bonding, orchestrator, market.round)[1] == precise(known, ETHER // 2, stake)


@pytest.mark.parametrize("ceiling", [0, 1, 2**96 - 2, 2**96 - 1, 2**96, 2**256 - 1])
def test_any_ceiling_of_the_treasury_is_told_as_it_was_set(market, bonding, ceiling):
    for value in (ceiling, 5, ceiling):
        bonding.setTreasuryBalanceCeiling(value, sender=market.owner)
        assert bonding.treasuryBalanceCeiling() == value
