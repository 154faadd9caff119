"""What the command lines of all operations have in common."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from scripts._lib.command import DeployCommand
from scripts._lib.ops.errors import OpsError

WHERE_OPTIONS = (
    click.option(
        "--deployment",
        "record",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Record of a deployment. Default: the one of the network in deployments/.",
    ),
    click.option("--controller", metavar="ADDRESS", help="The Controller, where there is no record."),
    click.option(
        "--since",
        metavar="BLOCK",
        type=click.IntRange(min=0),
        help="First block to look for events in. Default: the record's first, else 0.",
    ),
)
SENDER_OPTIONS = (
    click.option("--account", metavar="ALIAS", help="Ape account that sends. Default on local chains: TEST::0."),
    click.option("--yes", "-y", is_flag=True, help="Do not ask before the first transaction."),
    click.option(
        "--dry-run", is_flag=True, help="Show what would happen, and the calldata; --account may be any address."
    ),
)


class NetworkCommand(DeployCommand):
    """Connects as `ape run deploy` does; machines get what they read and nothing else."""

    def invoke(self, ctx: click.Context) -> Any:
        from ape.logging import LogLevel, logger

        # What Ape tells of its connecting goes to the same place as what machines read.
        quiet = logger.at_level(LogLevel.ERROR) if ctx.params.get("machine") else nullcontext()
        try:
            with quiet:
                return super().invoke(ctx)
        except OpsError as error:
            raise click.ClickException(str(error)) from error


def where(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command that only looks the options `--deployment` and `--controller`."""
    for option in reversed(WHERE_OPTIONS):
        command = option(command)
    return command


def operation(prepare: Callable[..., Callable[[Any], Any]]) -> Callable[..., None]:
    """Makes a command of a function from arguments to a planner.

    `prepare` takes what its own options say and returns the function that a {Session} plans with. It runs when the
    command does, so it can import what compiles contracts.
    """

    def command(provider: Any, **given: Any) -> None:
        from scripts._lib.ops.session import Choices, Session

        common = {name: given.pop(name) for name in ("record", "controller", "since", "account", "yes", "dry_run")}
        planner = prepare(**given)
        Session.open(provider, Choices(**common)).carry_out(planner)

    command.__doc__ = inspect.getdoc(prepare)
    command.__name__ = prepare.__name__
    for option in reversed(WHERE_OPTIONS + SENDER_OPTIONS):
        command = option(command)
    # Click reads this backwards: what was declared last is shown first.
    command.__click_params__ += getattr(prepare, "__click_params__", [])  # type: ignore[attr-defined]
    return command
