"""`ape run ops position`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from scripts._lib.ops.command import NetworkCommand, where


@click.command("position", cls=NetworkCommand)
@click.argument("account", required=False)
@where
def cli(account: str | None, record: Path | None, controller: str | None, since: int | None, provider: Any) -> None:
    """Show everything that the protocol knows of an account. Nothing is sent.

    ACCOUNT is an address, an alias or TEST::<index>.
    """
    from scripts._lib.ops.position import show_position
    from scripts._lib.ops.protocol import Protocol

    show_position(provider, Protocol.find(provider, record, controller, since), account)
