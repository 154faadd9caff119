"""Votes of everybody at several rounds, by one call to HarnessVotesLens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tests.support.calldata import Contract
from tests.support.engine import Engine
from tests.support.lens import Names, Words

__all__ = ["VoteView", "VotesAt", "VotesLens"]


class VoteView(NamedTuple):
    """LPT wei, and whom the account was bonded to."""

    votes: int
    delegate: str


class VotesAt(NamedTuple):
    """At the start of one round: by account, and the stake of the active set."""

    accounts: dict[str, VoteView]
    total: int


class VotesLens:
    """Looks at the same accounts every time."""

    def __init__(self, engine: Engine, contract: Contract, accounts: Sequence[str]) -> None:
        self._engine, self._contract, self._accounts = engine, contract, tuple(accounts)
        self._names = Names(accounts)

    def look(self, rounds: Sequence[int]) -> dict[int, VotesAt]:
        """Votes at the starts of these rounds; RuntimeError if a view reverts."""
        data = self._engine.view(self._contract.address, self._contract.encode("look", self._accounts, rounds))
        words = Words(data)
        rows = iter([VoteView(votes, self._names[delegate]) for votes, delegate in words.rows(0, 2)])
        totals = [total for (total,) in words.rows(1, 1)]
        return {
            round_: VotesAt({account: next(rows) for account in self._accounts}, total)
            for round_, total in zip(rounds, totals, strict=True)
        }
