"""`offchain orchestrator`."""

from __future__ import annotations

import asyncio
from typing import Any

import click
import structlog

from offchain.cli.observed import observed
from offchain.cli.options import settings_options, take
from offchain.orchestrator.settings import OrchestratorSettings
from offchain.settings import ChainSettings, TelemetrySettings
from offchain.workers.settings import WorkerSettings, open_worker

log = structlog.get_logger()


@click.command()
@settings_options(OrchestratorSettings, WorkerSettings, ChainSettings, TelemetrySettings)
def orchestrator(**values: Any) -> None:
    """Take paid segments, transcode them, redeem winning tickets.

    The account must be an orchestrator of the protocol: bonded to itself, with its service URI in ServiceRegistry.
    Stops on SIGTERM or Ctrl-C after the segments in work. What it has been paid is on disk before it answers, so that
    a crash at any moment loses nothing.
    """
    settings, chain = take(OrchestratorSettings, values), take(ChainSettings, values)
    worker, telemetry = take(WorkerSettings, values), take(TelemetrySettings, values)
    # The servers are loaded when there is something to serve, not for --help.
    from offchain.orchestrator.node import serve

    with observed(telemetry):
        opened = open_worker(worker, lambda text: log.info("worker opened", device=text))
        asyncio.run(serve(settings, chain, opened))
