"""`ape run ops queue`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from scripts._lib.ops.command import NetworkCommand, operation


@click.command("queue", cls=NetworkCommand)
@operation
@click.argument("proposal")
def cli(proposal: str) -> Callable[[Any], Any]:
    """Hand a proposal that has won to the treasury. Anybody may.

    PROPOSAL is its number, or `last`.
    """
    from scripts._lib.ops.carry_out import plan_queue

    return lambda session: plan_queue(session, proposal)
