"""Stake as voting power (facts: protocol 6.4): remembered round by round, with nothing cumulative about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from tests.property.models.books import Books

__all__ = ["Ballot", "Votes"]

Ballot = tuple[int, str]  # LPT wei, and whom the account is bonded to


class Owner(Protocol):
    @property
    def pending_stake(self) -> int:
        """All that an account owns now, in whole LPT wei."""
        ...


@dataclass
class Votes:
    """What everybody's vote was at the start of each round.

    Attributes:
        totals: stake of the active set, by round; of those that were initialised.
        starts: by round, by account; of rounds whose start is known, and the next one.
    """

    books: Books
    totals: dict[int, int]
    starts: dict[int, dict[str, Ballot]] = field(default_factory=dict)

    def ballot(self, account: str, seen: Owner) -> Ballot:
        """As things stand; `seen` is asked only where what the account owns decides.

        An orchestrator has all that is behind it, who is bonded to one his part, and everybody else nothing.
        """
        delegator = self.books.delegators[account]
        if not delegator.bonded:
            return 0, delegator.delegate
        if delegator.delegate == account:
            return self.books.orchestrators[account].delegated, account
        return seen.pending_stake if self.books.registered(delegator.delegate) else 0, delegator.delegate

    def settle(self, round_: int, ballots: dict[str, Ballot]) -> None:
        """What stands now in `round_` counts at the start of the next."""
        self.starts[round_ + 1] = ballots

    def turn(self, past: int, round_: int, complete: bool) -> None:
        """The round after `past` is `round_`: those between began as the next would have. Unless `complete`, it is
        not known how `past` ended, and nothing of their start."""
        if not complete:
            self.starts.pop(past + 1, None)
        elif past + 1 in self.starts:
            self.starts |= dict.fromkeys(range(past + 2, round_ + 1), self.starts[past + 1])

    def total_at(self, round_: int, next_stake: int) -> int:
        """Stake of the active set at the start of a round: of the next that was initialised if it was skipped itself,
        and `next_stake`, what would be active now, if none has been yet."""
        if round_ in self.totals:
            return self.totals[round_]
        if not self.totals or round_ < min(self.totals):
            return 0
        later = [known for known in self.totals if known >= round_]
        return self.totals[min(later)] if later else next_stake
