"""The scenario's figures for one size of the active set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.gas.chain import Chain, Receipt
from tests.gas.figures import Figure, Figures
from tests.gas.scenario import Watch, play

__all__ = ["measure"]


def measure(chain: Chain, deployer: Any, pool_size: int, *watches: Watch) -> Figures:
    """Plays the scenario; leaves the chain where it ends."""

    def watch(operation: str, receipt: Receipt, accounts: Mapping[str, str]) -> None:
        for each in watches:
            each(operation, receipt, accounts)

    operations = play(chain, deployer, pool_size, watch)
    return {name: Figure(operation.gas, operation.gas_with_hint) for name, operation in operations.items()}
