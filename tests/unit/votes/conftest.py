"""Who writes the history of votes, and what they write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.deployment import NOBODY


@pytest.fixture
def votes(market: Any) -> Any:
    return market.votes


@pytest.fixture
def bonding_manager(market: Any, accounts: Any) -> Any:
    """The BondingManager as an account, for states that it would never get into by itself."""
    account = accounts[market.bonding.address]
    account.balance = 10**18
    return account


@dataclass(frozen=True, slots=True)
class Recorder:
    """Writes states of accounts down in the BondingManager's name."""

    market: Any
    sender: Any

    def total(self, stake: int) -> Any:
        """The active stake of the current round."""
        return self.market.votes.checkpointTotalActiveStake(stake, self.market.round, sender=self.sender)

    def state(
        self,
        account: Any,
        bonded: int,
        delegate: Any,
        delegated: int = 0,
        *,
        claimed: int = 0,
        rewarded: int = 0,
        start: int | None = None,
    ) -> Any:
        """What an account has from the next round on; `claimed` and `rewarded` are rounds."""
        round_ = self.market.round + 1 if start is None else start
        arguments = (account, round_, bonded, delegate, delegated, claimed, rewarded)
        return self.market.votes.checkpointBondingState(*arguments, sender=self.sender)

    def transcoder(self, account: Any, bonded: int, delegated: int, *, rewarded: int = 0, claimed: int = 0) -> Any:
        return self.state(account, bonded, account, delegated, rewarded=rewarded, claimed=claimed)

    def nobody(self, account: Any) -> Any:
        """That an account has nothing any more."""
        return self.state(account, 0, NOBODY)


@pytest.fixture
def record(market: Any, bonding_manager: Any) -> Recorder:
    return Recorder(market, bonding_manager)
