"""`make gpu`: everything about a CUDA device that a machine without one cannot show, in one run.

1. what the device can do, tried out by a process of its own, before and after its seal;
2. samples: random shapes, all places of chroma, against libswscale;
3. bytes: clips of many kinds, against the processor's renditions;
4. figures: the kernel beside its roofline, copies, the decoder, a segment on the processor and on the device.

Needs the package with its extra `cuda`, and none of the tests' tools. Exit code 1: something differs; 2: no device.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from offchain.errors import DeviceError
from offchain.workers.cuda.driver import CudaGpu
from offchain.workers.cuda.kernel import cache_folder
from offchain.workers.devices import device_environment, examine
from tests.gpu.equality import shapes_differ, sitings_differ, tried_clips
from tests.gpu.timing import copies, decoded_per_second, kernel_rates, segment_cost
from tests.support.clips import clip


@click.command()
@click.option("--device", default="cuda:0", show_default=True, help="As operators name it.")
@click.option("--shapes", default=300, show_default=True, help="Random shapes to try.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the figures as JSON.")
def main(device: str, shapes: int, out: Path | None) -> None:
    """Try a CUDA DEVICE, compare it with the processor, and print its figures."""
    report = examine(device)
    click.echo(str(report))
    if not report.usable:
        # An operator's way out is worth knowing, and so is whatever the rest of the run can still say.
        report = examine(device, files=True)
        click.echo(f"with files: {report}")
    os.environ.update(device_environment(device, os.environ, files=True))
    try:
        gpu = CudaGpu(device, cache_folder())
    except DeviceError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    wrong = [*_counted("samples", shapes_differ(gpu, shapes)), *_counted("places of chroma", sitings_differ(gpu))]
    wrong += _bytes(gpu)
    figures = _figures(gpu) | {"wrong": wrong, "report": str(report)}
    if out is not None:
        out.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    click.echo("\n".join(["", "DIFFERENT:", *wrong] if wrong else ["", "nothing differs"]))
    sys.exit(bool(wrong))


def _counted(what: str, differing: Iterator[str]) -> list[str]:
    wrong = [f"{what}: {text}" for text in differing]
    click.echo(f"{what}: {len(wrong)} differ from libswscale's")
    return wrong


def _bytes(gpu: CudaGpu) -> list[str]:
    click.echo("\n| clip | bytes | made by |\n|---|---|---|")
    wrong = []
    for outcome in tried_clips(gpu):
        reason = f": {outcome.fallback}" if outcome.fallback else ""
        click.echo(f"| {outcome.what} | {'equal' if outcome.same else 'DIFFERENT'} | {outcome.device}{reason} |")
        wrong += [] if outcome.same else [f"bytes: {outcome.what}"]
    return wrong


def _figures(gpu: CudaGpu) -> dict[str, Any]:
    """Measures, prints and returns."""
    data = clip(width=1920, height=1080, frames=60, noise=12, keyint=60, audio=False)
    bandwidth = copies(gpu)
    click.echo(f"\n{gpu.description}: {bandwidth.within} GB/s within, {bandwidth.up} up, {bandwidth.down} down")
    click.echo(
        "\n| pictures a launch | us a picture | memory limit | arithmetic limit | share |\n|---|---|---|---|---|"
    )
    rates = kernel_rates(gpu, bandwidth.within)
    for rate in rates:
        limits = f"{rate.memory_limit:.2f} | {rate.arithmetic_limit:.2f}"
        click.echo(f"| {rate.pictures} | {rate.microseconds:.2f} | {limits} | {rate.share:.0%} |")
    streams = {} if gpu.no_decoder else {n: round(decoded_per_second(gpu, data, n)) for n in (1, 4, 8, 16)}
    click.echo(f"\ndecoded 1080p pictures a second by streams: {streams or gpu.no_decoder}")
    costs = [segment_cost(None, data), segment_cost(gpu, data)]
    click.echo("\n| 2 s of 1080p, verifiable | wall s | CPU s |\n|---|---|---|")
    for cost in costs:
        click.echo(f"| {cost.device} | {cost.wall:.3f} | {cost.cpu:.3f} |")
    click.echo(f"| ratio | {costs[1].wall / costs[0].wall:.2f} | {costs[1].cpu / costs[0].cpu:.2f} |")
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "device": gpu.description,
        "processor": f"{platform.machine()}, {os.cpu_count()} cores",
        "copies": asdict(bandwidth),
        "kernel": [asdict(rate) | {"share": rate.share} for rate in rates],
        "decoded": streams,
        "segment": [asdict(cost) for cost in costs],
    }


if __name__ == "__main__":
    main()
