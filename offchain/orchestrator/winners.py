"""Winning tickets on disk: kept until the chain has paid them or never will.

The functions work inside a transaction of the store; several of them can be one step to the disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Connection, RowMapping, Select, func, select, update
from sqlalchemy.dialects.sqlite import insert

from offchain.errors import FieldRangeError
from offchain.orchestrator.schema import TicketState, winning_tickets
from offchain.tickets import Ticket

__all__ = [
    "QueueTotals",
    "StoredWinner",
    "Winner",
    "due_winners",
    "expired_winners",
    "keep_winners",
    "lose_winner",
    "queue_totals",
    "requeue_winner",
    "settle_winners",
    "winners_of_transactions",
]

log = structlog.get_logger()

_table = winning_tickets.c


@dataclass(frozen=True, slots=True)
class Winner:
    """All that redeeming a ticket needs.

    Attributes:
        ticket: the ticket.
        signature: the sender's 65 bytes over it.
        recipient_rand: our random number; secret until the ticket is redeemed.
        expiration_block: L1 block from which on its terms earn no credit, so that the number may be shown.
    """

    ticket: Ticket
    signature: bytes
    recipient_rand: int
    expiration_block: int


@dataclass(frozen=True, slots=True)
class StoredWinner:
    """A winner and what has become of it so far.

    Attributes:
        attempts: redemptions that came to nothing.
        retry_block: L1 block before which it is left alone.
        reason: why it is not redeemed, or why never.
        transaction: hash of the last transaction it was part of.
        paid: wei that came of it; None until it is redeemed.
    """

    winner: Winner
    state: TicketState
    attempts: int
    retry_block: int
    reason: str
    transaction: str | None
    paid: int | None

    @property
    def hash(self) -> bytes:
        """The ticket's hash, its name in the store and on the chain."""
        return self.winner.ticket.hash()


@dataclass(frozen=True, slots=True)
class QueueTotals:
    """What waits to be redeemed: tickets, wei of face value, and the oldest creation round (None if none)."""

    tickets: int
    value: int
    oldest_round: int | None


def keep_winners(connection: Connection, winners: Iterable[Winner]) -> int:
    """Keeps winners as queued; those that are known already stay as they are. Returns how many were new."""
    new = 0
    for winner in winners:
        # By its hash, not its signature: the chain pays a ticket once, however often it was signed.
        statement = insert(winning_tickets).values(_row(winner)).on_conflict_do_nothing()
        new += connection.execute(statement).rowcount
    return new


def due_winners(connection: Connection, l1_block: int, limit: int) -> list[StoredWinner]:
    """Queued winners whose terms have expired and whose back-off is over, the oldest rounds first."""
    statement = (
        select(winning_tickets)
        .where(
            _table.state == TicketState.QUEUED,
            _table.expiration_block <= l1_block,
            _table.retry_block <= l1_block,
        )
        .order_by(_table.creation_round, _table.attempts, _table.expiration_block)
        .limit(limit)
    )
    return _load(connection, statement)


def expired_winners(connection: Connection, first_valid_round: int) -> list[StoredWinner]:
    """Queued winners whose round is too old for the chain to pay them."""
    query = select(winning_tickets).where(_table.state == TicketState.QUEUED, _table.creation_round < first_valid_round)
    return _load(connection, query)


def winners_of_transactions(connection: Connection, hashes: Sequence[str]) -> list[StoredWinner]:
    """Winners that were last sent, or settled, by one of the transactions."""
    return _load(connection, select(winning_tickets).where(_table.transaction_hash.in_(hashes)))


def settle_winners(connection: Connection, paid: Mapping[bytes, int], transaction: str | None) -> None:
    """Marks tickets as redeemed with the wei that each paid."""
    for ticket, amount in paid.items():
        values: dict[str, Any] = {"state": TicketState.REDEEMED, "paid": str(amount), "reason": ""}
        if transaction is not None:
            values["transaction_hash"] = transaction
        connection.execute(update(winning_tickets).where(_table.ticket_hash == ticket).values(values))


def requeue_winner(
    connection: Connection, ticket: bytes, reason: str, retry_block: int, *, attempted: bool = True
) -> None:
    """Puts a ticket back into the queue until an L1 block; `attempted` counts a failure against it."""
    connection.execute(
        update(winning_tickets)
        .where(_table.ticket_hash == ticket)
        .values(
            state=TicketState.QUEUED,
            attempts=_table.attempts + attempted,
            reason=reason,
            retry_block=retry_block,
            paid=None,
        )
    )


def lose_winner(connection: Connection, ticket: bytes, reason: str) -> None:
    """Gives a ticket up: the chain will never pay it."""
    connection.execute(
        update(winning_tickets).where(_table.ticket_hash == ticket).values(state=TicketState.LOST, reason=reason)
    )


def queue_totals(connection: Connection) -> QueueTotals:
    """Sums over what is queued or on its way."""
    waiting = _table.state.in_([TicketState.QUEUED, TicketState.SENT])
    # Face values exceed the database's integers, so they are added up here.
    values = connection.execute(select(_table.face_value).where(waiting)).scalars().all()
    oldest = connection.execute(select(func.min(_table.creation_round)).where(waiting)).scalar()
    return QueueTotals(len(values), sum(map(int, values)), oldest)


def _row(winner: Winner) -> dict[str, Any]:
    ticket = winner.ticket
    return {
        "ticket_hash": ticket.hash(),
        "recipient": ticket.recipient,
        "sender": ticket.sender,
        "face_value": str(ticket.face_value),
        "win_prob": str(ticket.win_prob),
        "sender_nonce": ticket.sender_nonce,
        "recipient_rand_hash": ticket.recipient_rand_hash,
        "creation_round": ticket.creation_round,
        "creation_round_block_hash": ticket.creation_round_block_hash,
        "signature": winner.signature,
        "recipient_rand": winner.recipient_rand.to_bytes(32, "big"),
        "expiration_block": winner.expiration_block,
        "state": TicketState.QUEUED,
    }


def _load(connection: Connection, statement: Select[Any]) -> list[StoredWinner]:
    loaded = []
    for row in connection.execute(statement).mappings().all():
        try:
            stored = _winner(row)
            if stored.hash != row["ticket_hash"]:
                raise ValueError("its fields do not have its hash")
        except (FieldRangeError, ValueError, TypeError) as error:
            # One bad record must not stand in the way of the good ones.
            log.error("ticket record damaged", ticket=row["ticket_hash"].hex(), reason=str(error))
            lose_winner(connection, row["ticket_hash"], f"record damaged: {error}")
        else:
            loaded.append(stored)
    return loaded


def _winner(row: RowMapping) -> StoredWinner:
    ticket = Ticket(
        recipient=row["recipient"],
        sender=row["sender"],
        face_value=int(row["face_value"]),
        win_prob=int(row["win_prob"]),
        sender_nonce=row["sender_nonce"],
        recipient_rand_hash=row["recipient_rand_hash"],
        creation_round=row["creation_round"],
        creation_round_block_hash=row["creation_round_block_hash"],
    )
    rand = int.from_bytes(row["recipient_rand"], "big")
    return StoredWinner(
        winner=Winner(ticket, row["signature"], rand, row["expiration_block"]),
        state=TicketState(row["state"]),
        attempts=row["attempts"],
        retry_block=row["retry_block"],
        reason=row["reason"],
        transaction=row["transaction_hash"],
        paid=None if row["paid"] is None else int(row["paid"]),
    )
