"""The shape of stake, pool and active set."""

from __future__ import annotations

from itertools import pairwise

from tests.property.models.active_set import rank_of
from tests.property.models.books import NEVER, NOBODY, agree
from tests.support.machines.core import Core, always

__all__ = ["Structure"]


class Structure(Core):
    @always
    def bond05_stake_behind_an_orchestrator_is_that_of_its_delegators(self) -> None:
        """And what nobody can claim of it, to the fraction of a wei."""
        books = self.model.books
        for account, seen in self.seen.accounts.items():
            delegators = [a for a, s in self.seen.accounts.items() if s.delegate == account]
            owned = (
                sum(books.exact_stake(delegator) for delegator in delegators) if account != NOBODY else seen.delegated
            )
            orchestrator, (orphaned, _) = books.orchestrators[account], books.orphaned(account)
            nobodys = orphaned + orchestrator.forfeited + orchestrator.rounded + orchestrator.burnt
            assert agree(seen.delegated, owned + nobodys), account
            assert seen.delegated >= sum(self.seen.accounts[a].bonded for a in delegators), account

    @always
    def bond06_members_rank_by_what_stands_behind_them(self) -> None:
        accounts = self.seen.accounts
        ranks = [rank_of(accounts[member].delegated) for member in self.seen.pool]
        assert all(one >= other for one, other in pairwise(ranks)), "BOND-06: the pool is not sorted"

    @always
    def bond07_behind_nobody_stands_only_what_was_bonded_to_nobody(self) -> None:
        bonded = [s.bonded for s in self.seen.accounts.values() if s.delegate == NOBODY]
        assert self.seen.accounts[NOBODY].delegated == sum(bonded)

    @always
    def bond08_active_stake_is_that_of_the_pool(self) -> None:
        """Of the pool now for the next round; of the pool as it was initialised with for this one."""
        accounts, system = self.seen.accounts, self.seen.system
        assert system.next_active_stake == sum(accounts[member].delegated for member in self.seen.pool)
        assert system.active_stake == self.model.earnings.active_stake

    @always
    def bond09_the_pool_is_bounded_and_without_doubles(self) -> None:
        """Whatever the hints were. That its neighbours agree and it ends where it says is checked by the lens."""
        pool, accounts = self.seen.pool, self.seen.accounts
        assert len(pool) == len(set(pool)) == self.seen.system.pool_size <= self.seen.system.pool_max_size
        assert {a for a, seen in accounts.items() if seen.deactivation_round == NEVER} == set(pool)

    @always
    def bond10_who_is_active_in_a_round_is_decided_when_it_begins(self) -> None:
        """BOND-12 as well. One exception, as the protocol has always had it: one that was put out of the pool, has
        called reward and is let in again is active from the next round on, and no longer in this one."""
        current = self.seen.system.round
        for account, seen in self.seen.accounts.items():
            assert seen.active == (seen.activation_round <= current < seen.deactivation_round), account
            came_back = seen.last_reward_round == current and seen.activation_round == current + 1
            assert seen.active == (account in self.history.active and not came_back), account

    @always
    def bond11_orchestrators_are_bonded_to_themselves(self) -> None:
        for account, seen in self.seen.accounts.items():
            assert seen.registered == (seen.delegate == account and seen.bonded > 0), account
            assert seen.registered or account not in self.seen.pool, account

    @always
    def bond15_locks_are_those_made_and_not_used(self) -> None:
        """Ids count up; a lock is gone once it is withdrawn or bonded again. BOND-16: a lock keeps its round, whatever
        becomes of the period."""
        for account, locks in self.seen.locks.items():
            expected = self.model.books.delegators[account].locks
            found = {id_: lock for id_, lock in enumerate(locks) if lock.withdraw_round}
            assert found == {id_: (lock.amount, lock.withdraw_round) for id_, lock in expected.items()}, account

    @always
    def bond22_own_rewards_are_part_of_the_stake(self) -> None:
        """No share is given twice: what counts as an orchestrator's own stake is no more than all of it."""
        for account, seen in self.seen.accounts.items():
            if seen.active and self.seen.system.initialized:
                stake = self.model.books.orchestrators[account].round_stake
                rewarded = seen.last_reward_round == self.seen.system.round
                assert (seen.pot_before_reward if rewarded else seen.pot) <= stake, account
