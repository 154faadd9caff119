"""What a bomb is: a segment made to take more than it gives, each of another kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from offchain.errors import OffchainError
from offchain.types import Container, RenditionProfile

__all__ = ["SMALL", "Bomb", "Canary", "Errors"]

SMALL = (RenditionProfile("small", 160, 90, 100_000),)
FAST = (RenditionProfile("fast", 160, 90, 100_000, Fraction(60)),)

Errors = tuple[type[OffchainError], ...]


@dataclass(frozen=True)
class Canary:
    """What a segment must not reach.

    Attributes:
        port: of a server on the loopback that notes every connection.
        path: of a file with a secret in it.
    """

    port: int
    path: str


@dataclass(frozen=True)
class Bomb:
    """A hostile segment.

    Attributes:
        name: what is odd about it.
        make: its bytes.
        errors: what becomes of it; empty where the segment is odd and no more, and is transcoded.
        container: what it is declared to be.
        profiles: what is asked for.
    """

    name: str
    make: Callable[[Canary], bytes]
    errors: Errors
    container: Container = Container.MPEGTS
    profiles: tuple[RenditionProfile, ...] = SMALL
