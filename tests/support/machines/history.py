"""What earlier looks have shown, for properties that speak of more than one moment."""

from __future__ import annotations

from collections.abc import Iterable

from tests.support.lens import AccountView, Observation

__all__ = ["History"]

Earnings = tuple[int, int, int, int, int]  # stake, reward cut, fee share, reward factor, fee factor


class History:
    """Remembers, and refuses to see the past change.

    Attributes:
        round: the current one, and `past_round` the last one before it that anything could happen in.
        active: who was in the pool when the round began.
        hashes: what each round's tickets commit to.
    """

    def __init__(self) -> None:
        self.round = self.past_round = 0
        self.active: frozenset[str] = frozenset()
        self.hashes: dict[int, int] = {}
        self._earnings: dict[str, Earnings] = {}  # in the round of the last look, by account
        self._past_earnings: dict[str, Earnings] = {}  # in past_round, as last seen in it
        self._factors: dict[str, tuple[int, int]] = {}  # the last that were set

    def turn(self, current: int, members: Iterable[str], complete: bool) -> None:
        """Round `current` begins, with these members in the pool; `complete` if the last look was at the end of the
        round before."""
        assert current >= self.round, "RND-33: the round number fell"
        self.past_round, self.round = self.round, current
        self._past_earnings, self._earnings = self._earnings if complete else {}, {}
        self.active = frozenset(members)

    def note(self, seen: Observation) -> None:
        """Takes a look in, and holds it against those before."""
        self._check_hash(seen)
        for account, view in seen.accounts.items():
            self._check_past(account, view)
            self._check_factors(account, view)

    def _check_hash(self, seen: Observation) -> None:
        if not seen.system.initialized:
            return
        known = self.hashes.setdefault(seen.system.round, seen.system.block_hash)
        assert seen.system.block_hash, "RND-33: an initialised round has no block hash"
        assert seen.system.block_hash == known, "RND-33: the block hash of a round changed"

    def _check_past(self, account: str, view: AccountView) -> None:
        past = (
            view.past_stake,
            view.past_reward_cut,
            view.past_fee_share,
            view.past_reward_factor,
            view.past_fee_factor,
        )
        known = self._past_earnings.setdefault(account, past)
        assert past == known, f"BOND-18: earnings of a past round changed for {account}"

    def _check_factors(self, account: str, view: AccountView) -> None:
        reward, fee = view.pool_reward_factor, view.pool_fee_factor
        last_reward, last_fee = self._factors.get(account, (0, 0))
        assert reward == 0 or reward >= last_reward, f"BOND-17: the reward factor of {account} fell"
        assert fee == 0 or fee >= last_fee, f"BOND-17: the fee factor of {account} fell"
        before = self._earnings.get(account)
        assert before is None or reward or not before[3], f"BOND-18: the reward factor of {account} was unset"
        self._factors[account] = (reward or last_reward, fee or last_fee)
        self._earnings[account] = (view.pool_stake, view.pool_reward_cut, view.pool_fee_share, reward, fee)
