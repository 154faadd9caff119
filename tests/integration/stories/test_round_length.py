"""The length of a round changes in the middle of one (facts: protocol 4, 7.3 no. 12)."""

from __future__ import annotations

import ape
import pytest

from tests.support.deployment import LPT, ROUND_LENGTH
from tests.support.reverts import reverts


def blocks_into_round(market) -> int:
    return ape.chain.blocks.height - market.rounds.currentRoundStartBlock()


@pytest.fixture
def rounds(market):
    return market.rounds


def test_a_shorter_length_skips_rounds_at_once(market, bonding, ledger, rounds, one, reward_for):
    bonding.unbond(1_000 * LPT, sender=one)
    here, start = market.round, rounds.currentRoundStartBlock()
    ape.chain.mine(29 - blocks_into_round(market))  # the next block is 30 into the round

    rounds.setRoundLength(10, sender=market.owner)

    assert (market.round, rounds.currentRoundStartBlock()) == (here + 3, start + 30)
    assert (rounds.lastRoundLengthUpdateRound(), rounds.lastRoundLengthUpdateStartBlock()) == (here, start)
    assert not rounds.currentRoundInitialized()
    with reverts("CurrentRoundNotInitialized", here + 3):
        bonding.reward(sender=one)
    rounds.initializeRound(sender=market.owner)
    assert [bytes(rounds.blockHashForRound(r)) for r in (here + 1, here + 2)] == [bytes(32)] * 2
    minted = reward_for(9_000 * LPT)
    bonding.reward(sender=one)
    bonding.withdrawStake(0, sender=one)  # three rounds have passed, if only in name
    dust = 9_000 * LPT + minted - bonding.pendingStake(one, 0)
    assert 0 <= dust <= 1
    ledger.check(unowned_lpt=dust)
    ape.chain.mine(start + 40 - ape.chain.blocks.height)
    assert (market.round, rounds.currentRoundStartBlock()) == (here + 4, start + 40)


def test_a_longer_length_lengthens_the_round_that_is_on(market, bonding, ledger, rounds, one):
    here, start = market.round, rounds.currentRoundStartBlock()
    bonding.reward(sender=one)
    rounds.setRoundLength(2 * ROUND_LENGTH, sender=market.owner)

    ape.chain.mine(start + 2 * ROUND_LENGTH - 5 - ape.chain.blocks.height)
    with reverts("RewardAlreadyCalled", one, here):
        bonding.reward(sender=one)
    ape.chain.mine(start + 2 * ROUND_LENGTH - 1 - ape.chain.blocks.height)
    assert (market.round, rounds.currentRoundInitialized()) == (here, True)
    ape.chain.mine()
    assert (market.round, rounds.currentRoundInitialized()) == (here + 1, False)
    rounds.initializeRound(sender=market.owner)
    bonding.reward(sender=one)
    dust = bonding.transcoderTotalStake(one) - bonding.pendingStake(one, 0)
    assert 0 <= dust <= 2
    ledger.check(unowned_lpt=dust)


def test_rates_lock_by_the_new_length(market, bonding, rounds, one):
    """Of 50 blocks the last 5 are locked; of 30 the last 3."""
    bonding.reward(sender=one)
    start, here = rounds.currentRoundStartBlock(), market.round
    rounds.setRoundLength(30, sender=market.owner)
    ape.chain.mine(start + 25 - ape.chain.blocks.height)
    bonding.transcoder(1, 1, sender=one)
    assert not rounds.currentRoundLocked()
    ape.chain.mine(start + 27 - ape.chain.blocks.height)
    assert rounds.currentRoundLocked()
    with reverts("CurrentRoundLocked", here):
        bonding.transcoder(2, 2, sender=one)


def test_a_length_that_changes_twice_in_a_round_never_renumbers_the_past(market, rounds):
    here, start = market.round, rounds.currentRoundStartBlock()
    rounds.setRoundLength(7, sender=market.owner)
    rounds.setRoundLength(1_000, sender=market.owner)
    assert (market.round, rounds.currentRoundStartBlock()) == (here, start)
    ape.chain.mine(start + 999 - ape.chain.blocks.height)
    assert market.round == here
    ape.chain.mine()
    assert (market.round, rounds.currentRoundStartBlock()) == (here + 1, start + 1_000)
