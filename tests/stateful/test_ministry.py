"""The machine of what stands around the market: in process by dice, and a few examples on anvil through Ape."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.campaign.history import play
from tests.stateful.profiles import PROFILES, profile_name
from tests.support.machines.ministry import Ministry
from tests.support.machines.rules import as_hypothesis
from tests.support.recording import in_process_world
from tests.support.world import World

ACTIONS = {
    "allow",
    "burn_lpt",
    "carry_out",
    "grant_role",
    "hand_over_and_back",
    "migrate_and_return",
    "mint_lpt",
    "open_poll",
    "permit",
    "register",
    "send_lpt_of",
    "set_uri",
    "upgrade",
}


@pytest.mark.timeout(300)
def test_tok35_to_reg64_hold_in_a_live_market_in_process() -> None:
    history = play(in_process_world(), Ministry, "ministry", 1_500)
    assert history.failure is None, history.failure
    assert {action for action, result in history.tally if result == "done"} >= ACTIONS


@pytest.mark.timeout(24 * 3_600)
def test_tok35_to_reg64_hold_on_anvil(world: World) -> None:
    class Machine(Ministry):
        pass

    Machine.world = world
    examples = {"dev": 1, "ci": 5}.get(profile_name(), 500)
    run_state_machine_as_test(
        as_hypothesis(Machine), settings=settings(PROFILES["dev"], max_examples=examples, stateful_step_count=15)
    )
