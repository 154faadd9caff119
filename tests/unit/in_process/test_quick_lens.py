"""The quick lens sees what the lens sees, in every state that a history comes through."""

from __future__ import annotations

from tests.campaign.history import play
from tests.support.machines.staking_and_payments import StakingAndPayments
from tests.support.recording import in_process_world

CALLS = 400


def test_both_lenses_see_the_same() -> None:
    looks = 0

    class Compared(StakingAndPayments):
        def check(self) -> None:
            nonlocal looks
            super().check()
            past, engine = self.history.past_round, self.world.engine
            before = engine.next_block
            quick = self.world.quick_lens.look(past)
            assert quick == self.world.lens.look(past)
            assert engine.next_block == before
            looks += 1

    history = play(in_process_world(), Compared, 7, CALLS)
    assert history.failure is None
    assert looks > CALLS / 25
