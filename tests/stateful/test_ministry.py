"""The machine of what stands around the market, on anvil through Ape; in process it is played by campaigns."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.stateful.profiles import PROFILES, profile_name
from tests.support.machines.ministry import Ministry
from tests.support.machines.rules import as_hypothesis
from tests.support.world import World


@pytest.mark.timeout(24 * 3_600)
def test_tok35_to_reg64_hold_on_anvil(world: World) -> None:
    class Machine(Ministry):
        pass

    Machine.world = world
    examples = {"dev": 1, "ci": 5}.get(profile_name(), 500)
    run_state_machine_as_test(
        as_hypothesis(Machine), settings=settings(PROFILES["dev"], max_examples=examples, stateful_step_count=15)
    )
