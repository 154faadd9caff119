"""The round at hand, and when others begin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from scripts._lib.ops.amounts import PERC
from scripts._lib.ops.errors import RoundError, SystemPausedError
from scripts._lib.ops.protocol import Protocol
from scripts._lib.reads import Read, read_all

# Rounds are counted in blocks of Ethereum, also on Arbitrum.
SECONDS_PER_L1_BLOCK = 12


@dataclass(frozen=True, slots=True)
class Clock:
    """Where time stands. Blocks are those that rounds are counted in: on a rollup, blocks of L1.

    Attributes:
        round: current round.
        block: current block.
        start: first block of the round.
        length: blocks of a round.
        lock_amount: last part of a round in which rates stay, of 1,000,000.
        last_initialized: last round that was initialised.
        paused: whether the Controller has stopped the system.
        owner: owner of the Controller.
        block_seconds: seconds between blocks; None where they come as they like.
    """

    round: int
    block: int
    start: int
    length: int
    lock_amount: int
    initialized: bool
    locked: bool
    last_initialized: int
    paused: bool
    owner: str
    block_seconds: int | None

    @classmethod
    def read(cls, protocol: Protocol, provider: Any) -> Clock:
        rounds, controller = protocol.rounds, protocol.controller
        number, block, start, length, lock, initialized, locked, last, paused, owner = read_all(
            [
                Read(method)
                for method in (
                    rounds.currentRound,
                    rounds.blockNum,
                    rounds.currentRoundStartBlock,
                    rounds.roundLength,
                    rounds.roundLockAmount,
                    rounds.currentRoundInitialized,
                    rounds.currentRoundLocked,
                    rounds.lastInitializedRound,
                    controller.paused,
                    controller.owner,
                )
            ]
        )
        network = provider.network
        live = network.ecosystem.name in ("ethereum", "arbitrum") and not network.is_dev
        local_ids = provider.chain_id in (1337, 31337)
        seconds = SECONDS_PER_L1_BLOCK if (live or network.is_fork) and not local_ids else None
        return cls(number, block, start, length, lock, initialized, locked, last, paused, owner, seconds)

    @property
    def blocks_left(self) -> int:
        """Blocks until the next round begins."""
        return self.start + self.length - self.block

    @property
    def lock_begins(self) -> int:
        """First block in which rates stay."""
        return self.start + self.length - self.length * self.lock_amount // PERC

    def blocks_until(self, number: int) -> int:
        """Blocks until round `number` begins; 0 if it has."""
        return max(0, (number - self.round - 1) * self.length + self.blocks_left) if number > self.round else 0

    def when(self, number: int) -> str:
        """Round `number` in words: blocks from now, and the date where blocks come regularly."""
        blocks = self.blocks_until(number)
        if not blocks:
            return f"round {number}, now"
        text = f"round {number}, in {blocks:,} blocks"
        if self.block_seconds is None:
            return text
        date = datetime.now(UTC) + timedelta(seconds=blocks * self.block_seconds)
        return f"{text} (about {date:%Y-%m-%d %H:%M} UTC)"

    def __str__(self) -> str:
        states = ["initialised" if self.initialized else "NOT initialised"]
        states += ["rates locked"] if self.locked else []
        states += ["system PAUSED"] if self.paused else []
        left = f"{self.blocks_left:,} of {self.length:,} blocks left"
        if self.block_seconds is not None:
            left += f", about {duration(self.blocks_left * self.block_seconds)}"
        return f"{self.round}, {', '.join(states)}, {left}"

    def require_running(self) -> None:
        """
        Raises:
            SystemPausedError: nothing moves now.
        """
        if self.paused:
            raise SystemPausedError(
                f"the system is paused: nothing can be done until the Controller's owner {self.owner} lifts it "
                "(`ape run ops unpause`)"
            )

    def require_open(self) -> None:
        """
        Raises:
            SystemPausedError: nothing moves now.
            RoundError: somebody has to initialise the round first.
        """
        self.require_running()
        if not self.initialized:
            raise RoundError(
                f"round {self.round} has not been initialised: run `ape run ops initialize-round` first; anybody may"
            )

    def require_unlocked(self) -> None:
        """
        Raises:
            RoundError: rates stay until the round ends.
        """
        if self.locked:
            raise RoundError(
                f"rates cannot change in the last {self.start + self.length - self.lock_begins} blocks of a round: "
                f"wait for {self.when(self.round + 1)}"
            )


def duration(seconds: int) -> str:
    """Days, hours and minutes; the two that matter."""
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    parts = [(days, "d"), (hours, "h"), (rest // 60, "min")]
    shown = [f"{number} {unit}" for number, unit in parts if number][:2]
    return " ".join(shown) or f"{seconds} s"
