"""`make gas`: gas of every operation beside the live protocol's, on an anvil of its own.

POOLS are sizes of the active set. With RENEW_SNAPSHOTS=1 the figures become those committed, and docs/gas.md follows.
"""

from __future__ import annotations

import os

import ape
import click

from tests.gas.chain import Chain
from tests.gas.figures import Figures, renew
from tests.gas.measuring import measure
from tests.gas.page import against_live, by_pool_size
from tests.gas.renewal import renew_page
from tests.gas.tracing import Tracer


@click.command()
@click.argument("pools", type=click.IntRange(min=10), nargs=-1)
@click.option("--trace", "traced", metavar="OPERATION", multiple=True, help="Say where an operation's gas goes.")
def main(pools: tuple[int, ...], traced: tuple[str, ...]) -> None:
    """Play the scenario in active sets of the sizes POOLS (default: 100) and print what each operation costs."""
    measured: dict[int, Figures] = {}
    with ape.networks.parse_network_choice("ethereum:local:foundry"):
        for size in pools or (100,):
            chain = Chain()
            tracer = Tracer(chain, traced)
            before = chain.snapshot()
            measured[size] = measure(chain, ape.accounts.test_accounts[0], size, tracer)
            chain.restore(before)
            click.echo(f"\nActive set of {size}\n\n{against_live(measured[size])}")
            for report in tracer.reports:
                click.echo(f"\n{report}")
    if os.environ.get("RENEW_SNAPSHOTS"):
        for size, figures in measured.items():
            renew(size, figures)
        renew_page()
    if len(measured) > 1:
        click.echo(f"\nBy size of the active set\n\n{by_pool_size(measured)}")


main()
