"""Who is there in the tests of stake: a single active orchestrator, and a delegator of it."""

from __future__ import annotations

from typing import Any

import pytest
from eth_utils.crypto import keccak

from tests.support.deployment import LPT


@pytest.fixture
def bonding(market: Any) -> Any:
    return market.bonding


@pytest.fixture
def orchestrator(market: Any, orchestrators: list[Any]) -> Any:
    """Active since the beginning of the round, with 1000 LPT of its own; keeps 10 % of rewards, gives 50 % of fees."""
    market.register(orchestrators[0], 1000 * LPT)
    market.next_round()
    return orchestrators[0]


@pytest.fixture
def bonded(market: Any, orchestrator: Any, delegators: list[Any]) -> Any:
    """A delegator with 500 LPT at the orchestrator, from the beginning of the round."""
    market.bond(delegators[0], 500 * LPT, orchestrator)
    market.next_round()
    return delegators[0]


@pytest.fixture
def full_pool(market: Any, orchestrators: list[Any]) -> list[Any]:
    """The four orchestrators that fill the active set, from the beginning of the round: 400, 300, 200, 100 LPT."""
    four = orchestrators[:4]
    for account, stake in zip(four, (400, 300, 200, 100), strict=True):
        market.register(account, stake * LPT)
    market.next_round()
    return four


@pytest.fixture
def verifier(market: Any, accounts: Any) -> Any:
    """May slash; and the Minter may burn, which it may not otherwise."""
    market.token.grantRole(keccak(text="BURNER_ROLE"), market.minter, sender=market.owner)
    market.controller.setContractInfo(keccak(text="Verifier"), accounts[16], bytes(20), sender=market.owner)
    return accounts[16]
