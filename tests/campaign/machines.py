"""The machines that campaigns play, by name."""

from __future__ import annotations

from typing import Any

from tests.support.machines.crowd import Crowd
from tests.support.machines.governance import GovernanceMachine
from tests.support.machines.intruders import Intruders
from tests.support.machines.ministry import Ministry
from tests.support.machines.staking_and_payments import StakingAndPayments

__all__ = ["MACHINES"]

MACHINES: dict[str, type[Any]] = {
    "crowd": Crowd,
    "staking": StakingAndPayments,
    "governance": GovernanceMachine,
    "intruders": Intruders,
    "ministry": Ministry,
}
