"""Live streams: segments come in by number, the last few of each rendition can be played (facts: offchain 6.6)."""

from __future__ import annotations

import math
import re
from collections import deque
from dataclasses import dataclass
from fractions import Fraction

from offchain.gateway.outcome import SegmentOutcome, VerifiedRendition
from offchain.types import RenditionProfile

__all__ = ["LiveWindow", "rendition_keys"]

VERSION = 6


@dataclass(frozen=True, slots=True)
class _Place:
    """A segment in the window: its number, its renditions, and whether it follows the one before without a hole."""

    seq: int
    renditions: tuple[VerifiedRendition, ...]
    follows: bool


def rendition_keys(ladder: tuple[RenditionProfile, ...]) -> tuple[str, ...]:
    """A name for each rendition that is fit for a URL and a file, in order; distinct."""
    keys: list[str] = []
    for number, profile in enumerate(ladder):
        plain = re.sub(r"[^A-Za-z0-9_-]+", "_", profile.name)[:64].strip("_")
        keys.append(plain if plain and plain not in keys else f"rendition-{number}")
    return tuple(keys)


class LiveWindow:
    """The last segments of a stream, and the playlists that list them.

    Players hold on to what a playlist once said, so that a segment is listed when all that began before it have ended,
    and nothing is ever put in front of it.
    """

    def __init__(self, ladder: tuple[RenditionProfile, ...], size: int) -> None:
        self.keys = rendition_keys(ladder)
        self._listed: deque[_Place] = deque()
        self._size = size
        self._under_way: set[int] = set()
        self._waiting: dict[int, SegmentOutcome] = {}
        self._last: int | None = None
        self._removed = self._breaks_removed = 0

    @property
    def busy(self) -> int:
        """Segments under way."""
        return len(self._under_way)

    def begin(self, seq: int) -> bool:
        """Notes that a segment is under way; False if it is already."""
        if seq in self._under_way:
            return False
        self._under_way.add(seq)
        return True

    def end(self, seq: int, outcome: SegmentOutcome | None) -> None:
        """Notes that it has ended, with renditions or without; a number that has passed is not listed any more."""
        self._under_way.discard(seq)
        if outcome is not None and (self._last is None or seq > self._last):
            self._waiting[seq] = outcome
        for ready in sorted(self._waiting):
            if any(earlier < ready for earlier in self._under_way):
                break
            self._list(ready, self._waiting.pop(ready))

    def segment(self, key: str, seq: int) -> VerifiedRendition | None:
        """A rendition in the window."""
        place = next((place for place in self._listed if place.seq == seq), None)
        return place.renditions[self.keys.index(key)] if place is not None and key in self.keys else None

    def _list(self, seq: int, outcome: SegmentOutcome) -> None:
        self._listed.append(_Place(seq, outcome.renditions, follows=self._last is None or seq == self._last + 1))
        self._last = seq
        if len(self._listed) > self._size:
            self._removed += 1
            self._breaks_removed += not self._listed.popleft().follows

    def master(self, name: str) -> str | None:
        """The master playlist of the stream `name`; None before the first segment."""
        if not self._listed:
            return None
        lines = ["#EXTM3U", f"#EXT-X-VERSION:{VERSION}", "#EXT-X-INDEPENDENT-SEGMENTS"]
        for number, key in enumerate(self.keys):
            rows = [place.renditions[number] for place in self._listed]
            last = rows[-1]
            rate = max(math.ceil(Fraction(len(row.data) * 8000, max(row.duration_ms, 1))) for row in rows)
            lines += [
                f'#EXT-X-STREAM-INF:BANDWIDTH={rate},CODECS="{last.codecs}",RESOLUTION={last.width}x{last.height},'
                f"FRAME-RATE={float(last.fps):.3f}",
                f"{name}/{key}.m3u8",
            ]
        return "\n".join(lines) + "\n"

    def media(self, key: str) -> str | None:
        """The media playlist of a rendition; None before the first segment, or if there is no such rendition."""
        if key not in self.keys or not self._listed:
            return None
        number = self.keys.index(key)
        longest = max(place.renditions[number].duration_ms for place in self._listed)
        lines = [
            "#EXTM3U",
            f"#EXT-X-VERSION:{VERSION}",
            f"#EXT-X-TARGETDURATION:{max(math.ceil(longest / 1000), 1)}",
            f"#EXT-X-MEDIA-SEQUENCE:{self._removed}",
            f"#EXT-X-DISCONTINUITY-SEQUENCE:{self._breaks_removed}",
            "#EXT-X-INDEPENDENT-SEGMENTS",
        ]
        for place in self._listed:
            if not place.follows:
                lines.append("#EXT-X-DISCONTINUITY")
            rendition = place.renditions[number]
            lines.append(f"#EXTINF:{rendition.duration_ms / 1000:.3f},")
            lines.append(f"{key}/{place.seq}{rendition.profile.container.extension}")
        return "\n".join(lines) + "\n"
