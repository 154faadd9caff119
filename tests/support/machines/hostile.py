"""What rules draw: whom and how much, with a liking for edges."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from tests.support.machines.rules import build, either, just, one_of, tuple_of, whole
from tests.support.world import DELEGATORS, EVERYBODY, GATEWAYS, ORCHESTRATORS

__all__ = [
    "Portion",
    "Someone",
    "hints",
    "names",
    "orchestrators",
    "people",
    "portions",
    "rates",
    "senders",
    "targets",
]

DUST = 999
SMALL = 10**12


class Portion(Enum):
    """An amount relative to what is there."""

    NOTHING = "nothing"
    WEI = "1 wei"
    TWO_WEI = "2 wei"
    DUST = "dust"
    SMALL = "small"
    TENTH = "a tenth"
    HALF = "half"
    ALL_BUT_ONE = "all but one"
    ALL = "all"
    TOO_MUCH = "one too many"

    def of(self, total: int) -> int:
        return {
            Portion.NOTHING: 0,
            Portion.WEI: 1,
            Portion.TWO_WEI: 2,
            Portion.DUST: DUST,
            Portion.SMALL: SMALL,
            Portion.TENTH: total // 10,
            Portion.HALF: total // 2,
            Portion.ALL_BUT_ONE: max(total - 1, 0),
            Portion.ALL: total,
            Portion.TOO_MUCH: total + 1,
        }[self]


class Someone(NamedTuple):
    """The `index`-th of those for whom a call makes sense; of everybody, sense or not, unless `fit`."""

    index: int
    fit: bool


# Portions that are somewhere in the middle come up more often: they keep an example going.
portions = one_of([Portion.TENTH, Portion.HALF, Portion.ALL, Portion.TENTH, *Portion])

people = build(Someone, whole(0, 9), one_of((True, True, True, True, False)))
names = one_of(EVERYBODY)
orchestrators = one_of((*ORCHESTRATORS, *ORCHESTRATORS, *EVERYBODY))
targets = one_of((*ORCHESTRATORS, *ORCHESTRATORS, *ORCHESTRATORS, *EVERYBODY, "nobody"))
senders = one_of((*GATEWAYS, *GATEWAYS, "mallory"))
rates = one_of((0, 1, 500_000, 999_999, 1_000_000, 500_000, 100_000, 1_000_001))  # of 1e6
anybody = one_of((*ORCHESTRATORS, *DELEGATORS, "nobody", "mallory"))
# Most calls carry no hint; those that do carry any two names.
hints = either(just(("nobody", "nobody")), tuple_of(anybody, anybody))
