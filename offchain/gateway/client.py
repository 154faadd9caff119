"""One orchestrator as a gateway speaks to it: gRPC for offers, HTTP for segments, every answer within bounds."""

from __future__ import annotations

import secrets

from offchain.errors import CredentialsError, VerificationError
from offchain.gateway.grpc_transport import GrpcTransport
from offchain.gateway.http_transport import HttpTransport, SegmentTimeouts
from offchain.gateway.service_uri import Endpoint
from offchain.wire import (
    PAYMENT_HEADER,
    SEGMENT_HEADER,
    SEGMENT_MIME,
    AuthToken,
    OrchestratorInfo,
    OrchestratorRequest,
    SegmentResult,
    decode_info,
    decode_ping,
    decode_result,
    encode_end_session,
    encode_ping,
    encode_request,
    verify_ping,
)
from offchain.wire.grpc import END_SESSION, GET_ORCHESTRATOR, PING
from offchain.wire.limits import MAX_MESSAGE_BYTES

__all__ = ["OrchestratorClient"]

PING_BYTES = 16
SEGMENT_PATH = "/segment"


class OrchestratorClient:
    """Calls to one endpoint; safe to use from many tasks.

    Every method raises OrchestratorUnreachableError and OrchestratorRefusedError as its transport does, and
    WireError for an answer that does not parse.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._grpc = GrpcTransport(endpoint)
        self._http = HttpTransport(endpoint)

    @property
    def url(self) -> str:
        """The service URI in its canonical form; names the orchestrator in errors and logs."""
        return self.endpoint.url

    async def offer(self, request: OrchestratorRequest) -> OrchestratorInfo:
        """The orchestrator's offer to the gateway that signed the request (GetOrchestrator)."""
        return decode_info(await self._grpc.call(GET_ORCHESTRATOR, encode_request(request)))

    async def ping(self, address: str) -> None:
        """Passes if the orchestrator at `address` answers here.

        Raises:
            VerificationError: somebody else does.
        """
        value = secrets.token_bytes(PING_BYTES)
        signature = decode_ping(await self._grpc.call(PING, encode_ping(value)))
        try:
            verify_ping(address, value, signature)
        except CredentialsError as error:
            raise VerificationError(f"{self.url}: {error}") from error

    async def end_session(self, token: AuthToken) -> None:
        """Tells the orchestrator that no more segments follow in the token's session."""
        await self._grpc.call(END_SESSION, encode_end_session(token))

    async def send_segment(
        self, payment: str, credentials: str, data: bytes, timeouts: SegmentTimeouts
    ) -> SegmentResult:
        """Sends a segment with its two headers and waits for the result; whether it is good is not judged here."""
        headers = {PAYMENT_HEADER: payment, SEGMENT_HEADER: credentials, "Content-Type": SEGMENT_MIME}
        return decode_result(await self._http.post(SEGMENT_PATH, headers, data, timeouts, MAX_MESSAGE_BYTES))

    async def fetch(self, url: str, timeouts: SegmentTimeouts, limit: int) -> bytes:
        """A rendition of at most `limit` bytes.

        Raises:
            VerificationError: the URL leads away from the orchestrator.
        """
        return await self._http.get(url, timeouts, limit)

    async def close(self) -> None:
        """Closes all connections."""
        await self._http.close()
        await self._grpc.close()
