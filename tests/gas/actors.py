"""Who takes part in the gas scenario, always the same addresses and keys.

No address has a zero byte: those cost less as calldata than other bytes, and figures would hang on who acts.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from eth_account import Account
from eth_utils.crypto import keccak

from scripts._lib.params import LPT

__all__ = ["DELEGATORS", "Actor", "Cast", "cast"]

DELEGATORS = 20
FIRST_STAKE = 1000 * LPT
STEP = 10 * LPT


@dataclass(frozen=True, slots=True)
class Actor:
    name: str
    address: str
    key: bytes


@dataclass(frozen=True, slots=True)
class Cast:
    """Orchestrators in ascending order of stake, each 10 LPT above the one before; the first has 1000."""

    orchestrators: list[Actor]
    delegators: list[Actor]
    newcomer: Actor
    gateway: Actor

    @property
    def stakers(self) -> list[Actor]:
        return [*self.orchestrators, *self.delegators, self.newcomer]

    @property
    def everybody(self) -> list[Actor]:
        return [*self.stakers, self.gateway]

    @property
    def first(self) -> Actor:
        """Whom the delegators bond to."""
        return self.orchestrators[0]

    @property
    def middle(self) -> Actor:
        return self.orchestrators[len(self.orchestrators) // 2]

    @property
    def next_to_middle(self) -> Actor:
        return self.orchestrators[len(self.orchestrators) // 2 - 1]

    @property
    def leaver(self) -> Actor:
        """An orchestrator that nobody else has bonded to and that has never been rewarded."""
        return self.orchestrators[len(self.orchestrators) // 2 + 1]

    def stake(self, index: int) -> int:
        """LPT wei that the orchestrator of that index bonds."""
        return FIRST_STAKE + index * STEP


def cast(pool_size: int) -> Cast:
    """As many orchestrators as the pool holds, and the others."""
    return Cast(
        orchestrators=[_actor(f"orchestrator {i}") for i in range(pool_size)],
        delegators=[_actor(f"delegator {i}") for i in range(DELEGATORS)],
        newcomer=_actor("newcomer"),
        gateway=_actor("gateway"),
    )


def _actor(name: str) -> Actor:
    for attempt in count():
        key = keccak(text=f"{name}, attempt {attempt}")
        address = str(Account.from_key(key).address)
        if 0 not in bytes.fromhex(address[2:]):
            return Actor(name, address, key)
    raise AssertionError("some address has no zero byte")
