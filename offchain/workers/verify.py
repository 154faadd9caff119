"""A rendition made once more, and held against the one that somebody delivered.

Runs in a child process (offchain/workers/jobs.py): the bytes are a stranger's.
"""

from __future__ import annotations

from offchain.media.agreement import Verdict, compare
from offchain.media.limits import SegmentLimits
from offchain.types import Container, RenditionProfile
from offchain.workers.transcode import transcode

__all__ = ["verify"]


def verify(
    data: bytes, container: Container, profile: RenditionProfile, rendition: bytes, limits: SegmentLimits
) -> Verdict:
    """How far a rendition agrees with the one that a verifiable worker makes of the segment.

    Args:
        data: the segment.
        container: of the segment.
        profile: what was asked for.
        rendition: what was delivered for it.
        limits: what the segment and the rendition may be.

    Raises:
        MediaError: the segment or the profile cannot be worked on; of the rendition nothing is known then.
    """
    (made,) = transcode(data, container, 0, (profile,), limits).renditions
    return compare(made.data, rendition, profile.container, limits)
