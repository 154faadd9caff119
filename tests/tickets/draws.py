"""How often tickets win, beside how often they should: TICK-39.

A draw is a signature with a number, no two of them the same; the numbers differ from probability to probability, so
that the eight counts are independent of one another.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from fractions import Fraction

from offchain.tickets import is_winner, sign_digest
from tests.tickets.cases import KEYS
from tests.tickets.judge import Judge

__all__ = ["DRAWS", "MOST_SIGMA", "PROBABILITIES", "Frequency", "frequencies"]

DRAWS = 100_000
NUMBERS = 100
MOST_SIGMA = 5
PROBABILITIES = tuple(map(Fraction, ("1/10000", "1/1000", "1/100", "1/10", "1/3", "1/2", "9/10", "999/1000")))


@dataclass(frozen=True, slots=True)
class Frequency:
    """Of one probability.

    Attributes:
        probability: that the ticket should win with.
        draws: how many there were.
        here: how many won as this package sees it.
        there: how many won as the contracts' library sees it.
    """

    probability: Fraction
    draws: int
    here: int
    there: int

    @property
    def sigma(self) -> float:
        """How many standard deviations the count is from what is expected."""
        p, n = self.probability, self.draws
        return abs(self.here - n * float(p)) / math.sqrt(n * float(p * (1 - p)))


def frequencies(seed: str, draws: int = DRAWS) -> list[Frequency]:
    """One for each probability, `draws` draws each (a multiple of a hundred)."""
    rng, judge = random.Random(f"{seed}/draws"), Judge()
    signatures = [sign_digest(rng.choice(KEYS), rng.randbytes(32)) for _ in range(draws // NUMBERS)]
    found = []
    for probability in PROBABILITIES:
        win_prob = int(probability * 2**256)
        rands = [rng.getrandbits(256) for _ in range(NUMBERS)]
        here = sum(is_winner(signature, rand, win_prob) for signature in signatures for rand in rands)
        there = judge.count_wins(signatures, rands, win_prob)
        found.append(Frequency(probability, len(signatures) * NUMBERS, here, there))
    return found
