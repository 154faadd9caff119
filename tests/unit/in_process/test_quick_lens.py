"""The quick lens sees what the lens sees, in every state that a history comes through."""

from __future__ import annotations

from dataclasses import replace

from tests.campaign.history import play
from tests.support.machines.staking_and_payments import StakingAndPayments
from tests.support.recording import in_process_world

CALLS = 400


def test_both_lenses_see_the_same() -> None:
    looks = 0

    class Compared(StakingAndPayments):
        def check(self, thorough: bool = False) -> None:
            nonlocal looks
            super().check(thorough)
            past, engine = self.history.past_round, self.world.engine
            before = engine.next_block
            quick, whole = self.world.quick_lens.look(past), self.world.lens.look(past)
            asked = {pair: claim for pair, claim in quick.claims.items() if claim.claimable is not None}
            assert asked
            assert replace(quick, claims=whole.claims | asked) == whole
            assert [c.claimed for c in quick.claims.values()] == [c.claimed for c in whole.claims.values()]
            assert engine.next_block == before
            looks += 1

    history = play(in_process_world(), Compared, 7, CALLS)
    assert history.failure is None
    assert looks > CALLS / 25
