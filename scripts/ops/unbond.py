"""`ape run ops unbond`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from scripts._lib.ops.command import NetworkCommand, operation


@click.command("unbond", cls=NetworkCommand)
@operation
@click.argument("amount")
def cli(amount: str) -> Callable[[Any], Any]:
    """Put stake under a lock, to be withdrawn some rounds later.

    AMOUNT is `100 LPT`, wei, or `all`. An orchestrator that unbonds all of its own stake resigns.
    """
    from scripts._lib.ops.unbond import plan_unbond

    return lambda session: plan_unbond(session, amount)
