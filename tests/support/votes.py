"""The history of votes as the BondingManager would write it, for states that it would never get into by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.support.deployment import NOBODY

__all__ = ["Recorder"]


@dataclass(frozen=True, slots=True)
class Recorder:
    """Writes states of accounts down in the BondingManager's name."""

    market: Any
    sender: Any

    @classmethod
    def of(cls, market: Any, accounts: Any) -> Recorder:
        """One that acts as the market's BondingManager; `accounts` are Ape's."""
        account = accounts[market.bonding.address]
        account.balance = 10**18
        return cls(market, account)

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
