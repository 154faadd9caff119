"""Renditions wait here until the gateway has fetched them: in memory, for a while, never more than so many bytes."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from offchain.types import Container

SECRET_BYTES = 16


@dataclass(frozen=True, slots=True)
class ShelvedRendition:
    """A rendition to be fetched: its bytes, their container, and when it goes (seconds of `now`)."""

    data: bytes
    container: Container
    expires: float


class RenditionShelf:
    """Renditions by path; whoever knows the path may fetch, so a part of it is secret."""

    def __init__(self, max_bytes: int, ttl_s: float, now: Callable[[], float] = time.monotonic) -> None:
        """
        Args:
            max_bytes: over all renditions; the oldest go when more come.
            ttl_s: seconds until a rendition goes.
            now: a clock in seconds that never goes back.
        """
        self._max_bytes, self._ttl_s, self._now = max_bytes, ttl_s, now
        self._shelved: OrderedDict[str, ShelvedRendition] = OrderedDict()
        self.size = 0

    def put(self, session_id: str, seq: int, renditions: Sequence[tuple[bytes, Container]]) -> list[str]:
        """Shelves the renditions of a segment.

        Returns:
            One path each, in order: `<session>/<seq>-<rung>-<secret><extension>`.
        """
        secret = secrets.token_urlsafe(SECRET_BYTES)
        paths = []
        for rung, (data, container) in enumerate(renditions):
            path = f"{session_id}/{seq}-{rung}-{secret}{container.extension}"
            self._shelved[path] = ShelvedRendition(data, container, self._now() + self._ttl_s)
            self.size += len(data)
            paths.append(path)
        self._make_room()
        return paths

    def get(self, path: str) -> ShelvedRendition | None:
        """The rendition at a path, or None if it is unknown or gone."""
        self._make_room()
        return self._shelved.get(path)

    def _make_room(self) -> None:
        now = self._now()
        while self._shelved:
            oldest = next(iter(self._shelved.values()))
            if oldest.expires > now and self.size <= self._max_bytes:
                break
            self._shelved.popitem(last=False)
            self.size -= len(oldest.data)
