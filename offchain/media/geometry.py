"""The size that a rendition gets: the requested one, adapted to the shape of the source.

The larger requested side is kept and lies along the larger side of the source; the other follows the aspect ratio of
the source, rounded to even. Worker and gateway compute it alike (facts: transcode 2).
"""

from __future__ import annotations

from offchain.types import RenditionProfile

__all__ = ["MAX_HEIGHT", "MAX_WIDTH", "MIN_HEIGHT", "MIN_WIDTH", "rendition_size"]

MIN_WIDTH, MIN_HEIGHT = 146, 50
MAX_WIDTH, MAX_HEIGHT = 4096, 4096


def rendition_size(profile: RenditionProfile, source_width: int, source_height: int) -> tuple[int, int]:
    """Width and height in pixels that the rendition of a source is encoded with; both are even.

    Args:
        profile: width and height as asked for, in either orientation.
        source_width: pixels of the decoded picture, at least 1.
        source_height: pixels of the decoded picture, at least 1.

    Returns:
        A size within 146x50 to 4096x4096. The aspect ratio gives way only where those bounds leave no other choice.
    """
    longest = max(profile.width, profile.height)
    if source_width >= source_height:
        width, height = longest, _follow(longest, source_height, source_width)
    else:
        width, height = _follow(longest, source_width, source_height), longest
    if width < MIN_WIDTH:
        width, height = MIN_WIDTH, _follow(MIN_WIDTH, source_height, source_width)
    if height < MIN_HEIGHT:
        width, height = _follow(MIN_HEIGHT, source_width, source_height), MIN_HEIGHT
    return _clamp(width, MIN_WIDTH, MAX_WIDTH), _clamp(height, MIN_HEIGHT, MAX_HEIGHT)


def _follow(side: int, numerator: int, denominator: int) -> int:
    """`side * numerator / denominator` to the nearest even number, halves upwards."""
    return (side * numerator + denominator) // (2 * denominator) * 2


def _clamp(value: int, low: int, high: int) -> int:
    return min(max(value - value % 2, low), high)
