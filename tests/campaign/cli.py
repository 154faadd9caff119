"""`make campaign`: what was asked for, read and checked; then the campaign, with progress, and its report.

Ends with 0 if nothing failed, 1 if something did, 2 if what was asked for cannot be done, 3 if a
job has died, 130 after Ctrl-C.
"""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

import click

from tests.campaign.bad_input import BadInputError, JobLostError
from tests.campaign.command import Wishes, play_campaign, replay_failure
from tests.campaign.plan import HISTORY_CALLS

__all__ = ["main"]

LOST, INTERRUPTED = 3, 130


class Whole(click.ParamType):
    """A whole number; thousands may be set apart."""

    name = "number"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value).replace(",", "").replace("_", "").strip()
        if not (text.isascii() and text.removeprefix("-").isdigit()):
            name = (param.name or "").upper() if param else ""
            raise BadInputError(f"{name}={value}: a whole number is needed")
        return int(text)


@click.command()
@click.option("--calls", type=Whole(), default="1000000", help="How many; rounded up to whole histories.")
@click.option("--seed", default="", help="Any word; the same one plays the same histories. By default a new one.")
@click.option("--jobs", type=Whole(), help="Processes; by default one for each core.")
@click.option("--machine", "machines", default="all", help="Names, with weights if wanted: a:3,b. Or all.")
@click.option("--engine", default="local", help="local: processes on this machine. ray: a cluster, at RAY_ADDRESS.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the campaign; by default named by its seed.")
@click.option("--history-calls", type=Whole(), default=str(HISTORY_CALLS), help="Calls in a history, the unit of work.")
@click.option("--seconds", type=Whole(), help="Begin no more histories after so long; by default, play them all.")
@click.option("--keep-going", is_flag=True, help="Play all histories, whatever fails.")
@click.option("--publish", is_flag=True, help="Make the figures those of docs/proof.md.")
@click.option("--replay", type=click.Path(path_type=Path), help="A failure that was kept: play its actions again.")
def command(replay: Path | None, **options: object) -> int:
    """Play hostile calls by the million on the protocol in process; every outcome is foretold."""
    if replay:
        return replay_failure(replay)
    options["seed"] = options["seed"] or str(secrets.randbelow(10**9))
    return play_campaign(Wishes(**options))  # type: ignore[arg-type]


def main() -> None:
    try:
        sys.exit(command(standalone_mode=False))
    except BadInputError as error:
        click.echo(f"campaign: {error}", err=True)
        sys.exit(2)
    except JobLostError as error:
        click.echo(f"campaign: {error}; the same command with the same SEED goes on", err=True)
        sys.exit(LOST)
    except click.ClickException as error:
        click.echo(f"campaign: {error.format_message()}", err=True)
        sys.exit(2)
    except (KeyboardInterrupt, click.Abort):
        sys.exit(INTERRUPTED)
