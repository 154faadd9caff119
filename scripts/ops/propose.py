"""`ape run ops propose`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from scripts._lib.ops.command import NetworkCommand, operation


@click.command("propose", cls=NetworkCommand)
@operation
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--pay", metavar="AMOUNT", help="Payment of the treasury: `100 LPT` or `1 ETH`.")
@click.option("--to", metavar="ADDRESS", help="Who is paid.")
@click.option("--description", metavar="TEXT", help="What it is for; the first line is the title.")
def cli(file: Path | None, pay: str | None, to: str | None, description: str | None) -> Callable[[Any], Any]:
    """Propose payments of the treasury and calls that it makes.

    FILE is YAML or JSON: `description`, and `actions`, each of them a payment, a call of a contract of the protocol, or
    calldata:

    \b
    description: |
      # Title
      What it is for.
    actions:
      - {pay: 100 LPT, to: "0x..."}
      - {call: BondingManager.setTreasuryBalanceCeiling, arguments: [0]}
      - {target: "0x...", value: 1 ETH, data: "0x..."}
    """
    from scripts._lib.ops.propose import plan_propose

    return lambda session: plan_propose(session, file, pay, to, description)
