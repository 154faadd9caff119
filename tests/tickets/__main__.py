"""`python -m tests.tickets --tickets 10000000 --seed 1 --jobs 2`: see `make tickets`.

Ends with 1 when the package and the contracts do not agree, or when tickets win too often or too rarely.
"""

from __future__ import annotations

import hashlib
import sys
import time
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tests.tickets.campaign import DisagreementError, Portion, Store, portions
from tests.tickets.draws import DRAWS, MOST_SIGMA, frequencies
from tests.tickets.report import Findings, publish

ROOT = Path(__file__).parents[2]
KEPT = ROOT / ".build" / "tickets"
CODE = ("tests/tickets/cases.py", "tests/tickets/checker.py", "tests/tickets/calldata.py", "contracts/payments/*.sol")
COLUMNS = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())


def _store(stage: str, seed: str) -> Store:
    """Of a seed, and of the code that makes and judges cases: what another code has found does not count."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in (*CODE, "offchain/tickets/*.py") for path in ROOT.glob(pattern)):
        digest.update(path.read_bytes())
    return Store(KEPT / f"{stage}-{seed}-{digest.hexdigest()[:12]}.jsonl")


def _played(stage: str, seed: str, tickets: int, jobs: int, console: Console) -> Portion:
    """All portions of a stage together; those of earlier runs are not judged again."""
    store, total, began = _store(stage, seed), Portion(-1), time.monotonic()
    done = store.load(tickets)
    for portion in done:
        total.add(portion)
    earlier = total.tickets
    if done:
        console.print(f"{stage}: {earlier:,} tickets of this seed were judged before")
    with Progress(*COLUMNS, console=console, refresh_per_second=1) as progress:
        task = progress.add_task(stage, total=tickets, completed=earlier)
        for portion in portions(stage, seed, tickets, (portion.number for portion in done), jobs):
            if isinstance(portion, DisagreementError):
                progress.stop()
                console.print(f"the package and the contracts disagree, seed {seed}\n{portion}", markup=False)
                sys.exit(1)
            store.keep(portion)
            total.add(portion)
            rate = (total.tickets - earlier) / (time.monotonic() - began)
            progress.update(task, completed=total.tickets, description=f"{stage}, {rate:,.0f}/s")
    return total


@click.command()
@click.option("--tickets", type=click.IntRange(min=1), default=100_000, show_default=True, help="For the library.")
@click.option("--redemptions", type=click.IntRange(min=1), help="For the whole broker.  [default: a tenth]")
@click.option("--seed", default="1", show_default=True, help="Any word; the same one gives the same tickets.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes.")
@click.option("--publish", "published", is_flag=True, help="Put the figures into docs/proof.")
def main(tickets: int, redemptions: int | None, seed: str, jobs: int, published: bool) -> None:
    if not seed.isalnum():
        raise click.BadParameter("letters and digits only", param_hint="--seed")
    console = Console()
    library = _played("library", seed, tickets, jobs, console)
    broker = _played("broker", seed, redemptions or max(1, tickets // 10), jobs, console)
    found = Findings(seed, library, broker, frequencies(seed, DRAWS))
    console.print(found.table(), markup=False, highlight=False, soft_wrap=True)
    if published:
        publish(found, ROOT / "docs")
    if any(each.here != each.there or each.sigma > MOST_SIGMA for each in found.draws):
        console.print("tickets do not win as often as they should")
        sys.exit(1)


if __name__ == "__main__":
    main()
