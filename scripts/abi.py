"""`ape run abi`: writes the interfaces that nodes carry (offchain/chain/abi) from the compiled contracts.

A node must work where no compiler is, so the interfaces travel with it; a test holds them against the contracts.
"""

from __future__ import annotations

import click

from scripts._lib.abi import export, node_interfaces, stale


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail if a file is not what it should be.")
def cli(check: bool) -> None:
    """Write the interfaces that nodes carry from the compiled contracts."""
    interfaces = node_interfaces()
    if check:
        old = stale(interfaces)
        if old:
            raise click.ClickException(f"out of date: {', '.join(old)}; run: make abi")
        click.echo("all interfaces are as compiled")
        return
    for path in export(interfaces):
        click.echo(f"wrote {path}")
