"""gRPC on the port of HTTP: GetOrchestrator, EndTranscodingSession, Ping (facts: offchain 3.1, 3.3, 10.5)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.types import Receive, Scope, Send

from offchain.errors import CredentialsError, RequestError
from offchain.orchestrator.bodies import body_budget, read_body
from offchain.orchestrator.offers import AuthTokens, OfferDesk
from offchain.orchestrator.refusals import grpc_refusal
from offchain.orchestrator.sessions import SessionTable
from offchain.wire import (
    decode_end_session,
    decode_ping,
    decode_request,
    encode_info,
    encode_ping,
    sign_ping,
    verify_request,
)
from offchain.wire import lp_rpc_pb2 as pb
from offchain.wire.bodies import ClientGoneError
from offchain.wire.grpc import (
    CONTENT_TYPE,
    END_SESSION,
    GET_ORCHESTRATOR,
    PING,
    GrpcStatus,
    pack,
    trailers,
    unpack_one,
)

MAX_CALL_BYTES = 256 * 1024
CALL_TIMEOUT_S = 10.0
NOT_FOUND = 404

Method = Callable[[bytes], Awaitable[bytes]]


class GrpcApi:
    """The calls of service `net.Orchestrator`, message in, message out."""

    def __init__(self, key: bytes, offers: OfferDesk, tokens: AuthTokens, sessions: SessionTable) -> None:
        self._key, self._offers, self._tokens, self._sessions = key, offers, tokens, sessions
        self._methods: dict[str, Method] = {
            GET_ORCHESTRATOR: self.get_orchestrator,
            END_SESSION: self.end_session,
            PING: self.ping,
        }
        # Calls are small; together they may hold a few thousand of the largest.
        self._budget = body_budget(1024 * MAX_CALL_BYTES)

    async def get_orchestrator(self, message: bytes) -> bytes:
        """An offer, with leave to open a session.

        Raises:
            MessageError: the message does not parse.
            CredentialsError: the request is not signed by the gateway that it names.
            CapacityError: no session is free.
            SenderReserveError, ChainError: no offer can be made.
        """
        request = decode_request(message)
        try:
            verify_request(request.address, request.signature)
        except CredentialsError as error:
            raise CredentialsError(f"Invalid orchestrator request: {error}") from error
        if not request.ignore_capacity_check:
            self._sessions.check_room()
        return encode_info(await self._offers.offer(request.address))

    async def end_session(self, message: bytes) -> bytes:
        """Ends the session of a token.

        Raises:
            MessageError, CredentialsError: no token of ours.
        """
        token = self._tokens.verify(decode_end_session(message))
        await self._sessions.end(token.session_id)
        return pb.EndTranscodingSessionResponse().SerializeToString()

    async def ping(self, message: bytes) -> bytes:
        """Our signature of the value: proof that this address serves here.

        Raises:
            MessageError: no value.
            FieldRangeError: a value longer than 32 bytes; we sign nothing that could be a ticket.
        """
        return encode_ping(sign_ping(self._key, decode_ping(message)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            answer = pack(await self._call(scope, receive))
            ending = trailers(GrpcStatus.OK)
        except ClientGoneError:
            return
        except Exception as error:
            answer, ending = b"", trailers(*grpc_refusal(error))
        headers = [(b"content-type", CONTENT_TYPE.encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers, "trailers": True})
        await send({"type": "http.response.body", "body": answer})
        await send({"type": "http.response.trailers", "headers": ending})

    async def _call(self, scope: Scope, receive: Receive) -> bytes:
        body = await read_body(receive, MAX_CALL_BYTES, CALL_TIMEOUT_S, self._budget)
        self._budget.give_back(len(body))
        method = self._methods.get(scope["path"])
        if method is None:
            raise RequestError(NOT_FOUND, f"unknown service or method {scope['path']}")
        return await method(unpack_one(body))
