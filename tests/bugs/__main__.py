"""`make replay-bugs`: plants known bugs, one at a time, and lets the campaign find them; 1 if one was not found.

make replay-bugs                       # every variant of every bug
make replay-bugs BUG=D18 SEEDS=10      # one bug, all its variants; BUG=D9b one of them; BUG=historic, planted
make replay-bugs BUG=missed            # those that were not found last time
make replay-bugs ARGS=--list
"""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import Any

import click

from tests.bugs.catalogue import CATALOGUES, PatchError, Variant, bugs, wanted
from tests.bugs.hunt import Budget
from tests.bugs.results import CONTROL, Result, Results, publish
from tests.bugs.work import play_all
from tests.campaign.machines import MACHINES

MISSED = "missed"


@click.command(help=__doc__)
@click.option(
    "--bug", default="all", show_default=True, help="Ids with commas between; historic, planted, missed, all."
)
@click.option("--seeds", type=click.IntRange(min=1), default=5, show_default=True, help="How many.")
@click.option("--first-seed", default=1, show_default=True)
@click.option("--calls", type=click.IntRange(min=1), default=1_000_000, show_default=True, help="Budget of each seed.")
@click.option("--seconds", type=click.FloatRange(min=0), default=0.0, help="As well, of each seed; 0: no limit.")
@click.option("--machine", "only", default="", help="One machine only; all of the campaign's take turns otherwise.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes.")
@click.option("--plain", is_flag=True, help="Compiles without the optimizer: sooner, but not what is deployed.")
@click.option("--list", "listing", is_flag=True, help="Shows the bugs and plays none.")
@click.option("--publish", "published", is_flag=True, help="Writes the figures to docs/proof.")
@click.option("--show", is_flag=True, help="The actions that led to each failure.")
def main(
    bug: str,
    seeds: int,
    first_seed: int,
    calls: int,
    seconds: float,
    only: str,
    jobs: int,
    plain: bool,
    listing: bool,
    published: bool,
    show: bool,
) -> None:
    if listing:
        sys.exit(_list())
    results, began = Results.load(), time.monotonic()
    try:
        chosen, machines = _chosen(bug, results), _machines(only)
    except PatchError as fault:
        raise click.ClickException(str(fault)) from fault
    ids = [CONTROL, *(variant.id for variant in chosen)] if bug == "all" or not chosen else [v.id for v in chosen]
    played, failed = [], False
    for result in play_all(
        ids, machines, range(first_seed, first_seed + seeds), Budget(calls, seconds), jobs, not plain
    ):
        if isinstance(result, str):
            click.echo(result)
            failed = True
            continue
        results.add(result)
        played.append(result)
        click.echo(f"{result.id:>6}  {'  '.join(result.cells())}")
        if show:
            _show(result)
    missed = [result.id for result in played if result.missed and result.id != CONTROL]
    click.echo(f"{len(played)} played in {time.monotonic() - began:.0f} s; not found by every seed: {missed or 'none'}")
    if published:
        how = " (variants compiled without the optimizer)" if plain else ""
        publish(results, _commit() + how, f"{datetime.now(UTC):%Y-%m-%d}")
    sys.exit(failed or bool(missed) or any(result.found for result in played if result.id == CONTROL))


def _chosen(bug: str, results: Results) -> list[Variant]:
    if bug == MISSED:
        missing = ",".join(id_ for name in CATALOGUES for id_ in results.missing(name))
        return wanted(missing) if missing else []
    return [] if bug == CONTROL else wanted(bug)


def _machines(only: str) -> dict[str, type[Any]]:
    if only and only not in MACHINES:
        raise PatchError(f"there is no machine {only!r}; there are {', '.join(MACHINES)}")
    return {only: MACHINES[only]} if only else dict(MACHINES)


def _list() -> int:
    for name in CATALOGUES:
        for bug in bugs(name):
            click.echo(f"{bug.id:>6}  {bug.title}" + (f" -- cannot be: {bug.cannot}" if bug.cannot else ""))
            for variant in bug.variants:
                if variant.id != bug.id:
                    click.echo(f"{variant.id:>9}  {variant.name}")
    return 0


def _show(result: Result) -> None:
    for found in result.found:
        click.echo(f"        seed {found.seed}, {found.machine}: {found.message}")
        for line in found.lines[-6:]:
            click.echo(f"            {line}")


def _commit() -> str:
    return subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    main()
