"""`ape run ops initialize-round`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from scripts._lib.ops.command import NetworkCommand, operation


@click.command("initialize-round", cls=NetworkCommand)
@operation
def cli() -> Callable[[Any], Any]:
    """Open the current round for work. Anybody may, once a round."""
    from scripts._lib.ops.initialize_round import plan_initialize_round

    return plan_initialize_round
