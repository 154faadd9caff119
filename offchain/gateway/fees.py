"""What a segment will cost at most, before anybody has worked on it (facts: offchain 2.3).

Output pixels are billed, input is not. The estimate takes each profile at its full size, frame rate and duration
rounded up, and 2 % more; what is left of it stays as credit.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from offchain.types import RenditionProfile

__all__ = ["estimate_fee", "estimate_pixels"]

ASSUMED_FPS = 60
"""Frame rate of a profile that keeps the source's."""
MARGIN = Fraction(102, 100)


def estimate_pixels(profiles: Iterable[RenditionProfile], duration_ms: int) -> int:
    """Pixels of all renditions of a segment, rounded up to whole frames and seconds."""
    seconds = -(-duration_ms // 1000)
    return sum(p.width * p.height * (p.fps.__ceil__() or ASSUMED_FPS) * seconds for p in profiles)


def estimate_fee(profiles: Iterable[RenditionProfile], duration_ms: int, price: Fraction) -> Fraction:
    """Wei to have prepaid before a segment is sent; `price` in wei per pixel."""
    return estimate_pixels(profiles, duration_ms) * MARGIN * price
