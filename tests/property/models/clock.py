"""Rounds, as the protocol counts them (facts: protocol 4), and the Controller's pause."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.property.models.refusal import require

__all__ = ["Clock"]

PERC = 10**6
WORD_64 = 2**64


@dataclass
class Clock:
    """Rounds of `length` blocks, counted on from round `anchor_round`, which began in block `anchor_block`.

    Attributes:
        length: blocks.
        lock_share: last part of a round in which rates cannot change, of 1e6.
        block: number of the block that everything below refers to.
        hashes: what tickets of a round commit to, by round; rounds that were never initialised are absent.
    """

    length: int
    lock_share: int
    anchor_round: int = 0
    anchor_block: int = 0
    block: int = 0
    last_initialized: int = 0
    paused: bool = False
    hashes: dict[int, bytes] = field(default_factory=dict)

    @property
    def round(self) -> int:
        return self.anchor_round + (self.block - self.anchor_block) // self.length  # often asked for

    def round_of(self, block: int) -> int:
        """The round that a block will be in, if nothing changes the length before."""
        return self.anchor_round + (block - self.anchor_block) // self.length

    @property
    def start_block(self) -> int:
        return self.first_block_of(self.round)

    @property
    def initialized(self) -> bool:
        return self.last_initialized == self.round

    @property
    def rates_locked(self) -> bool:
        locked_blocks = self.length * self.lock_share // PERC
        return self.block - self.start_block >= self.length - locked_blocks

    def first_block_of(self, round_: int) -> int:
        return self.anchor_block + (round_ - self.anchor_round) * self.length

    def set_length(self, blocks: int) -> None:
        """From the start of the present round on; a shorter one can end rounds by that."""
        require(blocks > 0, "RoundLengthZero")
        require(blocks < WORD_64, "RoundLengthTooLong", blocks, WORD_64 - 1)
        self.anchor_round, self.anchor_block = self.round, self.start_block
        self.length = blocks

    def set_lock_share(self, share: int) -> None:
        require(share <= PERC, "InvalidPercentage", share, PERC)
        self.lock_share = share

    def require_running(self) -> None:
        require(not self.paused, "SystemPaused")

    def require_open(self) -> None:
        """What almost every entry point asks first."""
        self.require_running()
        require(self.initialized, "CurrentRoundNotInitialized", self.round)
