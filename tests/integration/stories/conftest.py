"""Stories of the protocol: several people, several rounds, exact figures, and no wei without an owner."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.deployment import LPT
from tests.support.ledger import Ledger
from tests.support.reckoning import Sheet
from tests.support.shares import minted

STAKES = (40_000 * LPT, 30_000 * LPT, 20_000 * LPT, 10_000 * LPT)  # against some 2,200 LPT that a round mints


@pytest.fixture
def ledger(market: Any, accounts: Any) -> Ledger:
    return Ledger(market, [accounts[i] for i in range(20)])


@pytest.fixture
def bonding(market: Any) -> Any:
    return market.bonding


@pytest.fixture
def four(market: Any, orchestrators: list[Any]) -> list[Any]:
    """Fill the active set from the beginning of the round, with 40, 30, 20 and 10 thousand LPT; they keep 10 % of
    rewards and give 50 % of fees."""
    for account, stake in zip(orchestrators, STAKES, strict=False):
        market.register(account, stake)
    market.next_round()
    return orchestrators[:4]


@pytest.fixture
def one(market: Any, orchestrators: list[Any]) -> Any:
    """Alone, active since the beginning of the round, with 10,000 LPT and the same rates."""
    market.register(orchestrators[0], 10_000 * LPT)
    market.next_round()
    return orchestrators[0]


@pytest.fixture
def pair(market: Any, orchestrators: list[Any]) -> list[Any]:
    """Two active orchestrators with 10,000 LPT each and the same rates; two more seats are free."""
    for account in orchestrators[:2]:
        market.register(account, 10_000 * LPT)
    market.next_round()
    return orchestrators[:2]


@pytest.fixture
def reward_for(market: Any) -> Any:
    """LPT wei that a round's reward creates for a stake."""

    def reckon(stake: int) -> int:
        budget = market.minter.currentMintableTokens()
        return minted(budget, stake, market.bonding.currentRoundTotalActiveStake())

    return reckon


@pytest.fixture
def first_factor(market: Any) -> Any:
    """The factor before a round's reward as the chain deduces it where it has kept none: see {Sheet.deduced}."""

    def reckon(sheet: Sheet, stake: int) -> int:
        cut = market.bonding.treasuryRewardCutRate()
        active = market.bonding.currentRoundTotalActiveStake()
        return sheet.deduced(market.minter.currentMintableTokens(), stake, active, cut)

    return reckon
