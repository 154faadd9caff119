"""Showing the state, once or again and again."""

from __future__ import annotations

import json
import time
from typing import Any

import click
from ape.exceptions import ApeException
from requests.exceptions import RequestException
from rich.console import Console
from rich.text import Text
from web3.exceptions import Web3Exception

from scripts._lib.errors import EndpointError
from scripts._lib.ops.protocol import Protocol
from scripts._lib.status.as_json import as_json
from scripts._lib.status.render import render
from scripts._lib.status.snapshot import Snapshot, Wanted

# Wide enough for whole addresses where nobody is looking at a screen.
WIDTH = 180


def show(provider: Any, protocol: Protocol, wanted: Wanted, *, machine: bool, every: float | None) -> None:
    """Prints one snapshot, or one every `every` seconds until it is interrupted.

    Args:
        machine: as JSON, one line a snapshot when repeated.
    """
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    while True:
        try:
            snapshot = Snapshot.read(provider, protocol, wanted)
        except (EndpointError, ApeException, Web3Exception, RequestException) as error:
            if every is None:
                raise click.ClickException(f"the node failed: {error}") from error
            # A watch outlives a node that is gone for a while.
            click.echo(f"the node failed, trying again in {every:g} s: {error}", err=True)
        else:
            _print(console, snapshot, machine=machine, repeated=every is not None)
        if every is None:
            return
        time.sleep(every)


def _print(console: Console, snapshot: Snapshot, *, machine: bool, repeated: bool) -> None:
    if machine:
        click.echo(json.dumps(as_json(snapshot), indent=None if repeated else 2))
        return
    if repeated and console.is_terminal:
        console.clear()
    console.print(render(snapshot))
    if repeated:
        console.print(Text("ends with Ctrl-C", style="dim"))
