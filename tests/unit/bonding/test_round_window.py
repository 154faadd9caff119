"""For how long the BondingManager takes a round for the current one without asking the RoundsManager."""

from __future__ import annotations

import pytest

from scripts._lib.sources import contract_id
from tests.support.deployment import LPT, ROUND_LENGTH
from tests.support.reverts import reverts


@pytest.fixture
def asked(market, chain):
    """How often a transaction has called the RoundsManager."""

    def count(receipt):
        trace = chain.provider.make_request("debug_traceTransaction", [receipt.txn_hash, {"tracer": "callTracer"}])
        return calls(trace)

    def calls(call):
        here = call["type"] != "DELEGATECALL" and call["to"].lower() == market.rounds.address.lower()
        return here + sum(calls(inner) for inner in call.get("calls", []))

    return count


def at_end_of_round(market, chain, blocks_left):
    """Mines until the next transaction's block is that many before the first of the next round."""
    end = market.rounds.currentRoundStartBlock() + market.rounds.roundLength()
    chain.mine(end - blocks_left - 1 - chain.blocks.height)


def test_within_the_round_the_rounds_manager_is_not_asked(market, bonding, orchestrator, asked):
    assert asked(bonding.reward(sender=orchestrator)) == 0
    assert asked(bonding.transcoder(0, 0, sender=orchestrator)) == 0
    assert asked(market.bond(orchestrator, LPT, orchestrator)) == 0


def test_rnd34_the_window_ends_with_the_round_to_the_block(market, bonding, orchestrator, chain):
    at_end_of_round(market, chain, blocks_left=1)
    receipt = bonding.reward(sender=orchestrator)
    start = market.rounds.currentRoundStartBlock()
    assert receipt.block_number == start + ROUND_LENGTH - 1
    with reverts("CurrentRoundNotInitialized", market.round + 1):
        bonding.claimEarnings(0, sender=orchestrator)


def test_rates_lock_to_the_block(market, bonding, orchestrator, chain):
    bonding.reward(sender=orchestrator)
    at_end_of_round(market, chain, blocks_left=6)  # a tenth of the round is locked: five blocks
    bonding.transcoder(0, 0, sender=orchestrator)
    assert market.rounds.currentRoundLocked() is False
    with reverts("CurrentRoundLocked", market.round):
        bonding.transcoder(0, 0, sender=orchestrator)


def test_a_longer_round_is_known_at_once(market, bonding, orchestrator, chain, asked):
    market.rounds.setRoundLength(2 * ROUND_LENGTH, sender=market.owner)
    at_end_of_round(market, chain, blocks_left=ROUND_LENGTH // 2)
    assert asked(bonding.reward(sender=orchestrator)) == 0


def test_a_shorter_round_is_known_at_once(market, bonding, orchestrator, chain):
    chain.mine(10)
    market.rounds.setRoundLength(3, sender=market.owner)
    with reverts("CurrentRoundNotInitialized", market.round):
        bonding.reward(sender=orchestrator)


def test_a_new_lock_is_known_at_once(market, bonding, orchestrator):
    bonding.reward(sender=orchestrator)
    market.rounds.setRoundLockAmount(10**6, sender=market.owner)
    with reverts("CurrentRoundLocked", market.round):
        bonding.transcoder(0, 0, sender=orchestrator)
    market.rounds.setRoundLockAmount(0, sender=market.owner)
    bonding.transcoder(0, 0, sender=orchestrator)


def test_the_window_is_what_the_rounds_manager_says(market):
    start = market.rounds.currentRoundStartBlock()
    assert tuple(market.rounds.openRoundWindow()) == (market.round, start + ROUND_LENGTH, start + ROUND_LENGTH - 5)
    market.skip_to_round(market.round + 1)
    assert tuple(market.rounds.openRoundWindow()) == (market.round, 0, 0)


@pytest.mark.parametrize("length", [2**32 - 2, 2**32, 2**63])
def test_a_window_that_ends_late_is_cut_short(market, bonding, orchestrator, length):
    """Its bounds have 32 bits."""
    market.rounds.setRoundLength(length, sender=market.owner)
    bonding.reward(sender=orchestrator)
    bonding.transcoder(0, 0, sender=orchestrator)
    assert bonding.openRound() == market.round


def test_another_rounds_manager_holds_from_when_the_window_is_asked_for_anew(
    market, bonding, orchestrator, project, owner, stranger
):
    target = owner.deploy(project.AdjustableRoundsManager, market.controller)
    market.controller.setContractInfo(contract_id("RoundsManagerTarget"), target, bytes(20), sender=owner)
    clock = project.AdjustableRoundsManager.at(market.rounds.address)
    clock.setBlockNum(1000 * ROUND_LENGTH, sender=owner)
    bonding.claimEarnings(0, sender=orchestrator)  # in the round that was open
    bonding.refreshRoundWindow(sender=stranger)
    with reverts("CurrentRoundNotInitialized", 1000):
        bonding.claimEarnings(0, sender=orchestrator)


def test_anybody_can_ask_anew_and_nothing_changes_by_it(market, bonding, orchestrator, stranger, asked):
    for _ in range(2):
        bonding.refreshRoundWindow(sender=stranger)
    assert asked(bonding.reward(sender=orchestrator)) == 0
    market.skip_to_round(market.round + 1)
    bonding.refreshRoundWindow(sender=stranger)
    with reverts("CurrentRoundNotInitialized", market.round):
        bonding.claimEarnings(0, sender=orchestrator)


def test_the_open_round_is_told_to_contracts_that_want_to_work_in_it(market, bonding):
    assert bonding.openRound() == market.round
    market.skip_to_round(market.round + 1)
    with reverts("CurrentRoundNotInitialized", market.round):
        bonding.openRound()
