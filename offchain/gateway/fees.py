"""What a segment will cost, before anybody has worked on it (facts: offchain 2.3).

Output pixels are billed, input is not. The gateway has looked at the source, so it knows the size and the number of
frames that each rendition will have, and prepays 2 % more. (The network's own gateways go by the profile's size, by 60
frames a second where the source's rate is kept, and by whole seconds; what that prepays in excess stays as credit, and
is lost with the session.)
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from offchain.media.geometry import rendition_size
from offchain.media.probe import MediaInfo
from offchain.types import RenditionProfile

__all__ = ["estimate_fee", "estimate_pixels", "expected_frames"]

MARGIN = Fraction(102, 100)


def expected_frames(profile: RenditionProfile, source: MediaInfo) -> Fraction:
    """Frames of a rendition: by its own rate and the duration of the source, or as many as the source has."""
    return profile.fps * source.duration_ms / 1000 if profile.fps else Fraction(source.frames)


def estimate_pixels(profiles: Iterable[RenditionProfile], source: MediaInfo) -> int:
    """Pixels of all renditions of a segment, frames rounded up."""
    pixels = 0
    for profile in profiles:
        width, height = rendition_size(profile, source.width, source.height)
        pixels += width * height * expected_frames(profile, source).__ceil__()
    return pixels


def estimate_fee(profiles: Iterable[RenditionProfile], source: MediaInfo, price: Fraction) -> Fraction:
    """Wei to have prepaid before a segment is sent; `price` in wei per pixel."""
    return estimate_pixels(profiles, source) * MARGIN * price
