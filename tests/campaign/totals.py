"""What the histories of a campaign come to together, whatever their order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.campaign.history import History
from tests.campaign.plan import Order

__all__ = ["DONE", "MachineTotals", "Totals", "Worst"]

DONE = "done"


class Worst(NamedTuple):
    """The largest rounding seen, in wei, and the history that has it (the first of several)."""

    wei: float
    index: int


@dataclass
class MachineTotals:
    """Of one machine.

    Attributes:
        seconds: of processor time that its histories took.
        tally: how often an action ended in a result: "done", or the name of the error.
        pairs: how often an action followed another.
        roundings: by property.
    """

    histories: int = 0
    calls: int = 0
    refusals: int = 0
    seconds: float = 0.0
    tally: Counter[tuple[str, str]] = field(default_factory=Counter)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    roundings: dict[str, Worst] = field(default_factory=dict)

    def add(self, index: int, history: History) -> None:
        self.histories += 1
        self.calls += history.calls
        self.refusals += history.refusals
        self.seconds += history.seconds
        self.tally.update(history.tally)
        self.pairs.update(history.pairs)
        for name, wei in history.roundings.items():
            self.note(name, Worst(wei, index))

    def note(self, name: str, seen: Worst) -> None:
        """Keeps the worse of two roundings of a property, and of equal ones the earlier."""
        known = self.roundings.get(name)
        if known is None or (-seen.wei, seen.index) < (-known.wei, known.index):
            self.roundings[name] = seen

    @property
    def actions(self) -> list[str]:
        """Those that were tried."""
        return sorted({action for action, _ in self.tally})

    @property
    def possible_pairs(self) -> int:
        return len(self.actions) ** 2

    @property
    def missing_pairs(self) -> list[tuple[str, str]]:
        """Pairs of tried actions that never followed one another."""
        return [(one, next_) for one in self.actions for next_ in self.actions if (one, next_) not in self.pairs]

    def by_action(self) -> dict[str, tuple[int, int]]:
        """Each action: how often it was done, and refused."""
        done = {action: self.tally[action, DONE] for action in self.actions}
        tried = Counter[str]()
        for (action, _), count in self.tally.items():
            tried[action] += count
        return {action: (done[action], tried[action] - done[action]) for action in self.actions}


class Totals(dict[str, MachineTotals]):
    """Of all machines of a campaign, by name."""

    def add(self, order: Order, history: History) -> None:
        self.setdefault(order.machine, MachineTotals()).add(order.index, history)

    @property
    def histories(self) -> int:
        return sum(machine.histories for machine in self.values())

    @property
    def calls(self) -> int:
        return sum(machine.calls for machine in self.values())

    @property
    def refusals(self) -> int:
        return sum(machine.refusals for machine in self.values())

    @property
    def seconds(self) -> float:
        return sum(machine.seconds for machine in self.values())

    @property
    def pairs(self) -> tuple[int, int]:
        """How many pairs of actions were seen, of how many."""
        return sum(len(machine.pairs) for machine in self.values()), sum(m.possible_pairs for m in self.values())
