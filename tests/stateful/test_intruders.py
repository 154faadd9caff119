"""The machine of intruders: a few examples on anvil through Ape; in process it is played by campaigns."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.matrices.guards import GUARDS
from tests.stateful.profiles import PROFILES, profile_name
from tests.support.machines.intruders import Intruders
from tests.support.machines.intruding import FORBIDDEN
from tests.support.machines.rules import as_hypothesis
from tests.support.world import World


def test_reg60_every_role_keeps_somebody_out() -> None:
    """What is not for everybody is for some, and is tried by the others."""
    assert all(GUARDS[entry.who].allowed is not None for entry in FORBIDDEN.values())
    assert len(FORBIDDEN) > 50


@pytest.mark.timeout(24 * 3_600)
def test_reg60_to_reg63_hold_on_anvil(world: World) -> None:
    class Machine(Intruders):
        pass

    Machine.world = world
    examples = {"dev": 1, "ci": 5}.get(profile_name(), 500)
    run_state_machine_as_test(
        as_hypothesis(Machine), settings=settings(PROFILES["dev"], max_examples=examples, stateful_step_count=15)
    )
