"""`offchain transcode FILE`: the worker alone."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from pydantic import Field
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from offchain.cli.options import settings_options, take
from offchain.errors import OffchainError
from offchain.media.hls import HlsWriter
from offchain.media.inspector import Inspector
from offchain.media.profiles import parse_ladder
from offchain.media.segmenter import file_duration_ms
from offchain.settings import Settings
from offchain.workers.file_run import FileSummary, transcode_file
from offchain.workers.settings import WorkerSettings, open_worker


class TranscodeSettings(Settings):
    """What a run over a file can be told."""

    profiles: str = Field(
        "default", description="Ladder: preset names separated by commas, `default`, `benchmark`, or a JSON file."
    )
    output: Path = Field(Path("transcoded"), description="Directory for the renditions and their HLS playlists.")
    segment_ms: int = Field(
        2000, ge=100, le=60_000, description="Least duration of a segment in ms; it ends at the next key frame."
    )
    keep_source: bool = Field(True, description="Offer the source as a variant of the HLS stream, too.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@settings_options(TranscodeSettings, WorkerSettings)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON, and nothing else.")
def transcode(file: Path, as_json: bool, **options: Any) -> None:
    """Transcode FILE into a ladder of renditions with the worker alone: no chain, no payment.

    FILE is cut at key frames (H.264 or HEVC in MPEG-TS, MP4, Matroska, FLV or AVI), each piece is transcoded in a child
    process, and the result is an HLS stream that a player opens. Exit code 1: the file or the ladder cannot be worked
    on; 2: wrong usage.
    """
    settings, worker_settings = take(TranscodeSettings, options), take(WorkerSettings, options)
    summary = asyncio.run(_run(file, settings, worker_settings, quiet=as_json))
    if as_json:
        click.echo(json.dumps(_as_json(summary), indent=2))
    else:
        _print(summary)


async def _run(file: Path, settings: TranscodeSettings, worker_settings: WorkerSettings, *, quiet: bool) -> FileSummary:
    ladder = parse_ladder(settings.profiles)
    total = file_duration_ms(file)
    writer = HlsWriter(settings.output)
    worker = open_worker(worker_settings, lambda text: None if quiet else click.echo(text, err=True))
    inspector = Inspector() if settings.keep_source else None
    with _progress(quiet) as progress:
        bar = progress.add_task(file.name, total=total, rate=0.0, segments=0)

        def show(sums: FileSummary) -> None:
            progress.update(bar, completed=sums.source_ms, rate=sums.times_real, segments=sums.segments)

        try:
            return await transcode_file(
                file, worker, ladder, writer, target_ms=settings.segment_ms, inspector=inspector, on_segment=show
            )
        except* OffchainError as group:
            raise _first(group) from None
        finally:
            await worker.close()
            if inspector is not None:
                await inspector.close()


def _first(group: BaseExceptionGroup[OffchainError]) -> OffchainError:
    """The error of the first segment that failed; the others were stopped because of it."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error if isinstance(error, OffchainError) else OffchainError(str(error))


def _progress(quiet: bool) -> Progress:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[segments]} segments, {task.fields[rate]:.2f} x real time"),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=Console(stderr=True), disable=quiet, transient=True)


def _print(summary: FileSummary) -> None:
    table = Table(title=f"{summary.segments} segments, {summary.source_ms / 1000:.3f} s of video")
    table.add_column("rendition")
    for heading in ("size", "frames", "pixels", "bytes", "kbit/s"):
        table.add_column(heading, justify="right")
    for variant in summary.variants:
        rate = variant.size * 8 / max(variant.duration_ms, 1)
        cells = (f"{variant.width}x{variant.height}", f"{variant.frames:,}", f"{variant.pixels:,}")
        table.add_row(variant.name, *cells, f"{variant.size:,}", f"{rate:,.0f}")
    console = Console()
    console.print(table)
    each = summary.cpu_seconds / max(summary.segments, 1)
    console.print(
        f"{summary.seconds:.2f} s: {summary.times_real:.2f} x real time; "
        f"{summary.cpu_seconds:.2f} s of processor time, {each:.2f} s a segment"
    )
    if summary.dropped_frames:
        console.print(f"{summary.dropped_frames} frames of the source could not be decoded and were left out")
    for reason, segments in summary.fallbacks.items():
        console.print(f"{segments} segments were made on the processor: {reason}")
    console.print(f"play {summary.master}", highlight=False, soft_wrap=True)


def _as_json(summary: FileSummary) -> dict[str, Any]:
    return asdict(summary) | {"master": str(summary.master), "times_real": round(summary.times_real, 3)}


if __name__ == "__main__":
    try:
        transcode()
    except OffchainError as failure:
        click.echo(f"Error: {failure}", err=True)
        sys.exit(1)
