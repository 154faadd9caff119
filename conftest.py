"""Fixtures that every layer of tests may use. Nothing here starts before a test asks for it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.support.deployment import Market

ROOT = Path(__file__).parent

# Where `npm ci` puts anvil, for those who have not linked it into their environment.
os.environ["PATH"] = os.pathsep.join([os.environ["PATH"], str(ROOT / "node_modules" / ".bin")])


@pytest.fixture(scope="session")
def owner(accounts: Any) -> Any:
    """Deploys and owns the protocol, and holds the LPT that nobody else holds."""
    return accounts[0]


@pytest.fixture(scope="session")
def stranger(accounts: Any) -> Any:
    """Somebody whom the protocol knows nothing of."""
    return accounts[2]


@pytest.fixture(scope="session")
def gateway(accounts: Any) -> Any:
    """Pays for work."""
    return accounts[3]


@pytest.fixture(scope="session")
def orchestrators(accounts: Any) -> list[Any]:
    """Six, of whom four fit into the active set."""
    return [accounts[i] for i in range(4, 10)]


@pytest.fixture(scope="session")
def delegators(accounts: Any) -> list[Any]:
    return [accounts[i] for i in range(10, 16)]


@pytest.fixture(scope="session")
def market(owner: Any, orchestrators: list[Any], delegators: list[Any]) -> Market:
    """The whole protocol in an initialised round, with nobody in it yet; the stakers have LPT to bond."""
    from tests.support.deployment import deploy_market

    return deploy_market(owner, [*orchestrators, *delegators])


@pytest.fixture(scope="session")
def treasury(market: Market) -> Any:
    """The deployed Treasury, which takes its part of rewards."""
    return market.treasury
