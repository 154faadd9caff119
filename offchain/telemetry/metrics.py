"""The metrics endpoint; each room declares its own metrics beside the code that moves them."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import start_http_server

from offchain.errors import SettingsError


def start_metrics_server(host: str, port: int) -> Callable[[], None]:
    """Serves `/metrics` from a thread of its own.

    Args:
        host: address to listen on; loopback unless an operator says otherwise.
        port: TCP port.

    Returns:
        A function that stops the server.

    Raises:
        SettingsError: the address cannot be listened on.
    """
    try:
        server, thread = start_http_server(port, addr=host)
    except OSError as error:
        raise SettingsError(f"metrics cannot be served on {host}:{port}: {error.strerror}") from error

    def stop() -> None:
        server.shutdown()
        thread.join()

    return stop
