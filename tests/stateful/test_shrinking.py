"""From a failure in a history of hundreds of calls to the few lines that it takes, and to a test. In process."""

from __future__ import annotations

import ast

from tests.campaign.anchored import as_test
from tests.campaign.history import play, replay
from tests.campaign.shrink import shrink
from tests.support.machines.staking_and_payments import StakingAndPayments
from tests.support.recording import in_process_world


class Faulty(StakingAndPayments):
    """With a property that does not hold: nobody unbonds while the pool has more than two seats."""

    def unbond(self, caller: str, amount: int, *hint: tuple[str, str]) -> None:
        super().unbond(caller, amount, *hint)
        if self.results[-1:] == ["done"] and self.model.active_set.max_size > 2:
            raise AssertionError("BOND-25: nobody unbonds")


def test_the_same_seed_is_the_same_history_and_a_failure_shrinks_to_what_it_takes():
    world = in_process_world()
    history = next(h for seed in range(20) if (h := play(world, Faulty, seed, 400)).failure)
    again = play(world, Faulty, history.seed, 400)
    assert (again.tally, again.failure) == (history.tally, history.failure)

    found = shrink(world, Faulty, history.failure, seconds=30)
    assert found.property == history.failure.property == "BOND-25"
    assert len(found.lines) <= 8 < len(history.failure.lines)
    assert replay(world, Faulty, found.lines) == found
    assert replay(world, StakingAndPayments, found.lines) is None

    text = as_test(found, "staking", history.seed)
    [function] = ast.parse(text).body
    assert isinstance(function, ast.FunctionDef)
    assert function.name.startswith("test_bond25_nobody_unbonds")
