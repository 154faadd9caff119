"""`ape run ops execute`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from scripts._lib.ops.command import NetworkCommand, operation


@click.command("execute", cls=NetworkCommand)
@operation
@click.argument("proposal")
def cli(proposal: str) -> Callable[[Any], Any]:
    """Let the treasury do what was decided and queued. Anybody may.

    PROPOSAL is its number, or `last`.
    """
    from scripts._lib.ops.carry_out import plan_execute

    return lambda session: plan_execute(session, proposal)
