"""Who is left alone for a while, and for how long.

A failure suspends an orchestrator for a time that doubles with each further failure; a success halves what has
gathered. Time passes by itself: nothing needs to be refreshed for a suspension to end. (The network's own nodes count
refreshes of their pool instead, after a few of which a suspension ends as soon as it begins, facts: offchain 3.6.)
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Suspension:
    """An entry: `until` on the table's clock, `strikes` failures in a row, `banned` for a forged result."""

    until: float
    strikes: int
    banned: bool


FREE = Suspension(until=float("-inf"), strikes=0, banned=False)


class SuspensionTable:
    """Suspensions by name; `base_s` for the first failure, at most `longest_s`."""

    def __init__(self, base_s: float, longest_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._base_s, self._longest_s, self._clock = base_s, longest_s, clock
        self._entries: dict[str, Suspension] = {}

    def of(self, name: str) -> Suspension:
        """The entry of `name`; one that has ended long ago when there is none."""
        return self._entries.get(name, FREE)

    def suspend(self, name: str, *, banned: bool = False) -> float:
        """Notes a failure and returns the length of the suspension in seconds."""
        strikes = self.of(name).strikes + 1
        # 2**60 base times is for ever; the cap keeps the power in range.
        length = min(self._base_s * 2.0 ** min(strikes - 1, 60), self._longest_s)
        self._entries[name] = Suspension(self._clock() + length, strikes, banned)
        return length

    def forgive(self, name: str) -> None:
        """Notes a success: the next failure suspends for half as long as it would have."""
        entry = self._entries.pop(name, FREE)
        if entry.strikes > 1:
            self._entries[name] = Suspension(FREE.until, entry.strikes // 2, banned=False)
