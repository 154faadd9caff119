"""One port for everything: gRPC and HTTP, HTTP/1.1 and 2, TLS or, for an http:// service URI, clear text."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog
from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config, Sockets
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from offchain.errors import RequestError, SettingsError
from offchain.orchestrator.bodies import Incoming
from offchain.orchestrator.certificate import write_certificate
from offchain.orchestrator.http_api import refuse
from offchain.orchestrator.settings import OrchestratorSettings
from offchain.wire.bodies import Body
from offchain.wire.grpc import is_grpc
from offchain.wire.limits import MAX_HEADER_CHARS

log = structlog.get_logger()

HTTP_2 = "2"
HEADER_SLACK = 8 * 1024
MAX_REQUESTS = 1_000
MAX_DISCARD_BYTES = 64 * 1024 * 1024
DISCARD_S = 10.0
UNAVAILABLE = 503
CLOSE_S = 1.0
"""Seconds for connections to be closed in good order; whatever is in work has been waited for before."""


class Exchange:
    """One request and its response.

    A response is only ended when the body of its request is there: a peer that is still sending would find its
    connection reset before it could read the answer.
    """

    def __init__(self, receive: Receive, send: Send) -> None:
        self.incoming, self._send = Incoming(receive), send
        self.started = False

    async def send(self, message: Message) -> None:
        """Passes a message of the response on."""
        self.started = self.started or message["type"] == "http.response.start"
        last = message["type"] == "http.response.body" and not message.get("more_body", False)
        if last and not self.incoming.complete:
            await self._send({**message, "more_body": True})
            await Body(self.incoming).discard(MAX_DISCARD_BYTES, DISCARD_S)
            message = {"type": "http.response.body", "body": b""}
        await self._send(message)


class Front:
    """The ASGI application: gRPC to one side, HTTP to the other, and nothing gets out of it but responses."""

    def __init__(self, http: ASGIApp, grpc: ASGIApp) -> None:
        self._http, self._grpc = http, grpc
        self._requests = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            await self._request(scope, receive, send)
        else:
            await send({"type": "websocket.close"})

    async def quiet(self, within_s: float) -> None:
        """Waits until no request is in work, for so many seconds at most."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._quiet.wait(), within_s)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = Exchange(receive, send)
        self._requests += 1
        self._quiet.clear()
        try:
            await self._route(scope, exchange.incoming, exchange.send)
        except Exception as error:
            await self._broken_off(error, scope, exchange)
        finally:
            self._requests -= 1
            if not self._requests:
                self._quiet.set()

    async def _broken_off(self, error: Exception, scope: Scope, exchange: Exchange) -> None:
        if exchange.started:
            # Most likely the peer has gone; what goes wrong with a segment is told in its result.
            log.warning("request broke off", path=scope["path"], error=type(error).__name__, reason=str(error))
            return
        log.error("request failed", path=scope["path"], exc_info=error)
        await PlainTextResponse("internal error", 500)(scope, exchange.incoming, exchange.send)

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._requests > MAX_REQUESTS:
            await refuse(RequestError(UNAVAILABLE, "OrchestratorBusy: too many requests"), scope, receive, send)
        elif scope["http_version"] == HTTP_2 and is_grpc(Headers(scope=scope).get("content-type", "")):
            await self._grpc(scope, receive, send)
        else:
            await self._http(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        event = (await receive())["type"]
        await send({"type": f"{event}.complete"})
        if event == "lifespan.shutdown":
            return


class BoundConfig(Config):
    """A server configuration whose sockets are bound already, so that a port in use is an error of the settings."""

    bound: Sockets | None = None

    def create_sockets(self) -> Sockets:
        if self.bound is None:
            self.bound = super().create_sockets()
        return self.bound


def server_config(settings: OrchestratorSettings) -> BoundConfig:
    """The configuration of the server, listening already.

    Raises:
        SettingsError: the certificate cannot be written or the address not be listened on.
    """
    config = BoundConfig()
    config.bind = [settings.bind]
    if settings.tls:
        certificate, key = write_certificate(settings.data_dir, settings.host)
        config.certfile, config.keyfile = str(certificate), str(key)
    config.alpn_protocols = ["h2", "http/1.1"]
    config.h11_max_incomplete_size = 2 * MAX_HEADER_CHARS + HEADER_SLACK
    config.h2_max_header_list_size = 2 * MAX_HEADER_CHARS + HEADER_SLACK
    config.keep_alive_timeout = settings.keep_alive_s
    config.ssl_handshake_timeout = settings.keep_alive_s
    config.graceful_timeout = CLOSE_S
    config.include_server_header = False
    config.accesslog = None
    config.errorlog = logging.getLogger("hypercorn")
    try:
        sockets = config.create_sockets()
        for each in (*sockets.secure_sockets, *sockets.insecure_sockets):
            each.listen(config.backlog)
    except OSError as error:
        raise SettingsError(f"cannot listen on {settings.bind}: {error.strerror}") from error
    return config


async def run_server(app: ASGIApp, config: BoundConfig, until: Callable[[], Awaitable[object]]) -> None:
    """Serves until `until` returns, then closes all connections.

    A peer that does not answer the end of TLS would hold the server up for half a minute; it gets `CLOSE_S` seconds.
    """
    ending = asyncio.Event()

    async def trigger() -> None:
        await until()
        ending.set()

    server = asyncio.create_task(
        hypercorn_serve(app, config, shutdown_trigger=trigger, mode="asgi")  # type: ignore[arg-type]
    )
    ended = asyncio.create_task(ending.wait())
    try:
        await asyncio.wait([server, ended], return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait([server], timeout=2 * CLOSE_S)
    finally:
        ended.cancel()
        server.cancel()
        [outcome] = await asyncio.gather(server, return_exceptions=True)
    if isinstance(outcome, Exception) and not ending.is_set():
        raise outcome
