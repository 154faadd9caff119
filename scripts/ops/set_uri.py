"""`ape run ops set-uri`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from scripts._lib.ops.command import NetworkCommand, operation


@click.command("set-uri", cls=NetworkCommand)
@operation
@click.argument("uri")
@click.option("--anyway", is_flag=True, help="Also what is not https://host:port.")
def cli(uri: str, anyway: bool) -> Callable[[Any], Any]:
    """Publish where your node is reached: https://host:port, or the empty text for nowhere."""
    from scripts._lib.ops.transcoder import plan_set_uri

    return lambda session: plan_set_uri(session, uri, anyway=anyway)
