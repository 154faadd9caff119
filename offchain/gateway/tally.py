"""What a gateway has done with each orchestrator: the sums behind its summaries. Values in wei, exactly."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from offchain.gateway import metrics
from offchain.gateway.payer import SignedPayment

__all__ = ["OrchestratorTally", "Spent", "Tally"]


@dataclass(slots=True)
class Spent:
    """Tickets that were sent for one segment, over all tries, and their expected value."""

    tickets: int = 0
    ev: Fraction = Fraction(0)

    def add(self, signed: SignedPayment) -> None:
        """Counts a payment that may have arrived."""
        self.tickets += signed.tickets
        self.ev += signed.ev
        metrics.TICKETS_SENT.inc(signed.tickets)
        metrics.TICKET_VALUE_SENT.inc(float(signed.ev / metrics.GWEI))
        if signed.tickets:
            metrics.FACE_VALUE.set(signed.face_value / metrics.GWEI)


@dataclass(slots=True)
class OrchestratorTally:
    """Sums for one orchestrator.

    Attributes:
        uri: its service URI, the last one used.
        segments: that came back verified.
        failures: tries that ended otherwise.
        tickets: sent.
        expected_value: of these tickets.
        expected_wins: tickets that win on average.
        face_value: what would be due if every ticket won.
        fees: charged for the verified segments.
        seconds: spent on them, from sending to having the renditions.
    """

    uri: str = ""
    segments: int = 0
    failures: int = 0
    tickets: int = 0
    expected_value: Fraction = Fraction(0)
    expected_wins: Fraction = Fraction(0)
    face_value: int = 0
    fees: Fraction = Fraction(0)
    seconds: float = 0.0


@dataclass(slots=True)
class Tally:
    """Sums by the orchestrator's address."""

    orchestrators: dict[str, OrchestratorTally] = field(default_factory=dict)

    def of(self, address: str, uri: str) -> OrchestratorTally:
        """The sums of one orchestrator, to be added to."""
        sums = self.orchestrators.setdefault(address, OrchestratorTally())
        sums.uri = uri
        return sums

    def sent(self, address: str, uri: str, signed: SignedPayment) -> None:
        """Counts the tickets of a payment that may have arrived."""
        sums = self.of(address, uri)
        sums.tickets += signed.tickets
        sums.expected_value += signed.ev
        sums.face_value += signed.tickets * signed.face_value
        if signed.face_value:
            sums.expected_wins += signed.ev / signed.face_value
