"""`offchain bench`: how much a worker does on this machine, and beside FFmpeg's command line."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any, Literal

import click
from pydantic import Field
from rich.console import Console
from rich.table import Table

from offchain.cli.options import settings_options, take
from offchain.errors import SettingsError
from offchain.media.profiles import parse_ladder
from offchain.settings import Settings
from offchain.workers.bench.figures import Comparison, Figures
from offchain.workers.bench.plot import check_target, draw
from offchain.workers.bench.run import BenchOptions, measure
from offchain.workers.devices import DEVICE_PATTERN
from offchain.workers.settings import WorkerSettings

_MOST_SESSIONS = 256


class BenchSettings(Settings):
    """What a measurement can be told."""

    profiles: str = Field(
        "benchmark", description="Ladder: preset names separated by commas, `default`, `benchmark`, or a JSON file."
    )
    sessions: str = Field(
        "1,2,3,4", pattern=r"^\d+(,\d+)*$", description="Numbers of sessions beside each other, separated by commas."
    )
    segments: int = Field(5, ge=1, le=1000, description="Segments of the source that each session sends.")
    segment_ms: int = Field(2000, ge=100, le=60_000, description="Least duration of a segment in ms.")
    rounds: int = Field(
        3,
        ge=0,
        le=1000,
        description="Runs of each segment beside FFmpeg's command line, and by stages; 0 leaves both out.",
    )
    device: str = Field("cpu", pattern=DEVICE_PATTERN, description="What decodes and scales: cpu, cuda:N, or auto.")
    mode: Literal["verifiable", "live"] = Field("verifiable", description="How renditions are encoded.")
    processes: int = Field(0, ge=0, le=1024, description="Segments at the same time; 0 takes one for each processor.")


@click.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@settings_options(BenchSettings)
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="Write the figures there; `-` prints them.")
@click.option("--plot", type=click.Path(path_type=Path), help="Write a picture there (PNG, SVG); the extra `bench`.")
def bench(file: Path | None, json_path: Path | None, plot: Path | None, **options: Any) -> None:
    """Measure the worker on the first segments of FILE, or on a clip of 1080p that is made.

    Sessions send segments as fast as they are made: a ratio below 1 keeps up with live video. Beside it the stages of a
    segment, what the child process and the hashes cost, and FFmpeg's command line (imageio-ffmpeg, or on the path)
    doing the same ladder with the same settings by turns. Nothing else should run meanwhile; what does is told.
    """
    settings = take(BenchSettings, options)
    wanted = BenchOptions(
        file=file,
        ladder=parse_ladder(settings.profiles),
        sessions=_sessions(settings.sessions),
        segments=settings.segments,
        segment_ms=settings.segment_ms,
        rounds=settings.rounds,
        worker=WorkerSettings.model_validate(
            {
                "worker_device": settings.device,
                "worker_mode": settings.mode,
                "worker_processes": settings.processes,
            }
        ),
    )
    _check_folders(json_path, plot)
    if plot is not None:
        check_target(plot)
    figures = asyncio.run(measure(wanted, lambda text: click.echo(text, err=True)))
    told = json.dumps(figures.plain(), indent=1)
    if json_path == Path("-"):
        click.echo(told)
    else:
        _print(figures)
    if json_path is not None and json_path != Path("-"):
        _write(json_path, told)
    if plot is not None:
        draw(figures, plot)


def _sessions(text: str) -> tuple[int, ...]:
    counts = tuple(map(int, text.split(",")))
    if not all(1 <= count <= _MOST_SESSIONS for count in counts):
        raise SettingsError(f"--sessions: each from 1 to {_MOST_SESSIONS}")
    return counts


def _check_folders(*paths: Path | None) -> None:
    """A measurement takes minutes: what it cannot be written to is said before."""
    for path in paths:
        if path is not None and not path.parent.is_dir():
            raise SettingsError(f"{path} cannot be written: there is no folder {path.parent}")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text + "\n", "utf-8")
    except OSError as error:
        raise SettingsError(f"the figures cannot be written to {path}: {error}") from error


def _print(figures: Figures) -> None:
    console = Console(soft_wrap=True)
    source, machine = figures.source, figures.machine
    console.print(
        f"{machine['processor']}, {machine['cores']} cores; PyAV {machine['pyav']}, FFmpeg {machine['ffmpeg']}\n"
        f"{source['name']}: {source['width']}x{source['height']} at {source['fps']}, {source['segments']} segments of "
        f"{source['segment_ms']} ms\n{figures.device}, {figures.mode}: {'; '.join(figures.ladder)}",
        highlight=False,
    )
    if figures.fallback:
        console.print(f"made on the processor: {figures.fallback}", highlight=False)
    table = Table("sessions", "ratio", "slowest", "processor s a segment", "processors busy with others")
    for entry in figures.sessions:
        cells = (f"{entry.ratio:.3f}", f"{entry.worst:.3f}", f"{entry.cpu:.3f}", _told(entry.others))
        table.add_row(str(entry.sessions), *cells)
    console.print(table)
    if figures.stages:
        whole = sum(figures.stages.values())
        table = Table("stage", "processor s a segment", "share")
        for name, seconds in figures.stages.items():
            table.add_row(name, f"{seconds:.3f}", f"{seconds / whole:.1%}")
        console.print(table)
    if (boundary := figures.boundary) is not None:
        console.print(
            f"process boundary {boundary.wall * 1000:.1f} ms, hashes {boundary.hashing * 1000:.1f} ms a segment: "
            f"{boundary.share_wall:.1%} of its time, {boundary.share_cpu:.1%} of its processor time",
            highlight=False,
        )
    if figures.comparison is not None:
        _print_comparison(console, figures.comparison)


def _print_comparison(console: Console, found: Comparison) -> None:
    table = Table(f"{found.runs} runs by turns", "wall s", "least", "processor s", "least")
    rows = {"this worker": found.ours, f"ffmpeg {found.version}, same settings": found.same}
    for name, timing in (rows | {"ffmpeg, threads of its own": found.own}).items():
        values = (timing.wall, timing.least_wall, timing.cpu, timing.least_cpu)
        table.add_row(name, *(f"{value:.3f}" for value in values))
    console.print(table)
    console.print(
        f"to FFmpeg with the same settings: processor {found.cpu_ratio:.3f}, wall {found.wall_ratio:.3f} "
        f"(others kept {_told(found.others)} processors busy)",
        highlight=False,
    )


def _told(others: float | None) -> str:
    return "?" if others is None else f"{others:.2f}"
