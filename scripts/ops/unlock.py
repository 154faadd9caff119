"""`ape run ops unlock`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from scripts._lib.ops.command import NetworkCommand, operation


@click.command("unlock", cls=NetworkCommand)
@operation
@click.option("--cancel", is_flag=True, help="Take an earlier wish back.")
def cli(cancel: bool) -> Callable[[Any], Any]:
    """Ask to withdraw deposit and reserve; `ops withdraw deposit` does it some rounds later."""
    from scripts._lib.ops.unlock import plan_cancel_unlock, plan_unlock

    return plan_cancel_unlock if cancel else plan_unlock
