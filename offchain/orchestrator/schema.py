"""Tables of the orchestrator's store; the only place that knows their shape.

Amounts beyond 64 bits are text in decimal, fractions `numerator/denominator`, hashes and keys raw bytes. Times are L1
blocks: a wall clock that jumps must not lose money.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, Table, Text

SCHEMA_VERSION = 1


class TicketState(StrEnum):
    """Life of a winning ticket.

    QUEUED goes to SENT and, if nothing came of it, back; REDEEMED and LOST are the ends. REDEEMED goes back to QUEUED
    if a reorganisation of the chain takes its transaction away.
    """

    QUEUED = "queued"
    SENT = "sent"
    REDEEMED = "redeemed"
    LOST = "lost"


class TransactionState(StrEnum):
    """Life of a redemption transaction: noted before it goes out, MINED once seen in a block, then out of doubt."""

    PENDING = "pending"
    MINED = "mined"
    FINAL = "final"
    DROPPED = "dropped"


metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

balances = Table(
    "balances",
    metadata,
    Column("sender", Text, primary_key=True),
    Column("wei", Text, nullable=False),
)

winning_tickets = Table(
    "winning_tickets",
    metadata,
    Column("ticket_hash", LargeBinary, primary_key=True),
    Column("recipient", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("face_value", Text, nullable=False),
    Column("win_prob", Text, nullable=False),
    Column("sender_nonce", Integer, nullable=False),
    Column("recipient_rand_hash", LargeBinary, nullable=False),
    Column("creation_round", Integer, nullable=False),
    Column("creation_round_block_hash", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("recipient_rand", LargeBinary, nullable=False),
    Column("expiration_block", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("transaction_hash", Text),
    Column("attempts", Integer, nullable=False, default=0),
    Column("retry_block", Integer, nullable=False, default=0),
    Column("reason", Text, nullable=False, default=""),
    Column("paid", Text),
    Index("winning_tickets_by_state", "state", "expiration_block"),
    Index("winning_tickets_by_transaction", "transaction_hash"),
)

transactions = Table(
    "transactions",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("nonce", Integer, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
    Column("sent_block", Integer, nullable=False),
    Column("mined_block", Integer),
    Index("transactions_by_state", "state"),
)
