"""`ape run ops rebond`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from scripts._lib.ops.command import NetworkCommand, operation


@click.command("rebond", cls=NetworkCommand)
@operation
@click.argument("lock", type=click.IntRange(min=0))
@click.option("--to", metavar="ADDRESS", help="Orchestrator, for an account that has nothing bonded.")
@click.option("--unregistered", is_flag=True, help="Also to an account that is no orchestrator.")
def cli(lock: int, to: str | None, unregistered: bool) -> Callable[[Any], Any]:
    """Bond the amount of an unbonding lock again, open or not.

    LOCK is its number; `ape run ops position` lists those you have.
    """
    from scripts._lib.ops.rebond import plan_rebond

    return lambda session: plan_rebond(session, lock, to, unregistered=unregistered)
