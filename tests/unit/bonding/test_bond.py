"""Bonding: for oneself, to an orchestrator, more, elsewhere."""

import pytest

from tests.support.books import delegator, earnings, transcoder
from tests.support.deployment import LPT, NOBODY, PURSE
from tests.support.events import logged, names
from tests.support.reverts import reverts


def test_stake_goes_to_the_minter_and_into_the_books(market, bonding, orchestrators):
    newcomer = orchestrators[0]

    receipt = bonding.bond(600 * LPT, newcomer, sender=newcomer)

    assert market.token.balanceOf(market.minter) == 600 * LPT
    assert market.token.balanceOf(newcomer) == PURSE - 600 * LPT
    here = market.round
    assert delegator(bonding, newcomer) == (600 * LPT, 0, newcomer, 600 * LPT, here + 1, here, 0)
    assert logged(receipt, bonding.Bond) == [(newcomer, NOBODY, newcomer, 600 * LPT, 600 * LPT)]


def test_the_first_claim_is_of_everything_before_and_brings_nothing(market, bonding, orchestrators):
    newcomer = orchestrators[0]
    receipt = market.bond(newcomer, LPT, newcomer)
    assert logged(receipt, bonding.EarningsClaimed) == [(NOBODY, newcomer, 0, 0, 1, market.round)]


def test_events_come_in_the_order_claim_join_transfer_bond_votes(market, bonding, orchestrators):
    receipt = market.bond(orchestrators[0], LPT, orchestrators[0])
    assert names(receipt, bonding) == ["EarningsClaimed", "TranscoderActivated", "Bond"]
    transfer = next(i for i, log in enumerate(receipt.events) if log.event_name == "Transfer")
    votes = ["DelegateChanged", "DelegateVotesChanged", "DelegatorBondedAmountChanged"]
    assert [log.event_name for log in receipt.events][transfer:] == ["Transfer", "Bond", *votes]


def test_who_bonds_to_oneself_is_registered_and_joins_the_pool(market, bonding, orchestrators):
    newcomer = orchestrators[0]
    receipt = market.bond(newcomer, 1000 * LPT, newcomer)

    here = market.round
    assert bonding.isRegisteredTranscoder(newcomer)
    assert bonding.transcoderStatus(newcomer) == 1
    assert market.pool() == [newcomer]
    assert logged(receipt, bonding.TranscoderActivated) == [(newcomer, here + 1)]
    assert transcoder(bonding, newcomer) == (0, 0, 0, here + 1, here + 1, 2**256 - 1, 0, 0, 0, 0)
    assert earnings(bonding, newcomer, here + 1).stake == 1000 * LPT
    assert not bonding.isActiveTranscoder(newcomer)


def test_who_bonds_to_somebody_else_is_not_registered(market, bonding, orchestrator, delegators):
    market.bond(delegators[0], 50 * LPT, orchestrator)
    assert not bonding.isRegisteredTranscoder(delegators[0])
    assert bonding.transcoderStatus(delegators[0]) == 0
    assert bonding.transcoderTotalStake(orchestrator) == 1050 * LPT


def test_stake_is_pending_until_the_next_round(market, bonding, orchestrator, delegators):
    assert bonding.delegatorStatus(delegators[0]) == 2
    market.bond(delegators[0], 50 * LPT, orchestrator)
    assert bonding.delegatorStatus(delegators[0]) == 0
    market.next_round()
    assert bonding.delegatorStatus(delegators[0]) == 1


def test_stake_counts_from_the_next_round(market, bonding, orchestrator, delegators):
    here = market.round
    market.bond(delegators[0], 50 * LPT, orchestrator)

    assert earnings(bonding, orchestrator, here).stake == 1000 * LPT
    assert earnings(bonding, orchestrator, here + 1).stake == 1050 * LPT
    assert transcoder(bonding, orchestrator).last_stake_update_round == here + 1
    assert (bonding.currentRoundTotalActiveStake(), bonding.nextRoundTotalActiveStake()) == (1000 * LPT, 1050 * LPT)


def test_a_second_bond_in_the_round_leaves_the_present_stake_alone(market, bonding, orchestrator, delegators):
    here = market.round
    market.bond(delegators[0], 50 * LPT, orchestrator)
    market.bond(delegators[1], 7 * LPT, orchestrator)

    assert earnings(bonding, orchestrator, here).stake == 1000 * LPT
    assert earnings(bonding, orchestrator, here + 1).stake == 1057 * LPT


def test_the_first_change_after_quiet_rounds_fixes_the_present_stake(market, bonding, orchestrator, delegators):
    here = market.next_round(2)
    assert earnings(bonding, orchestrator, here).stake == 0
    market.bond(delegators[0], 50 * LPT, orchestrator)
    assert earnings(bonding, orchestrator, here).stake == 1000 * LPT
    assert earnings(bonding, orchestrator, here + 1).stake == 1050 * LPT

    bonding.reward(sender=orchestrator)
    assert market.minter.currentMintedTokens() == market.minter.currentMintableTokens()
    assert earnings(bonding, orchestrator, here).stake == 1000 * LPT


