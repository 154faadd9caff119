"""How much LPT a round may create (facts: protocol 6.2)."""

from __future__ import annotations

from dataclasses import dataclass

from tests.property.models.refusal import require

__all__ = ["Mint"]

BILLION = 10**9
SUPPLY_LIMIT = 2**104 - 1


@dataclass
class Mint:
    """Supply and budget. LPT in wei; inflation, its step and the target are shares of 1e9. No budget takes the supply
    beyond {SUPPLY_LIMIT}.

    Attributes:
        elsewhere: LPT wei on L1, as the bridge tells.
    """

    supply: int
    inflation: int
    inflation_change: int
    target_bonding_rate: int
    mintable: int = 0
    minted: int = 0
    elsewhere: int = 0

    def begin_round(self, bonded: int) -> None:
        """One step of inflation towards the target, and a new budget; LPT on the other chain count as well."""
        supply = self.supply + self.elsewhere
        rate = bonded * BILLION // supply
        if rate < self.target_bonding_rate:
            self.inflation += self.inflation_change
        elif rate > self.target_bonding_rate:
            self.inflation = max(0, self.inflation - self.inflation_change)
        room = max(0, SUPPLY_LIMIT - supply)
        self.mintable, self.minted = min(supply * self.inflation // BILLION, room), 0

    def set_inflation_change(self, share: int) -> None:
        require(share <= BILLION, "InvalidPercentage", share, BILLION)
        self.inflation_change = share

    def set_target_bonding_rate(self, share: int) -> None:
        require(share <= BILLION, "InvalidPercentage", share, BILLION)
        self.target_bonding_rate = share

    def share(self, stake: int, active_stake: int) -> int:
        """What `stake` earns out of the budget; the fraction is floored at 1e9 before it is applied."""
        return self.mintable * (stake * BILLION // active_stake) // BILLION

    def create(self, amount: int) -> None:
        self.supply += amount
        self.minted += amount
        assert self.minted <= self.mintable, "MINT-29: a round creates no more than its budget"
