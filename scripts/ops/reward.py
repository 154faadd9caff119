"""`ape run ops reward`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from scripts._lib.ops.command import NetworkCommand, operation


@click.command("reward", cls=NetworkCommand)
@operation
@click.option("--for", "for_account", metavar="ADDRESS", help="Orchestrator that has made you its reward caller.")
def cli(for_account: str | None) -> Callable[[Any], Any]:
    """Mint an active orchestrator's share of the round's rewards, once a round."""
    from scripts._lib.ops.reward import plan_reward

    return lambda session: plan_reward(session, for_account)
