"""Ingest and playback over HTTP (facts: offchain 6.6).

PUT, POST  /live/NAME/SEQ.ts    a segment; with `Accept: multipart/mixed` its renditions come back
GET        /stream/NAME.m3u8    master playlist, over /stream/NAME/RENDITION.m3u8 and its segments
GET        /healthz
"""

from __future__ import annotations

import asyncio
import hmac
import re
import secrets

import structlog
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from offchain.errors import MediaError, NoOrchestratorError, OffchainError, RequestError
from offchain.gateway.bodies import discard_rest, read_segment, segment_body, segment_budget, swallow
from offchain.gateway.live import rendition_keys
from offchain.gateway.outcome import SegmentJob, SegmentOutcome
from offchain.gateway.settings import GatewaySettings
from offchain.gateway.streams import StreamTable
from offchain.types import Container
from offchain.wire.bodies import Body, ClientGoneError

__all__ = ["http_app"]

log = structlog.get_logger()

OK, BAD_REQUEST, FORBIDDEN, NOT_FOUND = 200, 400, 403, 404
UNPROCESSABLE, INTERNAL, UNAVAILABLE = 422, 500, 503
# Orchestrators take such ids too; a first letter or digit keeps them clear of options and hidden files.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
SEGMENT = re.compile(r"([0-9]{1,15})\.(ts|mp4)")
CONTAINERS = {"ts": Container.MPEGTS, "mp4": Container.MP4}
PLAYLIST_MIME = "application/vnd.apple.mpegurl"
DEFAULT_DURATION_MS = 2_000
NOT_OFFERED = ("Livepeer-Transcode-Configuration", "Content-Slice-From", "Content-Slice-To")


