"""When a winning ticket is redeemed, and what a failure means for it (facts: offchain 1.8, 1.9). Pure.

A winner may be redeemed between two moments. Before its terms expire, redeeming would show the random number that
others' tickets still depend on. After its last round, the chain pays it no more. In between we want a profit over the
cost of gas that shrinks as time runs out, and full payment rather than a part until little time is left.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from fractions import Fraction

from offchain.chain.clock import ClockState
from offchain.errors import TransactionRevertedError
from offchain.orchestrator.winners import StoredWinner

LAST_CHANCE = Fraction(1, 4)
MAX_DOUBLINGS = 6


class Fate(Enum):
    """What a refusal by the chain means for a ticket."""

    USED = auto()  # paid already
    EXPIRED = auto()  # too late for ever
    INVALID = auto()  # never could be paid
    LATER = auto()  # something passing: try again
    STOP = auto()  # nothing can be redeemed at the moment


# Our contracts' errors by name, the live protocol's by text (facts: offchain 1.9).
_FATES = {
    "TicketUsed": Fate.USED,
    "ticket is used": Fate.USED,
    "TicketExpired": Fate.EXPIRED,
    "ticket is expired": Fate.EXPIRED,
    "SystemPaused": Fate.STOP,
    "system is paused": Fate.STOP,
    "CurrentRoundNotInitialized": Fate.STOP,
    "current round is not initialized": Fate.STOP,
} | dict.fromkeys(
    (
        "TicketRecipientNull",
        "TicketSenderNull",
        "TicketAuxDataLengthInvalid",
        "TicketCreationRoundHashMismatch",
        "RecipientRandMismatch",
        "SignatureLengthInvalid",
        "TicketSignerMismatch",
        "TicketNotWinning",
        "ECDSAInvalidSignature",
        "ECDSAInvalidSignatureLength",
        "ECDSAInvalidSignatureS",
        "ticket recipient is null address",
        "ticket sender is null address",
        "invalid length for ticket auxData: must be 64 bytes",
        "ticket creationRoundBlockHash invalid for creationRound",
        "recipientRand does not match recipientRandHash",
        "invalid signature over ticket hash",
        "ticket did not win",
        "INVALID_SIGNATURE_LENGTH",
    ),
    Fate.INVALID,
)


def fate_of(error: TransactionRevertedError) -> Fate:
    """What a revert means for the ticket; a reason that we do not know is held for a passing one."""
    reason = str(error.arguments[0]) if error.error == "Error" and error.arguments else error.error
    return _FATES.get(reason, Fate.LATER)


@dataclass(frozen=True, slots=True)
class RedemptionPolicy:
    """How eager we are.

    Attributes:
        redeem_gas: gas that redeeming one ticket costs.
        margin: profit over the cost of gas that is wanted at first, as a share of that cost.
        batch: most tickets in one transaction.
        validity_rounds: rounds a ticket lives, its creation round included.
    """

    redeem_gas: int
    margin: Fraction
    batch: int
    validity_rounds: int

    def first_valid_round(self, clock: ClockState) -> int:
        """Oldest creation round whose tickets the chain still pays."""
        return clock.round - self.validity_rounds + 1

    def deadline(self, stored: StoredWinner, clock: ClockState) -> int:
        """L1 block from which on the chain does not pay the ticket any more."""
        rounds_left = stored.winner.ticket.creation_round + self.validity_rounds - clock.round
        return clock.round_start_block + rounds_left * clock.round_length

    def patience(self, stored: StoredWinner, clock: ClockState) -> Fraction:
        """Share of its time that the ticket has left: 1 when its terms expire, 0 at the deadline."""
        deadline = self.deadline(stored, clock)
        span = max(1, deadline - stored.winner.expiration_block)
        return min(Fraction(1), max(Fraction(0), Fraction(deadline - clock.l1_block, span)))

    def objection(self, stored: StoredWinner, coverage: int, clock: ClockState) -> str | None:
        """Why the ticket shall wait; None if it shall be redeemed now.

        Args:
            coverage: wei of its sender that the ticket can draw on.
        """
        face = stored.winner.ticket.face_value
        patience = self.patience(stored, clock)
        payout = min(face, coverage)
        if payout < face and patience > LAST_CHANCE:
            return f"sender covers {payout} of {face} wei"
        cost = self.redeem_gas * clock.gas_price
        wanted = cost * (1 + self.margin * patience)
        if payout == 0 or payout < wanted:
            return f"pays {payout} wei, gas costs {cost} wei"
        return None

    def retry_block(self, stored: StoredWinner, clock: ClockState) -> int:
        """L1 block of the next attempt: each wait twice the last, and always a few more tries before the deadline."""
        wait = min(1 << min(stored.attempts, MAX_DOUBLINGS), self._left(stored, clock) // 4)
        return clock.l1_block + max(1, wait)

    def hold_block(self, stored: StoredWinner, clock: ClockState) -> int:
        """L1 block at which a ticket that is to wait is looked at again."""
        return clock.l1_block + max(1, self._left(stored, clock) // 64)

    def _left(self, stored: StoredWinner, clock: ClockState) -> int:
        return max(0, self.deadline(stored, clock) - clock.l1_block)

    def batches(self, chosen: Iterable[StoredWinner]) -> list[list[StoredWinner]]:
        """Tickets that go into one transaction each; one that has failed before goes alone."""
        fresh: list[StoredWinner] = []
        groups: list[list[StoredWinner]] = []
        for stored in chosen:
            if stored.attempts:
                groups.append([stored])
            else:
                fresh.append(stored)
        return [fresh[at : at + self.batch] for at in range(0, len(fresh), self.batch)] + groups


def by_risk(due: Iterable[StoredWinner], coverage: dict[str, int]) -> list[StoredWinner]:
    """In the order of redemption: the least solvent senders first, then the least time, then the most value."""
    return sorted(
        due,
        key=lambda stored: (
            coverage[stored.winner.ticket.sender],
            stored.winner.ticket.creation_round,
            -stored.winner.ticket.face_value,
        ),
    )
