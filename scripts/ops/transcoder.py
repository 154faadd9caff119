"""`ape run ops transcoder`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from scripts._lib.ops.command import NetworkCommand, operation


@click.command("transcoder", cls=NetworkCommand)
@operation
@click.option("--reward-cut", metavar="SHARE", help="Share of rewards that you keep: `10%`, or parts of a million.")
@click.option("--fee-share", metavar="SHARE", help="Share of fees that you give to delegators.")
def cli(reward_cut: str | None, fee_share: str | None) -> Callable[[Any], Any]:
    """Set your rates as an orchestrator, and take a seat if you have none. A rate left out stays as it is."""
    from scripts._lib.ops.transcoder import plan_transcoder

    return lambda session: plan_transcoder(session, reward_cut, fee_share)
