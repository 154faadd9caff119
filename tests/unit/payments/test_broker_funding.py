"""Money of a sender on its way in."""

from __future__ import annotations

import pytest

from tests.support.reverts import reverts


@pytest.fixture
def broker(market):
    return market.broker


@pytest.fixture
def info(market, gateway):
    """(deposit, withdraw round, reserve, claimed) of the gateway, or of another account."""

    def read(account=gateway):
        sender, reserve = market.broker.getSenderInfo(account)
        return (*sender, *reserve)

    return read


@pytest.fixture
def unlocking(market, gateway):
    """The gateway has money and an unlock under way."""
    market.broker.fundDepositAndReserve(10, 20, value=30, sender=gateway)
    market.broker.unlock(sender=gateway)


def test_solv03_funds_lie_in_the_minter(market, broker, gateway, info):
    before = market.minter.balance
    broker.fundDeposit(value=5, sender=gateway)
    broker.fundReserve(value=7, sender=gateway)
    broker.fundDepositAndReserve(1, 2, value=3, sender=gateway)
    assert info() == (6, 0, 9, 0)
    assert market.minter.balance == before + 15
    assert broker.balance == 0


def test_funding_tells_of_its_parts(broker, gateway):
    assert broker.fundDeposit(value=5, sender=gateway).events == [broker.DepositFunded(gateway, 5)]
    assert broker.fundReserve(value=7, sender=gateway).events == [broker.ReserveFunded(gateway, 7)]
    both = broker.fundDepositAndReserve(1, 2, value=3, sender=gateway).events
    assert both == [broker.ReserveFunded(gateway, 2), broker.DepositFunded(gateway, 1)]


def test_anybody_can_fund_an_account(broker, gateway, stranger, info):
    receipt = broker.fundDepositAndReserveFor(gateway, 3, 4, value=7, sender=stranger)
    assert receipt.events == [broker.ReserveFunded(gateway, 4), broker.DepositFunded(gateway, 3)]
    assert info() == (3, 0, 4, 0)
    assert info(stranger) == (0, 0, 0, 0)


def test_funding_nothing_is_allowed_and_told(broker, gateway, info):
    both = broker.fundDepositAndReserve(0, 0, value=0, sender=gateway).events
    assert both == [broker.ReserveFunded(gateway, 0), broker.DepositFunded(gateway, 0)]
    assert info() == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("value", "deposit", "reserve"),
    [(0, 1, 0), (3, 1, 1), (1, 1, 1), (1, 0, 0), (0, 1, 2**256 - 1), (5, 6, 2**256 - 1)],
)
def test_tick49_the_ether_sent_is_the_sum_of_the_parts(broker, gateway, value, deposit, reserve):
    with reverts("FundingMismatch", value, deposit, reserve):
        broker.fundDepositAndReserve(deposit, reserve, value=value, sender=gateway)
    with reverts("FundingMismatch", value, deposit, reserve):
        broker.fundDepositAndReserveFor(gateway, deposit, reserve, value=value, sender=gateway)


def test_tick44_funding_oneself_takes_an_unlock_back(broker, gateway, info, unlocking):
    receipt = broker.fundDeposit(value=1, sender=gateway)
    assert receipt.events == [broker.UnlockCancelled(gateway), broker.DepositFunded(gateway, 1)]
    assert info() == (11, 0, 20, 0)


def test_tick44_funding_ones_reserve_takes_an_unlock_back(broker, gateway, info, unlocking):
    receipt = broker.fundReserve(value=1, sender=gateway)
    assert receipt.events == [broker.ReserveFunded(gateway, 1), broker.UnlockCancelled(gateway)]
    assert info() == (10, 0, 21, 0)


def test_tick44_funding_both_takes_an_unlock_back(broker, gateway, info, unlocking):
    receipt = broker.fundDepositAndReserve(1, 0, value=1, sender=gateway)
    expected = [broker.UnlockCancelled(gateway), broker.ReserveFunded(gateway, 0), broker.DepositFunded(gateway, 1)]
    assert receipt.events == expected
    assert info() == (11, 0, 20, 0)


def test_tick44_funding_oneself_as_another_would_takes_an_unlock_back(broker, gateway, info, unlocking):
    broker.fundDepositAndReserveFor(gateway, 0, 0, value=0, sender=gateway)
    assert info() == (10, 0, 20, 0)


@pytest.mark.parametrize("value", [0, 1])
def test_tick49_a_third_party_cannot_take_an_unlock_back(broker, gateway, stranger, info, unlocking, value):
    withdraw_round = info()[1]
    broker.fundDepositAndReserveFor(gateway, value, 0, value=value, sender=stranger)
    assert info() == (10 + value, withdraw_round, 20, 0)


def test_reg63_nothing_is_funded_while_the_system_is_paused(market, broker, gateway):
    market.controller.pause(sender=market.owner)
    calls = [
        lambda: broker.fundDeposit(value=1, sender=gateway),
        lambda: broker.fundReserve(value=1, sender=gateway),
        lambda: broker.fundDepositAndReserve(1, 0, value=1, sender=gateway),
        lambda: broker.fundDepositAndReserveFor(gateway, 1, 0, value=1, sender=gateway),
    ]
    for call in calls:
        with reverts("SystemPaused"):
            call()


def test_more_ether_than_there_is_cannot_be_booked(market, broker, gateway):
    """Fields are 96 bits wide, 660 times all the ether there is; a test chain can make more, and is refused."""
    too_much = 2**96
    gateway.balance = too_much + 10**20
    with reverts("SafeCastOverflowedUintDowncast", 96, too_much):
        broker.fundDeposit(value=too_much, sender=gateway)
