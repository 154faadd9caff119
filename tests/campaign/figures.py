"""Figures of a campaign as people read them."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["Pace", "duration", "share", "thousands", "wei_text"]

WINDOW_S = 15.0


def thousands(number: int | float) -> str:
    return f"{number:,.0f}"


def share(part: float, whole: float) -> str:
    """In per cent, or a dash for parts of nothing."""
    return f"{100 * part / whole:.1f} %" if whole else "—"


def duration(seconds: float) -> str:
    """In the two largest units that matter."""
    seconds = max(round(seconds), 0)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3_600:
        return f"{seconds // 60} min {seconds % 60} s"
    return f"{seconds // 3_600} h {seconds % 3_600 // 60} min"


def wei_text(wei: float) -> str:
    """Whole wei as such, fractions to three digits."""
    return f"{wei:,.0f} wei" if wei == int(wei) else f"{wei:,.3g} wei"


class Pace:
    """Calls a second, over the last quarter of a minute."""

    def __init__(self) -> None:
        self._seen: list[tuple[float, int]] = []

    def update(self, elapsed: float, calls: int) -> float:
        """At `elapsed` seconds there were `calls`; answers with how many a second."""
        self._seen.append((elapsed, calls))
        while len(self._seen) > 2 and self._seen[1][0] < elapsed - WINDOW_S:
            self._seen.pop(0)
        return _slope(self._seen)


def _slope(seen: Sequence[tuple[float, int]]) -> float:
    (began, before), (ended, after) = seen[0], seen[-1]
    return (after - before) / (ended - began) if ended > began else 0.0
