"""Logs and metrics around a node's run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from offchain.settings import TelemetrySettings
from offchain.telemetry.logs import configure
from offchain.telemetry.metrics import start_metrics_server


@contextmanager
def observed(settings: TelemetrySettings) -> Iterator[None]:
    """Logs as the operator wants them, and a metrics endpoint for the length of a `with` block if there is a port.

    Raises:
        SettingsError: the metrics cannot be served there.
    """
    configure(settings.log_level, settings.log_format)
    stop = start_metrics_server(settings.metrics_host, settings.metrics_port) if settings.metrics_port else None
    try:
        yield
    finally:
        if stop is not None:
            stop()
