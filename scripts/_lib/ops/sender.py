"""A sender of tickets: its deposit, its reserve, and the way out."""

from __future__ import annotations

from dataclasses import dataclass

from scripts._lib.ops.amounts import amount
from scripts._lib.ops.clock import Clock
from scripts._lib.ops.errors import SenderError
from scripts._lib.ops.plan import Fact
from scripts._lib.ops.protocol import Protocol


@dataclass(frozen=True, slots=True)
class Sender:
    """An account of the TicketBroker; wei.

    Attributes:
        claimed: what recipients drew from the reserve in the current round.
        withdraw_round: round from which it can withdraw; 0 while it has not asked to.
    """

    account: str
    deposit: int
    reserve: int
    claimed: int
    withdraw_round: int

    @classmethod
    def read(cls, protocol: Protocol, account: str) -> Sender:
        return cls.of(account, protocol.broker.getSenderInfo(account))

    @classmethod
    def of(cls, account: str, answer: object) -> Sender:
        """From what `getSenderInfo` says."""
        (deposit, withdraw_round), (reserve, claimed) = answer  # type: ignore[misc]
        return cls(account, deposit, reserve, claimed, withdraw_round)

    def require_funds(self) -> None:
        """
        Raises:
            SenderError: it has neither deposit nor reserve.
        """
        if not self.deposit + self.reserve:
            raise SenderError(f"{self.account} has neither deposit nor reserve: `ape run ops fund` comes first")


def sender_facts(sender: Sender, clock: Clock) -> list[Fact]:
    """A sender's account, line by line."""
    way_out = f"asked for, open from {clock.when(sender.withdraw_round)}" if sender.withdraw_round else "not asked for"
    return [
        Fact("deposit", amount(sender.deposit, "ETH")),
        Fact("reserve", amount(sender.reserve, "ETH")),
        Fact("withdrawal", way_out),
    ]
