"""`ape run ops unpause`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from scripts._lib.ops.command import NetworkCommand, operation


@click.command("unpause", cls=NetworkCommand)
@operation
@click.option("--delay", type=click.IntRange(0), default=0, help="Blocks until the Governor may execute it.")
def cli(delay: int) -> Callable[[Any], Any]:
    """Let the system go on, as the Controller's owner or through the Governor that owns it.

    Staged with --delay, the same command executes it once it is due.
    """
    from scripts._lib.ops.pause import plan_unpause

    return lambda session: plan_unpause(session, delay)
