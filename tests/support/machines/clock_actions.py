"""Time: blocks, rounds and pauses."""

from __future__ import annotations

from tests.support.machines.core import DONE, Core, action
from tests.support.machines.frame import check_frame

__all__ = ["ClockActions"]


class ClockActions(Core):
    @action
    def pass_blocks(self, count: int) -> None:
        """Lets `count` blocks go by; nobody loses by that."""
        before, last = self.seen, self.world.engine.next_block - 1 + count
        self.arrive(last)
        self.world.engine.mine(count)
        if not self.deep:
            self.look()
            check_frame(before, self.seen, caller=None)
        self.results.append(DONE)

    @action
    def next_round(self, skipped: int = 0) -> None:
        """Goes on to the block before the first of the round after next in `skipped` rounds; leaves it uninitialised.

        The next call is then the first of the new round.
        """
        clock, block = self.model.clock, self.world.engine.next_block
        first = clock.first_block_of(clock.round_of(block) + 1 + skipped)
        self.pass_blocks(first - block + 1)

    @action
    def initialize_round(self, caller: str) -> None:
        rounds = self.world.rounds
        self.act(self.address(caller), rounds, "initializeRound", predict=self.model.initialize_round)
        if self.model.clock.initialized:
            self.model.clock.hashes[self.model.clock.round] = self.seen.system.block_hash.to_bytes(32, "big")

    def open_round(self, skipped: int = 0) -> None:
        self.next_round(skipped)
        self.initialize_round("mallory")

    def keep_open(self, calls: int) -> None:
        """Goes on to the next round unless this one is initialised and so many calls more fit into it."""
        if not self.model.clock.initialized or not self.has_room_for(calls):
            self.open_round()

    def has_room_for(self, calls: int) -> bool:
        """Whether so many calls more fit into the round; there are rounds of ten blocks."""
        clock, last = self.model.clock, self.world.engine.next_block + calls - 1
        return last < clock.first_block_of(clock.round + 1)

    @action
    def pause(self) -> None:
        self.act(self.world.owner, self.world.controller, "pause", predict=self.model.pause)

    @action
    def unpause(self) -> None:
        self.act(self.world.owner, self.world.controller, "unpause", predict=self.model.unpause)
