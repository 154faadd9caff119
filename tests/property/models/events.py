"""What the protocol says of what it does: every event, in the order in which clients receive them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["COMMITMENT", "VAULT", "Told", "Voice"]

VAULT = "Minter"  # as an argument: the address of that contract
COMMITMENT = "what the round's tickets commit to"  # as an argument: the chain's to say


class Told(NamedTuple):
    """An event.

    Attributes:
        contract: that emits it, by the name that the Controller knows it by.
        values: of all parameters, in the order in which the event declares them.
    """

    contract: str
    event: str
    values: tuple[object, ...]


@dataclass
class Voice:
    """
    Attributes:
        told: events of the present call so far.
        bonds: by account, what the history of votes was told last: delegate, LPT wei bonded, round of the last claim.
        stakes: by orchestrator, the LPT wei bonded to it that the history of votes was told last.
    """

    told: list[Told] = field(default_factory=list)
    bonds: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    stakes: dict[str, int] = field(default_factory=dict)

    def say(self, contract: str, event: str, *values: object) -> None:
        self.told.append(Told(contract, event, values))

    def bonding(self, event: str, *values: object) -> None:
        self.told.append(Told("BondingManager", event, values))

    def broker(self, event: str, *values: object) -> None:
        self.told.append(Told("TicketBroker", event, values))

    def transfer(self, sender: str, receiver: str, amount: int) -> None:
        """LPT wei that change hands."""
        self.told.append(Told("LivepeerToken", "Transfer", (sender, receiver, amount)))
