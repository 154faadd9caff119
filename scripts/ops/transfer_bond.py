"""`ape run ops transfer-bond`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from scripts._lib.ops.command import NetworkCommand, operation


@click.command("transfer-bond", cls=NetworkCommand)
@operation
@click.argument("receiver")
@click.argument("amount")
def cli(receiver: str, amount: str) -> Callable[[Any], Any]:
    """Give bonded stake to another account at once, without unbonding.

    AMOUNT is `100 LPT`, wei, or `all`. RECEIVER keeps its own delegate; without one it takes on yours.
    """
    from scripts._lib.ops.transfer import plan_transfer_bond

    return lambda session: plan_transfer_bond(session, receiver, amount)
