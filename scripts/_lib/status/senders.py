"""Senders of tickets: what they hold, and which of them are on their way out."""

from __future__ import annotations

from dataclasses import dataclass

from scripts._lib.ops.logs import LogsError, read_events
from scripts._lib.ops.protocol import Protocol
from scripts._lib.ops.sender import Sender
from scripts._lib.reads import Read, read_all


@dataclass(frozen=True, slots=True)
class Senders:
    """One page of those that have funds, most funds first.

    Attributes:
        count: how many there are in all.
        deposits: wei of all deposits; `reserves` of all reserves.
        page: number of the page, from 1, of `pages`.
        fault: why they are not known; None otherwise.
    """

    count: int
    deposits: int
    reserves: int
    page: int
    pages: int
    shown: tuple[Sender, ...]
    fault: str | None = None

    @classmethod
    def read(cls, protocol: Protocol, page: int, size: int) -> Senders:
        """Everybody who was ever funded is asked; those without funds are left out."""
        try:
            funded = read_events(protocol.broker, ("DepositFunded", "ReserveFunded"), protocol.first_block)
        except LogsError as error:
            return cls(0, 0, 0, page, 0, (), str(error))
        named = (log.event_arguments.get("sender") or log.event_arguments["reserveHolder"] for log in funded)
        accounts = list(dict.fromkeys(named))
        answers = read_all([Read(protocol.broker.getSenderInfo, account) for account in accounts])
        senders = [Sender.of(account, answer) for account, answer in zip(accounts, answers, strict=True)]
        kept = sorted((s for s in senders if s.deposit + s.reserve), key=lambda s: -(s.deposit + s.reserve))
        shown = tuple(kept[(page - 1) * size : page * size])
        pages = -(-len(kept) // size) if size else 0
        return cls(len(kept), sum(s.deposit for s in kept), sum(s.reserve for s in kept), page, pages, shown)
