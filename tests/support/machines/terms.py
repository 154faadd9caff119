"""Rules by which the owner changes the terms of the protocol, within what is allowed and a little beyond."""

from __future__ import annotations

from tests.support.machine import ProtocolMachine
from tests.support.machines.rules import one_of, rule, whole

__all__ = ["Terms"]

ONE = 10**27
LPT = 10**18
BILLION = 10**9
MILLION = 10**6

SHARES_OF_TREASURY = (0, 0, 1, ONE // 10, ONE // 10, ONE // 2, ONE - 1, ONE, ONE + 1)
LENGTHS = (0, 10, 12, 20, 20, 20, 33, 2**64)
PERIODS = (0, 1, 2, 3)
HUGE = (2**16, 2**256 - 1)  # pools that ids cannot tell


class Terms(ProtocolMachine):
    """
    Attributes:
        seats: how many orchestrators the pool may grow to.
        harsh: whether there are penalties, and inflation runs away.
    """

    seats = 4
    harsh = True

    @rule(size=one_of((1, 2, 3, 4, 5, *HUGE)))
    def the_pool_grows(self, size: int) -> None:
        self.grow_pool(size if size in HUGE else min(size, self.seats))

    @rule(rounds=whole(0, 3))
    def the_unbonding_period_changes(self, rounds: int) -> None:
        self.set_unbonding_period(rounds)

    @rule(share=one_of(SHARES_OF_TREASURY))
    def the_treasury_s_cut_changes(self, share: int) -> None:
        self.set_treasury_cut(share)

    @rule(weight=0.5, base=one_of((0, 0, 1)), more=one_of((0, 0, 1, LPT, 1_000 * LPT, 2**96 - 1, 2**96, 2**255)))
    def the_treasury_s_ceiling_changes(self, base: int, more: int) -> None:
        """To something fixed, or just about what the treasury has."""
        self.set_treasury_ceiling(base * self.seen.accounts[self.world.treasury].lpt + more)

    @rule(weight=0.5, share=one_of((0, 500, 50_000, 3_000_000, BILLION + 1)), aim=one_of((0, 1, BILLION, BILLION + 1)))
    def inflation_s_course_changes(self, share: int, aim: int) -> None:
        self.set_inflation_change(share if self.harsh else share % 10_000)
        self.set_target_bonding_rate(aim)

    @rule(weight=0.5, aim=whole(0, BILLION))
    def the_target_bonding_rate_changes(self, aim: int) -> None:
        self.set_target_bonding_rate(aim)

    @rule(weight=0.2, amount=one_of((0, 1, 1_000_000 * LPT, 2**104)))
    def a_bridge_tells_of_lpt_elsewhere(self, amount: int) -> None:
        self.register_bridge(amount)

    @rule(weight=0.5, blocks=one_of(LENGTHS))
    def the_length_of_rounds_changes(self, blocks: int) -> None:
        """And a round can be over by that."""
        self.set_round_length(blocks)

    @rule(weight=0.5, share=one_of((0, 1, 100_000, 500_000, MILLION, MILLION + 1)))
    def the_locked_part_of_rounds_changes(self, share: int) -> None:
        self.set_round_lock(share)

    @rule(weight=0.5, rounds=one_of((*PERIODS, 2**32 - 1, 2**32)))
    def the_unlock_period_changes(self, rounds: int) -> None:
        """Not for long, where it is for ever."""
        self.set_unlock_period(rounds)
        if rounds > max(PERIODS):
            self.set_unlock_period(2)

    @rule(weight=0.5, rounds=one_of((0, 1, 2, 3, 9, 2**32 - 1, 2**32)))
    def the_validity_of_tickets_changes(self, rounds: int) -> None:
        self.set_ticket_validity(rounds)
