"""What a campaign plays: histories of its machines in an order that depends on its seed and settings alone.

A history is the unit of work: some 1,000 calls from the same fresh world, drawn from a seed of its own. So a campaign
comes out the same on one core, on many, on a cluster, or after an interruption; and each history can be played alone.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tests.campaign.bad_input import BadInputError

__all__ = ["HISTORY_CALLS", "Order", "Plan", "history_seed", "machine_weights"]

HISTORY_CALLS = 1_000
SEED = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Order(NamedTuple):
    """One history to be played: the `index`-th of its machine."""

    machine: str
    index: int
    seed: int
    calls: int


@dataclass(frozen=True)
class Plan:
    """A campaign's settings.

    Attributes:
        seed: text of which each history's seed is made.
        weights: how often each machine's turn comes, by its name.
        calls: how many are to be played; rounded up to whole histories.
        history_calls: how many a history has.
    """

    seed: str
    weights: Mapping[str, int]
    calls: int
    history_calls: int = HISTORY_CALLS

    def __post_init__(self) -> None:
        if not SEED.fullmatch(self.seed):
            raise BadInputError(f"seed '{self.seed}': up to 64 letters, digits, dots, hyphens and underscores")
        if self.calls < 1:
            raise BadInputError(f"{self.calls:,} calls: at least one is needed")
        if self.history_calls < 1:
            raise BadInputError(f"histories of {self.history_calls:,} calls: at least one is needed")
        if not self.weights or min(self.weights.values()) < 1:
            raise BadInputError("a machine's weight is a whole number above zero")

    @property
    def histories(self) -> int:
        return -(-self.calls // self.history_calls)

    def orders(self) -> Iterator[Order]:
        """The histories; a plan of more calls begins with those of a plan of fewer."""
        credit, played, total = Counter(self.weights), Counter[str](), sum(self.weights.values())
        for _ in range(self.histories):
            machine = max(self.weights, key=lambda name: (credit[name], name))
            yield Order(machine, played[machine], history_seed(self.seed, machine, played[machine]), self.history_calls)
            played[machine] += 1
            credit[machine] -= total
            credit.update(self.weights)

    def command(self) -> str:
        """That plays the same."""
        machines = ",".join(f"{name}:{weight}" for name, weight in self.weights.items())
        words = f"make campaign SEED={self.seed} CALLS={self.calls} MACHINE={machines}"
        usual = self.history_calls == min(HISTORY_CALLS, self.calls)
        return words if usual else f'{words} ARGS="--history-calls {self.history_calls}"'

    def identity(self, **versions: str) -> str:
        """Digest of all that decides what the histories are: of two plans that differ in `calls` alone it is the same.
        `versions` are digests of what is played, and of what plays."""
        facts = {"seed": self.seed, "weights": dict(sorted(self.weights.items())), "calls": self.history_calls}
        return hashlib.sha256(json.dumps(facts | versions, sort_keys=True).encode()).hexdigest()


def history_seed(campaign: str, machine: str, index: int) -> int:
    """Seed of the `index`-th history of a machine, below 2^64."""
    return int.from_bytes(hashlib.sha256(f"{campaign}/{machine}/{index}".encode()).digest()[:8])


def machine_weights(text: str, known: Mapping[str, int]) -> dict[str, int]:
    """Reads "all", or names with commas between them, each with a weight if wanted: "staking:3,governance".

    `known` are the machines that there are, with their usual weights.
    """
    if text.strip() in ("", "all"):
        return dict(sorted(known.items()))
    weights = {}
    for part in text.split(","):
        name, _, weight = (word.strip() for word in part.partition(":"))
        if name not in known:
            raise BadInputError(f"no machine is called '{name}'; there are: {', '.join(sorted(known))} (or all)")
        if weight and not (weight.isascii() and weight.isdigit() and int(weight)):
            raise BadInputError(f"weight '{weight}' of {name}: a whole number above zero")
        weights[name] = int(weight) if weight else known[name]
    return dict(sorted(weights.items()))
