"""Rounds, as the protocol counts them (facts: protocol 4), and the Controller's pause."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.property.models.refusal import require

__all__ = ["Clock"]

PERC = 10**6


@dataclass
class Clock:
    """Rounds of `length` blocks, counted from block 0 as long as the length never changes.

    Attributes:
        length: blocks.
        lock_share: last part of a round in which rates cannot change, of 1e6.
        block: number of the block that everything below refers to.
        hashes: what tickets of a round commit to, by round; rounds that were never initialised are absent.
    """

    length: int
    lock_share: int
    block: int = 0
    last_initialized: int = 0
    paused: bool = False
    hashes: dict[int, bytes] = field(default_factory=dict)

    @property
    def round(self) -> int:
        return self.block // self.length

    def round_of(self, block: int) -> int:
        return block // self.length

    @property
    def start_block(self) -> int:
        return self.round * self.length

    @property
    def initialized(self) -> bool:
        return self.last_initialized == self.round

    @property
    def rates_locked(self) -> bool:
        locked_blocks = self.length * self.lock_share // PERC
        return self.block - self.start_block >= self.length - locked_blocks

    def first_block_of(self, round_: int) -> int:
        return round_ * self.length

    def require_running(self) -> None:
        require(not self.paused, "SystemPaused")

    def require_open(self) -> None:
        """What almost every entry point asks first."""
        self.require_running()
        require(self.initialized, "CurrentRoundNotInitialized", self.round)