def test_more_stake_to_the_same_orchestrator_keeps_the_start_round(market, bonding, orchestrator, delegators):
    market.bond(delegators[0], 50 * LPT, orchestrator)
    start = delegator(bonding, delegators[0]).start_round
    market.next_round()

    receipt = market.bond(delegators[0], 20 * LPT, orchestrator)

    assert delegator(bonding, delegators[0]).start_round == start
    assert delegator(bonding, delegators[0]).bonded == 70 * LPT
    assert logged(receipt, bonding.Bond) == [(orchestrator, orchestrator, delegators[0], 20 * LPT, 70 * LPT)]


def test_stake_moves_whole_with_what_is_added(market, bonding, orchestrator, orchestrators, delegators):
    market.register(orchestrators[1], 900 * LPT)
    market.bond(delegators[0], 50 * LPT, orchestrator)
    market.next_round()

    receipt = market.bond(delegators[0], 20 * LPT, orchestrators[1])

    here = market.round
    assert delegator(bonding, delegators[0])[:5] == (70 * LPT, 0, orchestrators[1], 0, here + 1)
    assert bonding.transcoderTotalStake(orchestrator) == 1000 * LPT
    assert bonding.transcoderTotalStake(orchestrators[1]) == 970 * LPT
    assert bonding.nextRoundTotalActiveStake() == 1970 * LPT
    assert logged(receipt, bonding.Bond) == [(orchestrators[1], orchestrator, delegators[0], 20 * LPT, 70 * LPT)]


def test_stake_moves_without_anything_added(market, bonding, orchestrator, orchestrators, delegators):
    market.register(orchestrators[1], 900 * LPT)
    market.bond(delegators[0], 50 * LPT, orchestrator)

    bonding.bond(0, orchestrators[1], sender=delegators[0])

    assert bonding.transcoderTotalStake(orchestrators[1]) == 950 * LPT
    assert market.token.balanceOf(market.minter) == 1950 * LPT


def test_a_delegator_can_become_an_orchestrator(market, bonding, orchestrator, delegators):
    market.bond(delegators[0], 2000 * LPT, orchestrator)
    bonding.bond(0, delegators[0], sender=delegators[0])
    assert market.pool() == [delegators[0], orchestrator]


def test_bond11_a_registered_orchestrator_cannot_move_its_stake(market, bonding, orchestrator, orchestrators):
    """Once its stake would have been counted twice (security: D1)."""
    with reverts("RegisteredTranscoderCannotMove", orchestrator):
        bonding.bond(0, orchestrators[1], sender=orchestrator)


def test_nothing_cannot_be_bonded(bonding, delegators, orchestrator):
    with reverts("BondAmountZero"):
        bonding.bond(0, orchestrator, sender=delegators[0])


def test_more_than_the_caller_allowed_cannot_be_bonded(market, bonding, orchestrator, delegators):
    with reverts("ERC20InsufficientAllowance", market.bonding, PURSE, PURSE + 1):
        bonding.bond(PURSE + 1, orchestrator, sender=delegators[0])


def test_more_than_the_books_can_hold_cannot_be_bonded(bonding, orchestrator, delegators):
    with reverts("SafeCastOverflowedUintDowncast", 128, 2**128):
        bonding.bond(2**128, orchestrator, sender=delegators[0])


def test_stake_at_nobody_is_bonded_and_earns_nothing_until_it_moves(market, bonding, orchestrator, delegators):
    market.bond(delegators[0], 50 * LPT, NOBODY)
    market.next_round()
    bonding.reward(sender=orchestrator)

    assert bonding.delegatorStatus(delegators[0]) == 1
    assert bonding.pendingStake(delegators[0], 0) == 50 * LPT
    assert bonding.transcoderTotalStake(NOBODY) == 50 * LPT
    assert bonding.nextRoundTotalActiveStake() == bonding.transcoderTotalStake(orchestrator)

    bonding.bond(0, orchestrator, sender=delegators[0])
    assert bonding.transcoderTotalStake(NOBODY) == 0


def test_bond07_a_full_exit_books_nothing_to_nobody(market, bonding, orchestrator, orchestrators, delegators):
    """Once the delegate was read after it had been cleared (security: D9)."""
    market.register(orchestrators[1], 900 * LPT)
    market.bond(delegators[0], 50 * LPT, orchestrator)
    market.next_round()
    bonding.unbond(50 * LPT, sender=delegators[0])
    assert bonding.transcoderTotalStake(NOBODY) == 0
    assert bonding.transcoderTotalStake(orchestrator) == 1000 * LPT

    market.bond(delegators[0], 30 * LPT, orchestrators[1])
    assert bonding.transcoderTotalStake(NOBODY) == 0
    assert bonding.transcoderTotalStake(orchestrator) == 1000 * LPT
    assert bonding.transcoderTotalStake(orchestrators[1]) == 930 * LPT


@pytest.mark.parametrize("rewarded", [False, True])
def test_bond20_who_comes_in_later_gains_nothing_from_before(market, bonding, orchestrator, delegators, rewarded):
    bonding.reward(sender=orchestrator)
    market.next_round()
    if rewarded:
        bonding.reward(sender=orchestrator)
    market.bond(delegators[0], 50 * LPT, orchestrator)

    assert bonding.pendingStake(delegators[0], 0) == 50 * LPT
    assert bonding.pendingFees(delegators[0], 0) == 0
    market.next_round()
    assert bonding.pendingStake(delegators[0], 0) == 50 * LPT
    assert bonding.pendingFees(delegators[0], 0) == 0
