"""A clock that anybody can set, in the place of the real one."""

from __future__ import annotations

import pytest

from scripts._lib.sources import contract_id
from tests.support.deployment import LPT, ROUND_LENGTH
from tests.support.reverts import reverts

HASH = b"\x07" * 32


@pytest.fixture
def adjustable(project, market, owner):
    """The market with it, in the first block of a round that nobody has initialised."""
    target = owner.deploy(project.AdjustableRoundsManager, market.controller)
    before = market.round
    market.controller.setContractInfo(contract_id("RoundsManagerTarget"), target, bytes(20), sender=owner)
    clock = project.AdjustableRoundsManager.at(market.rounds.address)
    clock.setBlockNum((before + 1) * ROUND_LENGTH, sender=owner)
    clock.setBlockHash(HASH, sender=owner)
    market.bonding.refreshRoundWindow(sender=owner)
    return clock


def test_it_says_what_it_was_told(adjustable, stranger):
    adjustable.setBlockNum(1234, sender=stranger)
    assert (adjustable.num(), adjustable.blockNum()) == (1234, 1234)
    adjustable.mineBlocks(7, sender=stranger)
    assert adjustable.blockNum() == 1241
    adjustable.setBlockHash(HASH[::-1], sender=stranger)
    assert adjustable.hash() == HASH[::-1]
    assert adjustable.blockHash(1240) == adjustable.blockHash(1241 - 256) == HASH[::-1]
    with reverts("BlockTooOld", 1241 - 257, 1241):
        adjustable.blockHash(1241 - 257)


def test_a_young_chain_has_no_blocks_that_are_too_old(adjustable, stranger):
    adjustable.setBlockNum(256, sender=stranger)
    assert adjustable.blockHash(0) == HASH


def test_rounds_are_those_of_its_blocks(market, adjustable, stranger):
    before = market.round
    adjustable.mineBlocks(ROUND_LENGTH - 1, sender=stranger)
    assert market.round == before
    adjustable.mineBlocks(1, sender=stranger)
    assert market.round == before + 1
    adjustable.initializeRound(sender=stranger)
    assert adjustable.blockHashForRound(before + 1) == HASH


def test_stake_follows_it_whatever_the_chains_own_blocks_say(market, bonding, adjustable, orchestrators, chain, owner):
    one = orchestrators[0]
    with reverts("CurrentRoundNotInitialized", market.round):
        market.bond(one, LPT, one)
    adjustable.initializeRound(sender=owner)
    market.register(one, 1000 * LPT)
    chain.mine(3 * ROUND_LENGTH)  # nothing to it
    assert adjustable.currentRoundInitialized()
    market.bond(one, LPT, one)
    adjustable.mineBlocks(ROUND_LENGTH, sender=owner)
    with reverts("CurrentRoundNotInitialized", market.round):
        bonding.reward(sender=one)
    adjustable.initializeRound(sender=owner)
    bonding.reward(sender=one)
    assert bonding.getTranscoder(one)[0] == market.round
    assert tuple(adjustable.openRoundWindow()) == (market.round, 0, 0)


def test_rates_lock_with_its_blocks(market, bonding, adjustable, orchestrators, owner):
    adjustable.initializeRound(sender=owner)
    market.register(orchestrators[0], LPT)
    adjustable.mineBlocks(ROUND_LENGTH - 1, sender=owner)
    with reverts("CurrentRoundLocked", market.round):
        bonding.transcoder(0, 0, sender=orchestrators[0])


@pytest.fixture
def bonding(market):
    return market.bonding
