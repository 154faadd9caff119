"""The machine of governance: in process by dice and by Hypothesis, and a few examples on anvil through Ape."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.campaign.history import play
from tests.stateful.profiles import PROFILES, profile_name
from tests.support.machines.governance import GovernanceMachine
from tests.support.machines.rules import as_hypothesis
from tests.support.recording import in_process_world
from tests.support.world import World

DONE_AT_LEAST = ("propose", "cancel", "queue", "execute", "veto", "vote", "vote_with_a_strangers_signature")


@pytest.mark.timeout(300)
def test_vote54_to_vote59_hold_in_a_live_market_in_process() -> None:
    """Every action of governance has succeeded, and been refused, at least once."""
    history = play(in_process_world(), GovernanceMachine, "governance", 1_500)
    assert history.failure is None, history.failure
    results = {action: {result for a, result in history.tally if a == action} for action in DONE_AT_LEAST}
    assert all("done" in ends and len(ends) > 1 for ends in results.values()), results


@pytest.mark.timeout(24 * 3_600)
def test_vote54_to_vote59_hold_on_anvil(world: World) -> None:
    class Machine(GovernanceMachine):
        pass

    Machine.world = world
    examples = {"dev": 1, "ci": 5}.get(profile_name(), 500)
    run_state_machine_as_test(
        as_hypothesis(Machine), settings=settings(PROFILES["dev"], max_examples=examples, stateful_step_count=15)
    )
