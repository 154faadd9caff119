"""The system is paused over several rounds: time goes on, and nothing else (facts: protocol 1.7)."""

from __future__ import annotations

import pytest

from tests.support.deployment import LPT
from tests.support.payments import Payments
from tests.support.reckoning import Sheet
from tests.support.reverts import reverts

ETHER = 10**18


@pytest.fixture
def delegator(market, one, delegators):
    market.bond(delegators[0], 5_000 * LPT, one)
    market.next_round()
    return delegators[0]


def pause_for(market, rounds: int) -> None:
    market.controller.pause(sender=market.owner)
    market.skip_to_round(market.round + rounds)


def test_rounds_of_a_pause_are_never_initialised_and_mint_nothing(market, bonding, ledger, one, delegator, reward_for):
    sheet, stake = Sheet(), 15_000 * LPT
    before, supply = market.round, market.token.totalSupply()
    inflation = market.minter.inflation()
    pause_for(market, 4)
    with reverts("SystemPaused"):
        market.rounds.initializeRound(sender=market.owner)
    assert (market.round, market.rounds.lastInitializedRound()) == (before + 4, before)
    assert bonding.isActiveTranscoder(one)

    market.controller.unpause(sender=market.owner)
    with reverts("CurrentRoundNotInitialized", before + 4):
        bonding.reward(sender=one)
    market.rounds.initializeRound(sender=market.owner)

    assert [bytes(market.rounds.blockHashForRound(r)) for r in range(before + 1, before + 4)] == [bytes(32)] * 3
    assert market.minter.inflation() == inflation + market.minter.inflationChange()  # one step for all five rounds
    assert market.token.totalSupply() == supply
    minted = reward_for(stake)
    bonding.reward(sender=one)
    sheet.reward(minted, stake)
    stakes = sheet.stake(10_000 * LPT, Sheet().mark()) + sheet.own, sheet.stake(5_000 * LPT, Sheet().mark())
    assert (bonding.pendingStake(one, 0), bonding.pendingStake(delegator, 0)) == stakes
    ledger.check(unowned_lpt=stake + minted - sum(stakes))


def test_periods_run_on_during_a_pause(market, bonding, ledger, one, delegator, gateway):
    """Locks and unlocks open in it, to be used after it; a ticket of before it has expired."""
    payments = Payments(market, gateway, one, gateway)
    market.broker.fundDepositAndReserve(ETHER, ETHER, value=2 * ETHER, sender=gateway)
    ticket = payments.ticket(ETHER)
    bonding.unbond(2_000 * LPT, sender=delegator)
    market.broker.unlock(sender=gateway)
    opened, here = market.round + 3, market.round
    pause_for(market, 3)
    for call in (lambda: bonding.withdrawStake(0, sender=delegator), lambda: market.broker.withdraw(sender=gateway)):
        with reverts("SystemPaused"):
            call()
    market.controller.unpause(sender=market.owner)

    balance = gateway.balance
    with reverts("CurrentRoundNotInitialized", opened):
        bonding.withdrawStake(0, sender=delegator)
    receipt = market.broker.withdraw(sender=gateway)
    assert gateway.balance == balance + 2 * ETHER - receipt.total_fees_paid
    market.rounds.initializeRound(sender=market.owner)
    bonding.withdrawStake(0, sender=delegator)
    assert market.token.balanceOf(delegator) == 97_000 * LPT
    with reverts("TicketExpired", here + 2, opened):
        payments.redeem(ticket)
    ledger.check()


def test_what_a_pause_does_not_stop(market, bonding, ledger, one, delegator):
    """Settings, URIs, views; and what was pending stays so."""
    pause_for(market, 1)
    market.registry.setServiceURI("https://still-there.example:8935", sender=one)
    bonding.setUnbondingPeriod(5, sender=market.owner)
    market.broker.setUnlockPeriod(5, sender=market.owner)
    assert bonding.pendingStake(delegator, 0) == 5_000 * LPT
    assert market.pool() == [one]
    market.controller.unpause(sender=market.owner)
    market.rounds.initializeRound(sender=market.owner)
    bonding.unbond(1, sender=delegator)
    assert bonding.getDelegatorUnbondingLock(delegator, 0) == (1, market.round + 5)
    ledger.check(unowned_lpt=0)
