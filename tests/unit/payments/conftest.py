from __future__ import annotations

import pytest

from tests.support.deployment import LPT
from tests.support.payments import Payments

DEPOSIT = 10**18
RESERVE = 6 * 10**18


@pytest.fixture(scope="module")
def payments(market, gateway, orchestrators, stranger):
    """A gateway with deposit and reserve, and two active orchestrators of whom the first is paid."""
    for orchestrator in orchestrators[:2]:
        market.register(orchestrator, 1000 * LPT)
    market.next_round()
    market.broker.fundDepositAndReserve(DEPOSIT, RESERVE, value=DEPOSIT + RESERVE, sender=gateway)
    return Payments(market, gateway, orchestrators[0], stranger)
