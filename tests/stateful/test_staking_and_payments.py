"""Stake and payments together, driven by Hypothesis, on anvil through Ape; every property after every step."""

from __future__ import annotations

import logging
from collections import Counter

import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.stateful.profiles import profile, profile_name
from tests.support.machines.core import DONE, Step
from tests.support.machines.rules import as_hypothesis
from tests.support.machines.staking_and_payments import StakingAndPayments
from tests.support.world import World

log = logging.getLogger(__name__)

MAIN_ACTIONS = {
    *("bond", "unbond", "rebond", "rebond_from_unbonded", "withdraw_stake", "transfer", "set_rates", "reward"),
    *("claim_earnings", "fund", "redeem", "redeem_batch", "unlock", "initialize_round"),
}


@pytest.mark.timeout(24 * 3_600)
def test_solv01_to_tick49_hold_whatever_people_do_with_stake_and_payments(world: World) -> None:
    tally: Counter[tuple[str, str]] = Counter()

    class Tallied(StakingAndPayments):
        def tell(self, step: Step) -> None:
            tally.update((step.action, result.split("(")[0]) for result in step.results)

    Tallied.world = world
    run_state_machine_as_test(as_hypothesis(Tallied), settings=profile())
    for (name, result), count in sorted(tally.items()):
        log.info("%6d  %s: %s", count, name, result)
    if profile_name() == "dev":
        return
    # That every action succeeds is asked of the campaign's sample, which makes a hundred times as many calls.
    missing = MAIN_ACTIONS - {name for name, result in tally if result == DONE}
    assert not missing, "actions have never succeeded: the run proves little"
