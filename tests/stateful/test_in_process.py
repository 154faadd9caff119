"""The machine of stake and payments, unchanged, on the EVM in process."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.stateful.profiles import PROFILES
from tests.support.machines.rules import as_hypothesis
from tests.support.machines.staking_and_payments import StakingAndPayments
from tests.support.recording import in_process_world


@pytest.mark.timeout(300)
def test_solv01_to_tick49_hold_on_the_evm_in_process_too() -> None:
    class InProcess(StakingAndPayments):
        pass

    InProcess.world = in_process_world()
    run_state_machine_as_test(as_hypothesis(InProcess), settings=settings(PROFILES["dev"], max_examples=3))
