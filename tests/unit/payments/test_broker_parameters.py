"""What the owner of the Controller sets."""

from __future__ import annotations

import pytest

from tests.support.reverts import reverts

LONGEST = 2**32 - 1


@pytest.mark.parametrize("period", [0, 1, LONGEST])
def test_the_unlock_period_can_be_set(market, period):
    broker = market.broker
    receipt = broker.setUnlockPeriod(period, sender=market.owner)
    assert receipt.events == [broker.ParameterUpdate("unlockPeriod")]
    assert broker.unlockPeriod() == period


@pytest.mark.parametrize("period", [1, LONGEST])
def test_the_ticket_validity_period_can_be_set(market, period):
    broker = market.broker
    receipt = broker.setTicketValidityPeriod(period, sender=market.owner)
    assert receipt.events == [broker.ParameterUpdate("ticketValidityPeriod")]
    assert broker.ticketValidityPeriod() == period


def test_a_ticket_is_valid_for_a_round_at_least(market):
    with reverts("TicketValidityPeriodZero"):
        market.broker.setTicketValidityPeriod(0, sender=market.owner)


@pytest.mark.parametrize("period", [LONGEST + 1, 2**256 - 1])
def test_periods_that_cannot_be_stored_are_refused(market, period):
    for setter in (market.broker.setUnlockPeriod, market.broker.setTicketValidityPeriod):
        with reverts("PeriodTooLong", period, LONGEST):
            setter(period, sender=market.owner)


def test_reg60_only_the_owner_sets_parameters(market, stranger):
    for setter in (market.broker.setUnlockPeriod, market.broker.setTicketValidityPeriod):
        with reverts("CallerNotControllerOwner", stranger):
            setter(1, sender=stranger)


def test_an_unlock_of_the_longest_period_is_booked(market, gateway):
    broker = market.broker
    broker.setUnlockPeriod(LONGEST, sender=market.owner)
    broker.fundDeposit(value=1, sender=gateway)
    broker.unlock(sender=gateway)
    assert broker.getSenderInfo(gateway)[0][1] == market.round + LONGEST


def test_tick38_a_ticket_of_the_longest_validity_is_redeemed(payments):
    payments.market.broker.setTicketValidityPeriod(LONGEST, sender=payments.market.owner)
    ticket = payments.ticket()
    payments.market.next_round(5)
    payments.redeem(ticket)
    assert payments.fees() == ticket.face_value
