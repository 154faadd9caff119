"""The history of votes says of every round what was true when it began."""

from __future__ import annotations

from tests.property.models.votes import Votes
from tests.support.machines.core import Core, always

__all__ = ["Voting"]

RECENT, OLDER = 3, 3
PAST_EVERY = 4  # rounds, for machines in deep mode


class Voting(Core):
    """Stakes are those that the BondingManager tells, which BOND-23 holds against exact ones."""

    def __init__(self) -> None:
        self.votes: Votes | None = None
        self._asked_in = -1
        super().__init__()

    def look(self) -> None:
        """What is there now counts from the next round on; a rule can be about more than one round."""
        super().look()
        ballots = {account: self._votes.ballot(account, seen) for account, seen in self.seen.accounts.items()}
        self._votes.settle(self.model.clock.round, ballots)

    def turned(self, round_: int, complete: bool) -> None:
        past = self.history.round
        super().turned(round_, complete)
        self._votes.turn(past, round_, complete)

    @property
    def _votes(self) -> Votes:
        if self.votes is None:
            self.votes = Votes(self.model.books, self.model.active_stakes)
        return self.votes

    @always
    def vote51_votes_follow_stake_with_every_call(self) -> None:
        """VOTE-53: what counts from the next round on is what is there now, whichever call has made it."""
        next_round = self.seen.system.round + 1
        found = self.world.votes_lens.look([next_round])[next_round]
        assert found.accounts == self.votes.starts[next_round]
        assert found.total == self.seen.system.next_active_stake

    @always
    def vote51_the_past_of_votes_never_changes(self) -> None:
        """VOTE-50, 52: asked anew as each round begins, for the last rounds and some long ago; no view reverts."""
        current, next_stake = self.seen.system.round, self.seen.system.next_active_stake
        if current == self._asked_in or (current % PAST_EVERY and not self.thorough):
            return
        self._asked_in = current
        for round_, found in self.world.votes_lens.look(self._some_rounds()).items():
            assert found.accounts == self.votes.starts[round_], f"votes at the start of round {round_}"
            assert found.total == self.votes.total_at(round_, next_stake), f"active stake of round {round_}"

    @always
    def vote50_what_is_not_over_cannot_be_asked_for_as_past(self) -> None:
        votes, current = self.world.bonding_votes, self.seen.system.round
        account = self.world.address("olga")
        for function, *arguments in self.some_of(
            (
                ("getPastVotes", account, current),
                ("getPastTotalSupply", current),
                ("delegatedAt", account, current),
            )
        ):
            try:
                self.world.engine.view(votes.address, votes.encode(function, *arguments))
            except RuntimeError:
                continue
            raise AssertionError(f"VOTE-50: {function} answers for a round that is not over")

    def _some_rounds(self) -> list[int]:
        known = sorted(self.votes.starts)
        if not self.thorough:
            return known[-2:-1] if self.calls % 2 else known[self.calls % len(known) :][:1]
        older = known[:-RECENT]
        return sorted({*known[-RECENT:], *older[:: max(1, len(older) // OLDER)]})
