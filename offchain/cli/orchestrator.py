"""`offchain orchestrator`."""

from __future__ import annotations

import asyncio
from typing import Any

import click

from offchain.cli.options import settings_options, take
from offchain.orchestrator.settings import OrchestratorSettings
from offchain.settings import ChainSettings, TelemetrySettings, WorkerSettings
from offchain.telemetry.logs import configure
from offchain.telemetry.metrics import start_metrics_server


@click.command()
@settings_options(OrchestratorSettings, WorkerSettings, ChainSettings, TelemetrySettings)
def orchestrator(**values: Any) -> None:
    """Take paid segments, transcode them, redeem winning tickets.

    The account must be an orchestrator of the protocol: bonded to itself, with its service URI in ServiceRegistry.
    Stops on SIGTERM or Ctrl-C after the segments in work. What it has been paid is on disk before it answers, so that
    a crash at any moment loses nothing.
    """
    settings = take(OrchestratorSettings, values)
    chain = take(ChainSettings, values)
    worker = take(WorkerSettings, values)
    telemetry = take(TelemetrySettings, values)
    configure(telemetry.log_level, telemetry.log_format)

    # The video library is loaded when somebody wants to work with it, not for --help.
    from offchain.orchestrator.node import serve
    from offchain.workers.cpu import CpuWorker

    stop_metrics = (
        start_metrics_server(telemetry.metrics_host, telemetry.metrics_port) if telemetry.metrics_port else None
    )
    try:
        asyncio.run(serve(settings, chain, CpuWorker(worker.worker_processes or None)))
    finally:
        if stop_metrics is not None:
            stop_metrics()
