"""`ape run ops vote`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from scripts._lib.ops.command import NetworkCommand, operation


@click.command("vote", cls=NetworkCommand)
@operation
@click.argument("proposal")
@click.argument("choice", type=click.Choice(["for", "against", "abstain"]))
@click.option("--reason", metavar="TEXT", help="Why; published with the vote.")
def cli(proposal: str, choice: str, reason: str | None) -> Callable[[Any], Any]:
    """Vote on a proposal, with the stake that you had when its vote began.

    PROPOSAL is its number, or `last`. A delegator's vote overrides its orchestrator's for its own stake.
    """
    from scripts._lib.ops.vote import plan_vote

    return lambda session: plan_vote(session, proposal, choice, reason)
