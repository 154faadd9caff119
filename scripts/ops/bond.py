"""`ape run ops bond`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from scripts._lib.ops.command import NetworkCommand, operation


@click.command("bond", cls=NetworkCommand)
@operation
@click.argument("amount")
@click.option("--to", metavar="ADDRESS", help="Orchestrator; yourself to become one. Default: the present delegate.")
@click.option("--unregistered", is_flag=True, help="Also to an account that is no orchestrator.")
def cli(amount: str, to: str | None, unregistered: bool) -> Callable[[Any], Any]:
    """Bond LPT to an orchestrator, or move stake to another one.

    AMOUNT is `100 LPT`, wei, or `all` that the account holds; `0` moves what is bonded and adds nothing. Moving takes
    all of the stake along. The LPT are approved first if need be.
    """
    from scripts._lib.ops.bond import plan_bond

    return lambda session: plan_bond(session, amount, to, unregistered=unregistered)
