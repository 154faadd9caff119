"""`ape run ops cancel`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from scripts._lib.ops.command import NetworkCommand, operation


@click.command("cancel", cls=NetworkCommand)
@operation
@click.argument("proposal")
def cli(proposal: str) -> Callable[[Any], Any]:
    """Take your proposal back before the vote on it begins.

    PROPOSAL is its number, or `last`.
    """
    from scripts._lib.ops.carry_out import plan_cancel

    return lambda session: plan_cancel(session, proposal)
