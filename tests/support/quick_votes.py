"""Votes of everybody from the next round on as {VotesLens} tells them, several times faster, on the EVM in process.

For one view BondingVotesInside, which is made of the same source, replaces the implementation of the BondingVotes, and
a contract that knows the current round and nothing else the RoundsManager.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.support.abi import codec, selector
from tests.support.calldata import Contract
from tests.support.evm_engine import EvmEngine
from tests.support.lens import WORD, Names, Words
from tests.support.stand_ins import StandIn
from tests.support.votes_lens import VotesAt, VoteView

__all__ = ["QuickVotes"]

ARGUMENTS = "(address[],uint256)"
ROUND = 4 + WORD  # where calldata has the round


class QuickVotes:
    """Looks at the same accounts every time."""

    def __init__(
        self, engine: EvmEngine, contracts: Mapping[str, Contract], inside: str, clock: str, accounts: Sequence[str]
    ) -> None:
        self._engine, self._votes, self._clock = engine, contracts["BondingVotes"].address, clock
        self._accounts, self._names = tuple(accounts), Names(accounts)
        controller = contracts["Controller"].address
        self._stand_ins = [
            StandIn(engine, controller, "BondingVotesTarget", inside),
            StandIn(engine, controller, "RoundsManager", clock),
        ]
        self._question = selector(f"look{ARGUMENTS}") + codec(ARGUMENTS).encode((self._accounts, 0))

    def look(self, round_: int) -> VotesAt:
        """Votes at the start of the round after `round_`, which is the current one."""
        question = self._question[:ROUND] + (round_ + 1).to_bytes(WORD, "big") + self._question[ROUND + WORD :]
        words = [*(stand_in.word for stand_in in self._stand_ins), (self._clock, 0, round_)]
        answer = Words(self._engine.view_with(words, self._votes, question))
        rows = (VoteView(votes, self._names[delegate]) for votes, delegate in answer.rows(0, 2))
        return VotesAt(dict(zip(self._accounts, rows, strict=True)), *answer.take(1, 1))
