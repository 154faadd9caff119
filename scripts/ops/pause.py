"""`ape run ops pause`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from scripts._lib.ops.command import NetworkCommand, operation


@click.command("pause", cls=NetworkCommand)
@operation
@click.option("--delay", type=click.IntRange(0), default=0, help="Blocks until the Governor may execute it.")
def cli(delay: int) -> Callable[[Any], Any]:
    """Stop the system, as the Controller's owner or through the Governor that owns it.

    Staged with --delay, the same command executes it once it is due.
    """
    from scripts._lib.ops.pause import plan_pause

    return lambda session: plan_pause(session, delay)
