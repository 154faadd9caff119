"""`ape run ops fund`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from scripts._lib.ops.command import NetworkCommand, operation


@click.command("fund", cls=NetworkCommand)
@operation
@click.option("--deposit", metavar="AMOUNT", default="0", help="ETH that pay for winning tickets: `0.1 ETH`, or wei.")
@click.option("--reserve", metavar="AMOUNT", default="0", help="ETH that back them when the deposit runs out.")
@click.option("--for", "for_account", metavar="ADDRESS", help="Whose deposit and reserve. Default: yours.")
def cli(deposit: str, reserve: str, for_account: str | None) -> Callable[[Any], Any]:
    """Fund the deposit and the reserve of a sender of tickets."""
    from scripts._lib.ops.fund import plan_fund

    return lambda session: plan_fund(session, deposit, reserve, for_account)
