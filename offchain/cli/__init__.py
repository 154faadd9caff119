"""The command `offchain`: entry points only, every node's own code is loaded when its command is named."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from offchain.errors import OffchainError

_COMMANDS = {
    "bench": "Measure the worker: sessions, stages, and FFmpeg's command line beside it.",
    "gateway": "Find orchestrators, pay them, get video transcoded.",
    "orchestrator": "Take paid segments, transcode them, redeem winning tickets.",
    "verify": "Make renditions again, and say how far delivered ones agree with them.",
    "transcode": "Transcode a file with the worker alone; no chain, no payment.",
}


class _LazyGroup(click.Group):
    """Loads a command's module when the command is asked for: `--help` needs no video library."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"offchain.cli.{cmd_name}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted(_COMMANDS.items()))


@click.command(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="offchain")
def cli() -> None:
    """Nodes of an open compute market for video."""


def main() -> None:
    """Runs the command line; an error of ours is one line on standard error and exit code 1."""
    try:
        cli()
    except OffchainError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
