"""One port for everything: gRPC and HTTP, HTTP/1.1 and 2, TLS or, for an http:// service URI, clear text."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import structlog
from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config, Sockets
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from offchain.errors import RequestError, SettingsError
from offchain.orchestrator.certificate import write_certificate
from offchain.orchestrator.http_api import refuse
from offchain.orchestrator.settings import OrchestratorSettings
from offchain.wire.grpc import is_grpc
from offchain.wire.limits import MAX_HEADER_CHARS

log = structlog.get_logger()

HTTP_2 = "2"
HEADER_SLACK = 8 * 1024
MAX_REQUESTS = 1_000
UNAVAILABLE = 503


class Front:
    """The ASGI application: gRPC to one side, HTTP to the other, and nothing gets out of it but responses."""

    def __init__(self, http: ASGIApp, grpc: ASGIApp) -> None:
        self._http, self._grpc = http, grpc
        self._requests = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            await self._request(scope, receive, send)
        else:
            await send({"type": "websocket.close"})

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        self._requests += 1
        try:
            await self._route(scope, receive, watched)
        except Exception:
            log.exception("request broke off", path=scope["path"])
            if not started:
                await PlainTextResponse("internal error", 500)(scope, receive, send)
        finally:
            self._requests -= 1
            _unblock(receive)

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._requests > MAX_REQUESTS:
            await refuse(RequestError(UNAVAILABLE, "OrchestratorBusy: too many requests"), scope, receive, send)
        elif scope["http_version"] == HTTP_2 and is_grpc(Headers(scope=scope).get("content-type", "")):
            await self._grpc(scope, receive, send)
        else:
            await self._http(scope, receive, send)


def _unblock(receive: Receive) -> None:
    """Lets the server go on with a connection whose request we are done with.

    It hands bodies over through a short queue, and would wait for ever to put the rest of this one into it.
    """

    async def swallow() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    task = asyncio.create_task(swallow())
    _swallowing.add(task)
    task.add_done_callback(_swallowing.discard)


_swallowing: set[asyncio.Task[None]] = set()


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
    config.graceful_timeout = settings.shutdown_grace_s
    config.include_server_header = False
    config.accesslog = None
    config.errorlog = logging.getLogger("hypercorn")
    try:
        config.create_sockets()
    except OSError as error:
        raise SettingsError(f"cannot listen on {settings.bind}: {error.strerror}") from error
    return config


async def run_server(app: ASGIApp, config: BoundConfig, until: Callable[[], Awaitable[object]]) -> None:
    """Serves until `until` returns; requests in work get their grace."""
    await hypercorn_serve(app, config, shutdown_trigger=until, mode="asgi")  # type: ignore[arg-type]
