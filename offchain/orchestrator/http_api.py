"""HTTP: segments in, results and renditions out (facts: offchain 2.4, 2.5)."""

from __future__ import annotations

import asyncio

import structlog
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from offchain.errors import RequestError
from offchain.orchestrator import metrics
from offchain.orchestrator.bodies import BAD_REQUEST, body_budget, check_declared_size, read_body
from offchain.orchestrator.refusals import http_refusal
from offchain.orchestrator.renditions import RenditionShelf
from offchain.orchestrator.segments import Order, SegmentDesk
from offchain.orchestrator.sessions import SessionTable
from offchain.orchestrator.settings import OrchestratorSettings
from offchain.wire import PAYMENT_HEADER, SEGMENT_HEADER, SegmentResult, encode_result
from offchain.wire import lp_rpc_pb2 as pb
from offchain.wire.bodies import ClientGoneError
from offchain.wire.info import info_to_wire

log = structlog.get_logger()

URI_MIME = "application/vnd+livepeer.uri"
PROTOBUF_MIME = "application/octet-stream"
NOT_FOUND = 404
OK = 200


class SegmentEndpoint:
    """POST /segment.

    Answers 200 before the work starts, so that a gateway learns early that it was let in; what goes wrong from then
    on stands in the result.
    """

    def __init__(self, desk: SegmentDesk, settings: OrchestratorSettings) -> None:
        self._desk, self._settings = desk, settings
        self._budget = body_budget(settings.max_buffered_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            order, data = await self._receive(Headers(scope=scope), receive)
        except ClientGoneError:
            return
        except Exception as error:
            await refuse(error, scope, receive, send)
            return
        headers = [(b"content-type", PROTOBUF_MIME.encode())]
        await send({"type": "http.response.start", "status": OK, "headers": headers})
        result = await self._result(order, data)
        await send({"type": "http.response.body", "body": encode_result(result)})

    async def _receive(self, headers: Headers, receive: Receive) -> tuple[Order, bytes]:
        settings = self._settings
        check_declared_size(headers, settings.max_segment_bytes)
        if headers.get("content-type", "").lower().startswith(URI_MIME):
            raise RequestError(BAD_REQUEST, "BadRequest: segments by URI are not taken")
        order = await self._desk.admit(headers.get(PAYMENT_HEADER), headers.get(SEGMENT_HEADER))
        try:
            data = await read_body(receive, settings.max_segment_bytes, settings.body_timeout_s, self._budget)
            order.released.append(lambda: self._budget.give_back(len(data)))
            await self._desk.check_data(order, data)
        except BaseException:
            order.release()
            raise
        return order, data

    async def _result(self, order: Order, data: bytes) -> SegmentResult:
        try:
            work = self._desk.submit(order, data)
        except Exception as error:
            order.release()
            return await self._desk.failed(order, error)
        try:
            # The work goes on, and is charged, when the gateway hangs up.
            return await asyncio.shield(work)
        except Exception as error:
            return await self._desk.failed(order, error)


class PaymentEndpoint:
    """POST /payment: a payment ahead of the work, by the same two headers."""

    def __init__(self, desk: SegmentDesk) -> None:
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        try:
            order = await self._desk.pay(headers.get(PAYMENT_HEADER), headers.get(SEGMENT_HEADER))
        except Exception as error:
            await refuse(error, scope, receive, send)
            return
        message = pb.PaymentResult(info=info_to_wire(order.offer)).SerializeToString()
        await Response(message, media_type=PROTOBUF_MIME)(scope, receive, send)


async def refuse(error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the status and the reason of an error."""
    status, reason = http_refusal(error)
    metrics.requests_refused.labels(str(status)).inc()
    log.info("request refused", path=scope["path"], status=status, reason=reason)
    await PlainTextResponse(reason, status)(scope, receive, send)


def http_app(
    desk: SegmentDesk, shelf: RenditionShelf, sessions: SessionTable, settings: OrchestratorSettings
) -> ASGIApp:
    """The routes of an orchestrator."""

    async def rendition(request: Request) -> Response:
        found = shelf.get(request.path_params["path"])
        if found is None:
            return PlainTextResponse("no such rendition, or it is gone", NOT_FOUND)
        return Response(found.data, media_type=found.container.mime)

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "ok", "sessions": len(sessions), "max_sessions": settings.max_sessions})

    return Starlette(
        routes=[
            Route("/segment", SegmentEndpoint(desk, settings), methods=["POST"]),
            Route("/payment", PaymentEndpoint(desk), methods=["POST"]),
            Route("/stream/{path:path}", rendition, methods=["GET"]),
            Route("/healthz", health, methods=["GET"]),
        ]
    )
