"""The model and the chain say the same of everybody, to the wei."""

from __future__ import annotations

from tests.property.models.earnings import ONE
from tests.support.machines.core import Core, always
from tests.support.machines.roundings import check_earned

__all__ = ["Agreement"]


class Agreement(Core):
    """BOND-23: an independent description of the rules comes to the same figures."""

    @always
    def bond23_stakes_and_fees_are_those_of_a_loop_over_delegators(self) -> None:
        """What is stored is equal; of what is earned since the last claim see {check_earned}."""
        for account, seen in self.seen.accounts.items():
            check_earned(self.model, account, seen.pending_stake, seen.pending_fees, self.worst)

    @always
    def bond23_delegators_are_as_predicted(self) -> None:
        for account, seen in self.seen.accounts.items():
            d = self.model.books.delegators[account]
            expected = (d.bonded, d.collected, d.delegate, d.start_round, d.last_claim_round, d.next_lock_id)
            found = (
                seen.bonded,
                seen.collected,
                seen.delegate,
                seen.start_round,
                seen.last_claim_round,
                seen.next_lock_id,
            )
            assert found == expected, account
            assert seen.status == self.model.staking.status(account), account
            assert seen.lpt == self.model.books.wallets[account], account

    @always
    def bond23_orchestrators_are_as_predicted(self) -> None:
        for account, seen in self.seen.accounts.items():
            o = self.model.books.orchestrators[account]
            expected = {
                "delegated": o.delegated,
                "last_reward_round": o.last_reward_round,
                "last_fee_round": o.last_fee_round,
                "reward_cut": o.reward_cut,
                "fee_share": o.fee_share,
                "activation_round": o.activation_round,
                "deactivation_round": o.deactivation_round,
                "stake_update_round": o.stake_update_round,
                "pot": o.pot,
                "pot_before_reward": o.pot_before_reward,
                "fee_pot": o.fee_pot,
                "active": self.model.active_set.active(account),
                "registered": self.model.books.registered(account),
            }
            found = {name: getattr(seen, name) for name in expected}
            assert found == expected, account
            assert seen.pool_stake == o.recorded_stakes.get(self.seen.system.round, 0), account

    @always
    def bond23_the_clock_and_the_pool_are_as_predicted(self) -> None:
        system, clock = self.seen.system, self.model.clock
        assert (system.block_number, system.round) == (clock.block, clock.round)
        assert (system.initialized, system.locked, system.paused) == (
            clock.initialized,
            clock.rates_locked,
            clock.paused,
        )
        assert system.last_initialized_round == clock.last_initialized
        assert self.seen.pool == self.model.active_set.members
        assert system.pool_max_size == self.model.active_set.max_size
        assert system.unbonding_period == self.model.staking.unbonding_period
        assert system.treasury_cut == self.model.earnings.treasury_cut

    @always
    def bond26_rates_of_a_round_are_those_it_began_with(self) -> None:
        current = self.seen.system.round
        for account, seen in self.seen.accounts.items():
            o = self.model.books.orchestrators[account]
            if o.opened_round == current:
                rates = (seen.pool_reward_cut, seen.pool_fee_share)
                assert rates == (o.round_reward_cut, o.round_fee_share), account

    @always
    def bond17_factors_are_what_a_unit_of_stake_has_become(self) -> None:
        """Where the chain has recorded one for the round: never more than exact, and less only in the last digits."""
        for account, seen in self.seen.accounts.items():
            o = self.model.books.orchestrators[account]
            digits = 4 * (o.earnings + 1) * (o.growth + o.fee_growth)
            if seen.pool_reward_factor:
                assert 0 <= o.growth * ONE - seen.pool_reward_factor <= digits, account
            if seen.pool_fee_factor:
                assert 0 <= o.fee_growth * ONE - seen.pool_fee_factor <= digits, account
