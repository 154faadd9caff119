"""What the community owns, and how it is decided about: what an executed proposal can change."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tests.property.models.books import Books
from tests.property.models.refusal import RefusedError, require

__all__ = ["Purse", "Settings"]

PERC = 10**6


@dataclass
class Settings:
    """Of proposals.

    Attributes:
        delay: rounds between a proposal and its snapshot.
        period: rounds in which votes are taken.
        threshold: LPT wei of stake that may propose.
        quorum: share of the stake that must have voted, of 1e6.
        wait: seconds between queueing and executing.
        guardians: who was made one by this proposal.
    """

    delay: int
    period: int
    threshold: int
    quorum: int
    wait: int
    guardians: set[str] = field(default_factory=set)

    def copy(self) -> Settings:
        return replace(self, guardians=set())

    def set_period(self, rounds: int) -> None:
        require(rounds != 0, "GovernorInvalidVotingPeriod", 0)
        self.period = rounds

    def set_quorum(self, share: int) -> None:
        require(share <= PERC, "GovernorInvalidQuorumFraction", share, PERC)
        self.quorum = share


class Purse:
    """The treasury's LPT and ether, in wei; LPT of others as well, since it may be paid to them."""

    def __init__(self, books: Books, owner: str, eth: int = 0) -> None:
        self._books, self.owner, self.eth = books, owner, eth
        self.payments: list[tuple[str, int]] = []

    @property
    def lpt(self) -> int:
        return self._books.wallets[self.owner] - sum(amount for _, amount in self.payments)

    def copy(self) -> Purse:
        return Purse(self._books, self.owner, self.eth)

    def become(self, other: Purse) -> None:
        """What was tried on a copy has happened."""
        self.eth = other.eth
        for receiver, amount in other.payments:
            self._books.wallets[self.owner] -= amount
            self._books.wallets[receiver] += amount

    def pay(self, receiver: str, amount: int) -> None:
        require(amount <= self.lpt, "ERC20InsufficientBalance", self.owner, self.lpt, amount)
        if receiver != self.owner:
            self.payments.append((receiver, amount))

    def send(self, receiver: str, amount: int) -> None:
        if amount > self.eth or receiver in self._books.closed:
            raise RefusedError("FailedCall")
        self.eth -= amount
