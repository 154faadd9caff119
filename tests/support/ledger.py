"""Every wei of LPT and ETH in the protocol has an owner, or a stated reason to have none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.support.ape_engine import ApeEngine
from tests.support.calldata import deploy
from tests.support.deployment import NOBODY, Market
from tests.support.lens import Lens, Observation

__all__ = ["Ledger"]


class Ledger:
    """Looks at a market and everybody in it at once.

    Args:
        people: whoever may hold stake, LPT or money in the broker.
    """

    def __init__(self, market: Market, people: Sequence[Any]) -> None:
        self._market = market
        engine = ApeEngine()
        contract = deploy(engine, people[0].address, "HarnessProtocolLens", market.controller.address)
        looked_at = dict.fromkeys([NOBODY, market.treasury.address, *(p.address for p in people)])
        self._lens = Lens(engine, contract, list(looked_at), [p.address for p in people])

    def look(self, past_round: int = 0) -> Observation:
        return self._lens.look(past_round)

    def check(self, *, unowned_lpt: int = 0, unowned_eth: int = 0) -> None:
        """Holds the vault, the Minter, against what it owes.

        Args:
            unowned_lpt: LPT wei that nobody can claim: shares forfeited, fractions of wei, rewards left behind.
            unowned_eth: the same of ETH wei.
        """
        seen = self.look()
        system, accounts = seen.system, seen.accounts.values()
        locked = sum(lock.amount for locks in seen.locks.values() for lock in locks)
        assert system.supply == system.vault_lpt + sum(account.lpt for account in accounts)
        assert system.vault_lpt == sum(account.delegated for account in accounts) + locked
        assert system.vault_lpt - locked - sum(account.pending_stake for account in accounts) == unowned_lpt
        held = sum(account.deposit + account.reserve for account in accounts)
        assert system.vault_eth - held - sum(account.pending_fees for account in accounts) == unowned_eth
        assert (system.stray_lpt, system.stray_eth) == (0, 0)
        in_pool = sum(seen.accounts[member].delegated for member in seen.pool)
        assert system.next_active_stake == in_pool
