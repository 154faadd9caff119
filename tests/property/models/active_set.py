"""Who is active, and in which order they stand (facts: protocol 3.2, 3.3)."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.property.models.books import NEVER, NOBODY, Books
from tests.property.models.clock import Clock
from tests.property.models.refusal import require
from tests.support.pool_model import LinkedPool

__all__ = ["NO_HINT", "ActiveSet", "Hint", "rank_of"]

Hint = tuple[str, str]
NO_HINT: Hint = (NOBODY, NOBODY)
HIGHEST_RANK = 2**96 - 1  # LPT wei, thousands of times the supply; who has more is that much for the order


def rank_of(stake: int) -> int:
    """What the order of the pool goes by."""
    return min(stake, HIGHEST_RANK)


@dataclass
class ActiveSet:
    """The pool of the next round; joining and leaving it fix the rounds in which an orchestrator is active."""

    books: Books
    clock: Clock
    max_size: int
    pool: LinkedPool = field(default_factory=LinkedPool)

    def __contains__(self, account: str) -> bool:
        return account in self.pool.nodes

    @property
    def members(self) -> list[str]:
        return list(self.pool)

    @property
    def stake(self) -> int:
        """LPT wei behind all members."""
        return sum(self.books.orchestrators[account].delegated for account in self.pool.nodes)

    def active(self, account: str) -> bool:
        return self.books.orchestrators[account].active(self.clock.round)

    def increase(self, account: str, amount: int, hint: Hint = NO_HINT) -> None:
        """More stake stands behind an account, which joins if it can."""
        orchestrator, counts = self.books.orchestrators[account], account in self or self.active(account)
        orchestrator.delegated += amount
        if account in self:
            self.pool.update(account, rank_of(orchestrator.delegated), *hint)
        elif self.books.registered(account):
            self.try_to_join(account, hint)
        if counts:
            self._record(account, orchestrator.delegated - amount)

    def decrease(self, account: str, amount: int, hint: Hint = NO_HINT) -> None:
        orchestrator = self.books.orchestrators[account]
        orchestrator.delegated -= amount
        if account in self:
            self.pool.update(account, rank_of(orchestrator.delegated), *hint)
        if account in self or self.active(account):
            self._record(account, orchestrator.delegated + amount)

    def try_to_join(self, account: str, hint: Hint = NO_HINT) -> None:
        """Into the pool if there is room, or in the place of the last member if that has less stake."""
        orchestrator = self.books.orchestrators[account]
        if len(self.pool.nodes) >= self.max_size:
            last = self.pool.tail
            if orchestrator.delegated <= self.books.orchestrators[last].delegated:
                return
            self.leave(last)
        self.pool.insert(account, rank_of(orchestrator.delegated), *hint)
        orchestrator.activation_round = self.clock.round + 1
        orchestrator.deactivation_round = NEVER
        orchestrator.stake_update_round = self.clock.round + 1
        orchestrator.recorded_stakes[self.clock.round + 1] = orchestrator.delegated
        self.books.voice.bonding("TranscoderActivated", account, self.clock.round + 1)

    def leave(self, account: str) -> None:
        self.pool.remove(account)
        self.books.orchestrators[account].deactivation_round = self.clock.round + 1
        self.books.voice.bonding("TranscoderDeactivated", account, self.clock.round + 1)

    def _record(self, account: str, before: int) -> None:
        """A change of stake that counts, now or in the next round, is written down for the next; the first of a round
        fixes what counts in the present one: what there was `before`, which is less than at its start only if the
        orchestrator was slashed."""
        orchestrator, current = self.books.orchestrators[account], self.clock.round
        if orchestrator.stake_update_round < current:
            orchestrator.recorded_stakes[current] = orchestrator.round_stake = before
        orchestrator.recorded_stakes[current + 1] = orchestrator.delegated
        orchestrator.stake_update_round = current + 1

    def require_no_pending_deactivation(self, account: str, resigns: bool = False) -> None:
        """One that is active but out of the pool, or leaves it in the same call, must have called reward before stake
        comes to it."""
        orchestrator = self.books.orchestrators[account]
        leaving = self.active(account) and (account not in self or resigns)
        rewarded = orchestrator.last_reward_round == self.clock.round
        require(not leaving or rewarded, "RewardNotYetCalled", account, self.clock.round)
