"""A gateway that serves: HTTP ingest and playback until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
from pathlib import Path

import structlog
from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config, Sockets

from offchain.errors import SettingsError
from offchain.gateway.http_api import http_app
from offchain.gateway.node import Gateway
from offchain.gateway.opening import open_gateway
from offchain.gateway.settings import GatewaySettings
from offchain.gateway.streams import StreamTable
from offchain.gateway.verify import Remake
from offchain.media.profiles import parse_ladder
from offchain.settings import ChainSettings
from offchain.types import Container

__all__ = ["serve", "serve_streams"]

log = structlog.get_logger()

KEEP_ALIVE_S = 60.0
GRACE_S = 10.0
MIN_TOKEN_CHARS = 16


async def serve(
    settings: GatewaySettings,
    chain: ChainSettings,
    stop: asyncio.Event | None = None,
    remake: Remake | None = None,
) -> None:
    """Opens a gateway on its chain and serves until SIGTERM, SIGINT, cancellation, or `stop`.

    Args:
        settings: of the gateway.
        chain: where, and as whom.
        stop: ends it.
        remake: as for `open_gateway`.

    Raises:
        SettingsError: the address cannot be listened on, the token file or the ladder not be used.
        OffchainError: as `open_gateway`.
    """
    stop = stop or _signalled()
    async with open_gateway(settings, chain, remake) as gateway:
        await serve_streams(gateway, stop)


async def serve_streams(gateway: Gateway, stop: asyncio.Event, config: BoundConfig | None = None) -> None:
    """Serves the streams of an open gateway until `stop`; segments under way get their grace.

    Args:
        gateway: pays; its settings say where to listen and what is let in.
        stop: ends it.
        config: sockets bound already; by default those of the settings.

    Raises:
        SettingsError: as `serve`.
    """
    settings = gateway.settings
    ladder = parse_ladder(settings.ladder)
    if any(profile.container is not Container.MPEGTS for profile in ladder):
        raise SettingsError("live streams are played as MPEG-TS: the ladder must not ask for another container")
    token = _read_token(settings.ingest_token_file)
    config = config or server_config(settings)
    streams = StreamTable(gateway, ladder)
    sweeping = asyncio.create_task(streams.sweep())
    log.info("gateway serving", http=f"http://{config.address}", ladder=settings.ladder)
    try:
        app = http_app(streams, settings, token)
        await hypercorn_serve(app, config, shutdown_trigger=stop.wait, mode="asgi")  # type: ignore[arg-type]
    finally:
        sweeping.cancel()
        await asyncio.gather(sweeping, return_exceptions=True)
        await streams.close()
        log.info("gateway stopped")


class BoundConfig(Config):
    """A server configuration whose sockets are bound already, so that a port in use is an error of the settings."""

    bound: Sockets | None = None

    def create_sockets(self) -> Sockets:
        """The sockets, bound once."""
        if self.bound is None:
            self.bound = super().create_sockets()
        return self.bound

    @property
    def address(self) -> str:
        """`host:port` that is listened on, with the port that the system chose for 0."""
        host, port = self.create_sockets().insecure_sockets[0].getsockname()[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def server_config(settings: GatewaySettings) -> BoundConfig:
    """The configuration of the server, listening already.

    Raises:
        SettingsError: the address cannot be listened on.
    """
    config = BoundConfig()
    host = f"[{settings.http_host}]" if ":" in settings.http_host else settings.http_host
    config.bind = [f"{host}:{settings.http_port}"]
    config.keep_alive_timeout = KEEP_ALIVE_S
    config.graceful_timeout = GRACE_S
    config.include_server_header = False
    config.accesslog = None
    config.errorlog = logging.getLogger("hypercorn")
    try:
        for bound in config.create_sockets().insecure_sockets:
            bound.listen()
    except OSError as error:
        raise SettingsError(f"cannot listen on {host}:{settings.http_port}: {error.strerror}") from error
    return config


def _read_token(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        token = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"the token file {path} cannot be read: {error}") from error
    if len(token) < MIN_TOKEN_CHARS or not token.isascii() or not token.isprintable():
        raise SettingsError(f"the token in {path} must be {MIN_TOKEN_CHARS} or more printable ASCII characters")
    return token


def _signalled() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop
