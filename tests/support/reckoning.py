"""An orchestrator's books kept by hand, with the formulas of docs/protocol.md, in whole wei.

A sheet is filled in line by line, as a reader of the page would do it: what the chain says must be the same number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from tests.support.shares import PRECISE, millionths, precise

__all__ = ["Mark", "Sheet"]


class Mark(NamedTuple):
    """Both cumulative factors of an orchestrator at the end of some round, of 1e27."""

    factor: int
    fee_factor: int


@dataclass
class Sheet:
    """One orchestrator. Rates are of 1e6, factors of 1e27, amounts LPT or ETH wei.

    Attributes:
        own: its unclaimed rewards, and `own_before` those before the last reward.
        own_fees: its unclaimed fees.
        factor_before: the reward factor before the last reward.
    """

    reward_cut: int = 100_000
    fee_share: int = 500_000
    factor: int = PRECISE
    factor_before: int = PRECISE
    fee_factor: int = 0
    own: int = 0
    own_before: int = 0
    own_fees: int = 0

    def reward(self, amount: int, stake: int) -> None:
        """`amount` LPT wei are shared over the round's stake."""
        shared = amount - millionths(amount, self.reward_cut)
        self.own_before = self.own
        self.own += amount - shared + precise(shared, self.own, stake)
        self.factor_before = self.factor
        self.factor += precise(self.factor, shared, stake)

    def fees(self, amount: int, stake: int) -> None:
        """`amount` ETH wei come before the round's reward."""
        self._share_fees(amount, stake, self.own, self.factor)

    def fees_after_reward(self, amount: int, stake: int, factor: int | None = None) -> None:
        """`amount` ETH wei come after it; they are shared as if they had come before.

        Args:
            factor: of the round before, if the chain has kept none and makes one up: see {deduced}.
        """
        self._share_fees(amount, stake, self.own_before, self.factor_before if factor is None else factor)

    def deduced(self, budget: int, stake: int, active_stake: int, treasury_cut: int = 0) -> int:
        """The factor before the round's reward, for an orchestrator that missed the round before (or never had a
        reward) when nobody claimed in that round: this round's, less what a reward out of `budget` LPT wei adds."""
        reward = precise(budget, stake, active_stake)
        reward -= reward * treasury_cut // PRECISE
        reward -= millionths(reward, self.reward_cut)
        return precise(self.factor, stake, stake + reward)

    def mark(self) -> Mark:
        """Where whoever claims or bonds in this round starts from."""
        return Mark(self.factor, self.fee_factor)

    def stake(self, bonded: int, since: Mark) -> int:
        """What was bonded at a mark has become."""
        return precise(bonded, self.factor, since.factor)

    def earned(self, bonded: int, since: Mark) -> int:
        """Fees that were earned since a mark by what was bonded then."""
        return precise(bonded, self.fee_factor - since.fee_factor, since.factor)

    def _share_fees(self, amount: int, stake: int, own: int, factor: int) -> None:
        shared = millionths(amount, self.fee_share)
        self.own_fees += amount - shared + precise(shared, own, stake)
        self.fee_factor += precise(factor, shared, stake)
