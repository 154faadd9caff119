"""`ape run ops claim`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from scripts._lib.ops.command import NetworkCommand, operation


@click.command("claim", cls=NetworkCommand)
@operation
def cli() -> Callable[[Any], Any]:
    """Bring your stake and fees up to the current round. Rarely needed: other operations claim by themselves."""
    from scripts._lib.ops.claim import plan_claim

    return plan_claim