class PushEndpoint:
    """PUT or POST of a segment."""

    def __init__(self, streams: StreamTable, settings: GatewaySettings, token: str | None) -> None:
        self._streams, self._settings, self._token = streams, settings, token
        self._budget = segment_budget(settings.max_queued_bytes)
        self._keys = rendition_keys(streams.ladder)
        self._swallowing: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        body = segment_body(receive)
        try:
            response = await self._push(scope, headers, body)
        except ClientGoneError:
            return
        except OffchainError as error:
            response = refusal(error, scope["path"])
        # The answer is only ended when the rest of the body is there: a client that is still sending would otherwise
        # find its connection reset before it could read why.
        await send({"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers})
        await send({"type": "http.response.body", "body": response.body, "more_body": True})
        await discard_rest(body)
        await send({"type": "http.response.body", "body": b""})
        # The server hands bodies over through a short queue, and would wait for ever to put the rest into it.
        task = asyncio.create_task(swallow(receive))
        self._swallowing.add(task)
        task.add_done_callback(self._swallowing.discard)

    async def _push(self, scope: Scope, headers: Headers, body: Body) -> Response:
        self._check_token(headers.get("authorization", ""))
        name, seq, container = _address(scope["path_params"])
        duration_ms = _duration(headers, self._settings.max_segment_ms)
        for header in NOT_OFFERED:
            if header in headers:
                raise RequestError(BAD_REQUEST, f"{header} is not supported")
        limit = self._settings.max_segment_bytes
        data = await read_segment(body, headers.get("content-length"), limit, self._budget)
        try:
            stream = self._streams.open(name)
            job = SegmentJob(name, seq, data, container, duration_ms, self._streams.ladder)
            outcome = await stream.push(job)
        finally:
            self._budget.give_back(len(data))
        if "multipart/mixed" in headers.get("accept", ""):
            return _multipart(outcome, self._keys)
        return Response(status_code=OK)

    def _check_token(self, authorization: str) -> None:
        if self._token is None:
            return
        if not hmac.compare_digest(authorization.encode(), f"Bearer {self._token}".encode()):
            raise RequestError(FORBIDDEN, "the bearer token of ingest is missing or wrong")


def http_app(streams: StreamTable, settings: GatewaySettings, token: str | None) -> ASGIApp:
    """The routes of a gateway; `token` is asked of whoever pushes, None asks nobody."""

    async def master(request: Request) -> Response:
        stream = streams.get(request.path_params["name"])
        return _playlist(stream.window.master(stream.name) if stream else None)

    async def media(request: Request) -> Response:
        stream = streams.get(request.path_params["name"])
        return _playlist(stream.window.media(request.path_params["key"]) if stream else None)

    async def segment(request: Request) -> Response:
        stream, match = streams.get(request.path_params["name"]), SEGMENT.fullmatch(request.path_params["segment"])
        found = stream.window.segment(request.path_params["key"], int(match[1])) if stream and match else None
        if found is None:
            return PlainTextResponse("no such segment, or it is gone", NOT_FOUND)
        return Response(found.data, media_type=found.profile.container.mime)

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    return Starlette(
        routes=[
            Route("/live/{name}/{segment}", PushEndpoint(streams, settings, token), methods=["PUT", "POST"]),
            Route("/stream/{name}.m3u8", master, methods=["GET"]),
            Route("/stream/{name}/{key}.m3u8", media, methods=["GET"]),
            Route("/stream/{name}/{key}/{segment}", segment, methods=["GET"]),
            Route("/healthz", health, methods=["GET"]),
        ]
    )


def refusal(error: OffchainError, path: str) -> PlainTextResponse:
    """Status and reason of an error, as a text."""
    status = INTERNAL
    if isinstance(error, RequestError):
        status = error.status
    elif isinstance(error, MediaError):
        status = UNPROCESSABLE
    elif isinstance(error, NoOrchestratorError):
        status = UNAVAILABLE
    log.info("push refused", path=path, status=status, error=type(error).__name__, reason=str(error))
    return PlainTextResponse(str(error), status)


def _address(parameters: dict[str, str]) -> tuple[str, int, Container]:
    name, match = parameters["name"], SEGMENT.fullmatch(parameters["segment"])
    if NAME.fullmatch(name) is None:
        raise RequestError(BAD_REQUEST, f"a stream's name must be of the form {NAME.pattern}")
    if match is None:
        raise RequestError(BAD_REQUEST, "a segment's name must be its number and .ts or .mp4")
    return name, int(match[1]), CONTAINERS[match[2]]


def _duration(headers: Headers, longest_ms: int) -> int:
    text = headers.get("content-duration", str(DEFAULT_DURATION_MS))
    if not re.fullmatch(r"[0-9]{1,9}", text) or not 0 < int(text) <= longest_ms:
        raise RequestError(BAD_REQUEST, f"Content-Duration must be 1 to {longest_ms} milliseconds")
    return int(text)


def _playlist(text: str | None) -> Response:
    if not text:
        return PlainTextResponse("no such stream, or nothing of it to play yet", NOT_FOUND)
    return Response(text, media_type=PLAYLIST_MIME, headers={"Cache-Control": "no-cache"})


def _multipart(outcome: SegmentOutcome, keys: tuple[str, ...]) -> Response:
    boundary = secrets.token_hex(16)
    parts = []
    for key, rendition in zip(keys, outcome.renditions, strict=True):
        container = rendition.profile.container
        file = f"{key}_{outcome.seq}{container.extension}"
        head = (
            f"--{boundary}\r\n"
            f'Content-Type: {container.mime}; name="{file}"\r\n'
            f"Content-Length: {len(rendition.data)}\r\n"
            f'Content-Disposition: attachment; filename="{file}"\r\n'
            f"Rendition-Name: {key}\r\n\r\n"
        )
        parts.append(head.encode("ascii") + rendition.data + b"\r\n")
    body = b"".join(parts) + f"--{boundary}--\r\n".encode("ascii")
    return Response(body, media_type=f"multipart/mixed; boundary={boundary}")
