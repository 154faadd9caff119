"""`offchain gateway`: `serve` takes streams, `run FILE` sends one file."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from offchain.cli.observed import observed
from offchain.cli.options import settings_options, take
from offchain.gateway.settings import GatewaySettings
from offchain.settings import ChainSettings, TelemetrySettings

if TYPE_CHECKING:
    from offchain.gateway.summary import RunSummary
    from offchain.workers.remaker import Remaker


@click.group()
def gateway() -> None:
    """Find orchestrators, pay them, get video transcoded.

    The account must have a deposit and a reserve in TicketBroker. Orchestrators are found on chain, or named with
    --orchestrators.
    """


@gateway.command()
@settings_options(GatewaySettings, ChainSettings, TelemetrySettings)
def serve(**values: Any) -> None:
    """Take streams by HTTP push, and serve them in all renditions.

    PUT or POST /live/NAME/0.ts, 1.ts, ... (or .mp4) with Content-Duration in ms; play /stream/NAME.m3u8.
    """
    settings, chain = take(GatewaySettings, values), take(ChainSettings, values)
    from offchain.gateway.server import serve as serve_streams

    async def serving() -> None:
        async with _remaker(settings) as remake:
            await serve_streams(settings, chain, remake=remake)

    with observed(take(TelemetrySettings, values)):
        asyncio.run(serving())


@gateway.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("transcoded"),
    show_default=True,
    help="Folder for renditions and playlists; a run that was broken off goes on there.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON instead of tables.")
@settings_options(GatewaySettings, ChainSettings, TelemetrySettings)
def run(file: Path, output: Path, as_json: bool, **values: Any) -> None:
    """Send FILE through the market, segment by segment, and write an HLS stream of its renditions."""
    settings, chain = take(GatewaySettings, values), take(ChainSettings, values)
    # The video library is loaded when there is video to cut, not for --help.
    from offchain.gateway.runner import Progress, run_file

    with observed(take(TelemetrySettings, values)), _progress(quiet=as_json) as advance:

        def told(progress: Progress) -> None:
            advance(progress.summary.duration_ms, progress.total_ms)

        async def running() -> RunSummary:
            async with _remaker(settings) as remake:
                return await run_file(settings, chain, file, output, told, remake)

        summary = asyncio.run(running())
    if as_json:
        click.echo(json.dumps(summary.as_json(), indent=2))
    else:
        _print(summary)


@asynccontextmanager
async def _remaker(settings: GatewaySettings) -> AsyncIterator[Remaker | None]:
    """What makes a sample of the renditions again, where the settings ask for one."""
    if not settings.verify_sample:
        yield None
        return
    from offchain.workers.remaker import Remaker

    remaker = Remaker(settings.verify_processes)
    try:
        yield remaker
    finally:
        await remaker.close()


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Any]:
    """A bar over the milliseconds of the file; a function that sets it."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[done]}"), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task("transcoding", total=None, done="")

        def advance(done_ms: int, total_ms: int | None) -> None:
            bar.update(task, completed=done_ms, total=total_ms, done=f"{done_ms / 1000:.1f} s of video")

        yield advance


def _print(summary: RunSummary) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    renditions = Table("rendition", "size", "segments", "frames", "pixels", "bytes", title="Renditions")
    for rung in summary.renditions:
        figures = (rung.segments, rung.frames, rung.pixels, rung.bytes)
        renditions.add_row(rung.name, f"{rung.width}x{rung.height}", *(f"{figure:,}" for figure in figures))
    tickets = Table("orchestrator", "segments", "failures", "tickets", "expected value, wei", "fees, wei", title="Paid")
    for address, sums in sorted(summary.orchestrators.items()):
        money = (int(sums.expected_value), int(sums.fees))
        counts = (sums.segments, sums.failures, sums.tickets)
        tickets.add_row(address, *map(str, counts), *(f"{wei:,}" for wei in money))
    console.print(renditions, tickets)
    console.print(
        f"{summary.segments} segments ({summary.resumed} from an earlier run, {summary.retries} tried again), "
        f"{summary.duration_ms / 1000:.1f} s of video in {summary.seconds:.1f} s: "
        f"{summary.times_real:.2f} × real time"
    )
    console.print(f"play {summary.master}")
