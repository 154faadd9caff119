"""What a property machine needs of a chain, and nothing more.

Machines, models and the lens speak to an {Engine} in bytes: so the same machine runs on anvil through Ape
({ApeEngine}), and on an EVM in process ({EvmEngine}), whose snapshot is a checkpoint and whose call is a function call.

What every engine promises: a call is a transaction in a block of its own, `next_block` the number that this block will
have; a view sees the state after the last block, under that block's number; accounts named as senders can pay.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

__all__ = ["GAS_LIMIT", "Engine", "Log", "Outcome"]

# A limit of its own for each call keeps a node from refusing what is to revert.
GAS_LIMIT = 12_000_000


class Log(NamedTuple):
    """An event as the chain keeps it; the address is in lower case."""

    address: str
    topics: tuple[bytes, ...]
    data: bytes


class Outcome(Protocol):
    """What became of a call."""

    @property
    def refusal(self) -> bytes | None:
        """The data that it reverted with, empty if it stopped in another way; None if it went through."""
        ...

    @property
    def logs(self) -> tuple[Log, ...]:
        """Events in their order; none if it reverted."""
        ...

    @property
    def gas_used(self) -> int: ...


class Engine(Protocol):
    """One chain; addresses are texts in any case, amounts wei."""

    @property
    def next_block(self) -> int: ...

    def create(self, sender: str, creation_code: bytes) -> str:
        """Deploys a contract and answers with its address."""
        ...

    def call(self, sender: str, to: str, data: bytes, value: int = 0) -> Outcome: ...

    def view(self, to: str, data: bytes) -> bytes:
        """The answer to a call that changes nothing; RuntimeError if it reverts."""
        ...

    def balance(self, address: str) -> int:
        """Wei of ether."""
        ...

    def storage(self, address: str, slot: int) -> int:
        """The word that a contract keeps there."""
        ...

    def mine(self, blocks: int) -> None:
        """Lets `blocks` empty blocks pass."""
        ...

    def pass_time(self, seconds: int) -> None:
        """Lets the next block come so many seconds later."""
        ...

    def snapshot(self) -> object: ...

    def restore(self, snapshot: object) -> None:
        """Back to a snapshot, which is used up by it."""
        ...
