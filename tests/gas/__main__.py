"""`make gas`: gas of every operation beside the live protocol's, on an anvil of its own.

POOLS are sizes of the active set. With RENEW_SNAPSHOTS=1 the figures become those committed, and docs/gas.md follows.
"""

from __future__ import annotations

import os

import ape
import click

from tests.gas.chain import Chain
from tests.gas.figures import USUAL_SIZE, Figures
from tests.gas.measuring import measure
from tests.gas.page import above_floor, against_live, by_pool_size, without_live, written_words
from tests.gas.renewal import renew_all
from tests.gas.tracing import FloorWatch, Tracer


@click.command()
@click.argument("pools", type=click.IntRange(min=10), nargs=-1)
@click.option("--trace", "traced", metavar="OPERATION", multiple=True, help="Say where an operation's gas goes.")
@click.option("--floor", is_flag=True, help="Say how near each operation comes to the least it could cost.")
def main(pools: tuple[int, ...], traced: tuple[str, ...], floor: bool) -> None:
    """Play the scenario in active sets of the sizes POOLS (default: 100) and print what each operation costs."""
    renewing = bool(os.environ.get("RENEW_SNAPSHOTS"))
    measured: dict[int, Figures] = {}
    usual: FloorWatch | None = None
    with ape.networks.parse_network_choice("ethereum:local:foundry"):
        for size in pools or (USUAL_SIZE,):
            chain = Chain()
            tracer, floor_watch = Tracer(chain, traced), FloorWatch(chain)
            watches = [tracer, floor_watch] if floor or (renewing and size == USUAL_SIZE) else [tracer]
            before = chain.snapshot()
            measured[size] = measure(chain, ape.accounts.test_accounts[0], size, *watches)
            chain.restore(before)
            click.echo(f"\nActive set of {size}\n\n{against_live(measured[size])}")
            click.echo(f"\n{without_live(measured[size])}")
            if floor:
                click.echo(f"\n{above_floor(floor_watch.floors)}\n\n{written_words(floor_watch.writes)}")
            for report in tracer.reports:
                click.echo(f"\n{report}")
            if size == USUAL_SIZE:
                usual = floor_watch
    if len(measured) > 1:
        click.echo(f"\nBy size of the active set\n\n{by_pool_size(measured)}")
    if renewing:
        renew_all(measured, usual)


main()
