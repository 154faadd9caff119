"""`ape run status`: the protocol at a glance. The command line; what it does stands in `_lib/status`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from scripts._lib.ops.command import NetworkCommand, where


@click.command("status", cls=NetworkCommand)
@where
@click.option("--rounds", type=click.IntRange(0, 100), default=10, show_default=True, help="Rounds of reward calls.")
@click.option("--senders", type=click.IntRange(1), default=20, show_default=True, help="Senders a page.")
@click.option("--page", type=click.IntRange(1), default=1, show_default=True, help="Page of senders.")
@click.option("--json", "machine", is_flag=True, help="For machines; docs/operations.md lists the keys.")
@click.option("--watch", "every", type=click.FloatRange(min=0.1), metavar="SECONDS", help="Again and again.")
def cli(
    record: Path | None,
    controller: str | None,
    since: int | None,
    rounds: int,
    senders: int,
    page: int,
    machine: bool,
    every: float | None,
    provider: Any,
) -> None:
    """Show round, parameters, orchestrators with their reward calls, treasury, senders and open proposals.

    \b
    ape run status --network http://127.0.0.1:8545
    ape run status --network arbitrum --controller 0xD8E8328501E9645d16Cf49539efC04f734606ee4
    """
    # Ape imports every script for each `ape run`; what compiles contracts waits until it is needed.
    from scripts._lib.ops.protocol import Protocol
    from scripts._lib.status.snapshot import Wanted
    from scripts._lib.status.watch import show

    protocol = Protocol.find(provider, record, controller, since)
    show(provider, protocol, Wanted(rounds, page, senders), machine=machine, every=every)
