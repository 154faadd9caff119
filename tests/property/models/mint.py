"""How much LPT a round may create (facts: protocol 6.2)."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Mint"]

BILLION = 10**9


@dataclass
class Mint:
    """Supply and budget. LPT in wei; inflation, its step and the target are shares of 1e9."""

    supply: int
    inflation: int
    inflation_change: int
    target_bonding_rate: int
    mintable: int = 0
    minted: int = 0

    def begin_round(self, bonded: int) -> None:
        """One step of inflation towards the target, and a new budget."""
        rate = bonded * BILLION // self.supply
        if rate < self.target_bonding_rate:
            self.inflation += self.inflation_change
        elif rate > self.target_bonding_rate:
            self.inflation = max(0, self.inflation - self.inflation_change)
        self.mintable, self.minted = self.supply * self.inflation // BILLION, 0

    def share(self, stake: int, active_stake: int) -> int:
        """What `stake` earns out of the budget; the fraction is floored at 1e9 before it is applied."""
        return self.mintable * (stake * BILLION // active_stake) // BILLION

    def create(self, amount: int) -> None:
        self.supply += amount
        self.minted += amount
        assert self.minted <= self.mintable, "MINT-29: a round creates no more than its budget"
