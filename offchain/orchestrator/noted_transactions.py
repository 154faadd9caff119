"""Redemption transactions on disk: noted before they go out, forgotten when their end is certain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert

from offchain.orchestrator.schema import TicketState, TransactionState, transactions, winning_tickets

_table = transactions.c


@dataclass(frozen=True, slots=True)
class NotedTransaction:
    """A redemption transaction as it was noted before it went out.

    Attributes:
        sent_block: L1 block at that time.
        mined_block: L1 block at which it was seen to be mined; None before.
    """

    hash: str
    nonce: int
    raw: bytes
    state: TransactionState
    sent_block: int
    mined_block: int | None


def note_transaction(connection: Connection, transaction: NotedTransaction, tickets: Sequence[bytes]) -> None:
    """Notes a signed transaction and marks its tickets as sent, before anything goes out."""
    values = {
        "hash": transaction.hash,
        "nonce": transaction.nonce,
        "raw": transaction.raw,
        "state": transaction.state,
        "sent_block": transaction.sent_block,
        "mined_block": transaction.mined_block,
    }
    connection.execute(insert(transactions).values(values).on_conflict_do_nothing())
    connection.execute(
        update(winning_tickets)
        .where(winning_tickets.c.ticket_hash.in_(tickets))
        .values(state=TicketState.SENT, transaction_hash=transaction.hash)
    )


def transactions_in(connection: Connection, *states: TransactionState) -> list[NotedTransaction]:
    """Transactions in the given states, by nonce."""
    query = select(transactions).where(_table.state.in_(states)).order_by(_table.nonce)
    return [
        NotedTransaction(
            row["hash"],
            row["nonce"],
            bytes(row["raw"]),
            TransactionState(row["state"]),
            row["sent_block"],
            row["mined_block"],
        )
        for row in connection.execute(query).mappings()
    ]


def transaction_mined(connection: Connection, transaction: str, block: int, *, final: bool) -> None:
    """Notes when a transaction was seen to be mined.

    Others of its nonce can not be mined any more: they are dropped, and what they had in hand is queued again. After a
    reorganisation these may be redemptions of other tickets.
    """
    nonce = connection.execute(select(_table.nonce).where(_table.hash == transaction)).scalar_one()
    state = TransactionState.FINAL if final else TransactionState.MINED
    connection.execute(update(transactions).where(_table.hash == transaction).values(state=state, mined_block=block))
    rivals = (_table.nonce == nonce, _table.hash != transaction, _table.state == TransactionState.PENDING)
    connection.execute(
        update(winning_tickets)
        .where(winning_tickets.c.transaction_hash.in_(select(_table.hash).where(*rivals)))
        .where(winning_tickets.c.state == TicketState.SENT)
        .values(state=TicketState.QUEUED, reason="another transaction took the place of its own")
    )
    connection.execute(update(transactions).where(*rivals).values(state=TransactionState.DROPPED))


def forget_transaction(connection: Connection, transaction: str) -> None:
    """Nothing more is expected of the transaction."""
    connection.execute(update(transactions).where(_table.hash == transaction).values(state=TransactionState.DROPPED))


def unsettle_transaction(connection: Connection, transaction: str) -> None:
    """The chain has taken a transaction back: it is on its way again, with all that it had redeemed."""
    connection.execute(
        update(transactions).where(_table.hash == transaction).values(state=TransactionState.PENDING, mined_block=None)
    )
    connection.execute(
        update(winning_tickets)
        .where(winning_tickets.c.transaction_hash == transaction)
        .where(winning_tickets.c.state == TicketState.REDEEMED)
        .values(state=TicketState.SENT, paid=None)
    )
