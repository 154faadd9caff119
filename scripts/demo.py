"""`ape run demo`: one paid video job, from stake to settlement, with real parts on a chain of its own."""

from __future__ import annotations

from pathlib import Path

import click

DEFAULT_VIDEO = Path(__file__).parents[1] / "node_modules/mux.js/test/segments/sintel-captions.ts"


@click.command()
@click.option(
    "--video",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=DEFAULT_VIDEO,
    help="File to transcode (H.264). Default: ten seconds of Sintel.",
)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo-output"),
    show_default=True,
    help="Folder for the renditions, the playlist and the logs of all processes; what it held is replaced.",
)
def cli(video: Path, output: Path) -> None:
    """Play one paid video job from stake to settlement.

    Starts an anvil, deploys the protocol, lets two orchestrators, a delegator and a gateway do their parts as processes
    of their own, and prints at the end what was made, paid and earned. Exit code 0 only if every part of it held.
    """
    # Ape imports every script for each `ape run`; what is heavy waits until it is needed.
    from scripts._lib.market.demo import DemoError, play

    try:
        play(video.resolve(), output.resolve())
    except DemoError as error:
        raise click.ClickException(str(error)) from error
