"""Which orchestrator gets the next segment: pure functions over what is known of each.

The best fit has the lowest score

    score = w_price · P + w_latency · L + w_stake · (1 − S)

    P   its price over the highest price among the candidates; 0 when all work for free
    L   its latency score, cut off at 2 and halved; the latency score is round trip over duration of the segment
        (facts: offchain 2.5), so that 1 is real time
    S   its share of the candidates' stake; 1/n when nobody has any

Each term lies in 0 … 1. Equal scores go to the lower price, then to the lower address: the choice is a function of
what is known, so that an operator can tell from the log why another was chosen. Upstream draws by weight instead
(facts: offchain 5.1).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

__all__ = ["REAL_TIME", "Standing", "Weights", "choose", "latency_score", "may_reuse", "rank", "scores"]

REAL_TIME = 1.0
WORST_LATENCY = 2.0
SHORTEST_SEGMENT_S = 1.0
FLOOR_S = 1.5


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the three terms, each 0 … 1; they need not sum to 1, only their ratio counts."""

    price: float = 0.5
    latency: float = 0.4
    stake: float = 0.1


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one orchestrator when a segment is to be sent.

    Attributes:
        name: its address; breaks ties.
        price: wei per pixel.
        latency: its latency score; before the first segment, how long it took to answer over 1.5 s.
        stake: LPT wei; 0 where it was not found on chain.
        suspended_until: time on the caller's clock until which it is only used when nobody else is left.
        banned: its last failure was a forged result: not used at all while suspended.
    """

    name: str
    price: Fraction
    latency: float
    stake: int = 0
    suspended_until: float = 0.0
    banned: bool = False


def scores(candidates: Sequence[Standing], weights: Weights) -> list[float]:
    """The score of each candidate, lower is better, in the order given."""
    highest = max((c.price for c in candidates), default=Fraction(0))
    staked = sum(c.stake for c in candidates)
    result = []
    for c in candidates:
        price = float(c.price / highest) if highest > 0 else 0.0
        latency = min(max(c.latency, 0.0), WORST_LATENCY) / WORST_LATENCY
        share = c.stake / staked if staked > 0 else 1 / len(candidates)
        result.append(weights.price * price + weights.latency * latency + weights.stake * (1 - share))
    return result


def rank(candidates: Iterable[Standing], weights: Weights) -> list[Standing]:
    """The candidates, best fit first."""
    rows = list(candidates)
    marked = zip(scores(rows, weights), rows, strict=True)
    return [row for _, row in sorted(marked, key=lambda mark: (mark[0], mark[1].price, mark[1].name))]


def choose(
    candidates: Iterable[Standing],
    weights: Weights,
    *,
    now: float,
    max_price: Fraction | None = None,
    tried: Collection[str] = (),
) -> Standing | None:
    """The best fit among those that may be used; None when there is none.

    Args:
        candidates: all that are known.
        weights: of the terms of the score.
        now: time on the clock that `suspended_until` is read from, seconds.
        max_price: highest price in wei per pixel; whoever asks more is left out.
        tried: names that have failed this very segment.

    A suspended orchestrator only fills up (facts: offchain 3.5): it is chosen when all others are tried or too dear,
    the one whose suspension ends first.
    """
    usable = [c for c in candidates if c.name not in tried and (max_price is None or c.price <= max_price)]
    free = [c for c in usable if c.suspended_until <= now]
    if free:
        return rank(free, weights)[0]
    waiting = [c for c in usable if not c.banned]
    return min(waiting, key=lambda c: (c.suspended_until, c.price, c.name), default=None)


def may_reuse(latency: float, oldest_in_flight_s: float | None, duration_s: float) -> bool:
    """Whether the orchestrator of the segment before gets this one too, without another choice.

    Args:
        latency: its latency score.
        oldest_in_flight_s: age of its oldest segment under way, seconds; None when it is idle.
        duration_s: duration of the segment to send, seconds.

    Idle, it must have kept up with real time; busy, it must not be late (facts: offchain 5.3).
    """
    if oldest_in_flight_s is None:
        return 0 < latency <= REAL_TIME
    return oldest_in_flight_s < (FLOOR_S if duration_s <= SHORTEST_SEGMENT_S else duration_s)


def latency_score(round_trip_s: float, duration_s: float) -> float:
    """Round trip over duration, which counts as 1.5 s at least (facts: offchain 2.5)."""
    return round_trip_s / max(FLOOR_S, duration_s)
