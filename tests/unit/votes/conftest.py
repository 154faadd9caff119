"""Who writes the history of votes, and where it is read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.votes import Recorder


@pytest.fixture
def votes(market: Any) -> Any:
    return market.votes


@pytest.fixture
def record(market: Any, accounts: Any) -> Recorder:
    return Recorder.of(market, accounts)


@pytest.fixture
def bonding_manager(record: Recorder) -> Any:
    """The BondingManager as an account."""
    return record.sender
