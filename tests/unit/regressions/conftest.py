"""The same people for every bug: two active orchestrators and three who delegate."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.deployment import LPT
from tests.support.ledger import Ledger


@pytest.fixture
def bonding(market: Any) -> Any:
    return market.bonding


@pytest.fixture
def ledger(market: Any, accounts: Any) -> Ledger:
    return Ledger(market, [accounts[i] for i in range(20)])


@pytest.fixture
def pair(market: Any, orchestrators: list[Any]) -> list[Any]:
    """Active from the beginning of the round, with 10,000 and 8,000 LPT."""
    for account, stake in zip(orchestrators, (10_000, 8_000), strict=False):
        market.register(account, stake * LPT)
    market.next_round()
    return orchestrators[:2]


@pytest.fixture
def three(market: Any, pair: list[Any], delegators: list[Any]) -> list[Any]:
    """Bonded to the first of the pair, from the beginning of the round: 1,000, 2,000 and 3,000 LPT."""
    for index, account in enumerate(delegators[:3], start=1):
        market.bond(account, index * 1_000 * LPT, pair[0])
    market.next_round()
    return delegators[:3]
