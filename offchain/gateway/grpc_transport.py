"""Unary gRPC calls to an orchestrator, over the certificate that it shows (facts: offchain 3.1, 10.5).

Orchestrators make a self-signed certificate at each start and the network's clients do not check it; what is worth
checking is signed by Ethereum keys. gRPC's library refuses to skip the check, so the certificate is fetched first and
taken as the only root, under the name that it bears. `http` URIs mean HTTP/2 in clear text.
"""

from __future__ import annotations

import asyncio
import ssl

import grpc
import grpc.aio
from cryptography import x509

from offchain.errors import OrchestratorRefusedError, OrchestratorUnreachableError
from offchain.gateway.service_uri import Endpoint

__all__ = ["CALL_TIMEOUT_S", "CONNECT_TIMEOUT_S", "GrpcTransport"]

CONNECT_TIMEOUT_S = 3.0
CALL_TIMEOUT_S = 8.0
MAX_ANSWER_BYTES = 1024 * 1024
MAX_REASON_CHARS = 300
_NO_ANSWER = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED)


class GrpcTransport:
    """One channel to one endpoint, opened by the first call."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._channel: grpc.aio.Channel | None = None
        self._opening = asyncio.Lock()

    async def call(self, method: str, request: bytes, timeout_s: float = CALL_TIMEOUT_S) -> bytes:
        """The answer's bytes, unparsed.

        Args:
            method: full name, such as `/net.Orchestrator/Ping`.
            request: serialised message.
            timeout_s: for the whole call, connecting included.

        Raises:
            OrchestratorUnreachableError: no connection, no answer in time, or one that is too long.
            OrchestratorRefusedError: a gRPC status; `status` is its number.
        """
        channel = await self._open()
        try:
            answer = await channel.unary_unary(method, _as_is, _as_is)(request, timeout=timeout_s)
        except grpc.aio.AioRpcError as error:
            reason = printable(error.details() or error.code().name)
            if error.code() in _NO_ANSWER:
                # A restarted orchestrator shows another certificate: the next call fetches it.
                await self.close()
                raise OrchestratorUnreachableError(self._endpoint.url, reason, sent=True) from error
            raise OrchestratorRefusedError(self._endpoint.url, int(error.code().value[0]), reason) from error
        return answer

    async def close(self) -> None:
        """Closes the channel; the next call opens another."""
        channel, self._channel = self._channel, None
        if channel is not None:
            await channel.close()

    async def _open(self) -> grpc.aio.Channel:
        async with self._opening:
            if self._channel is None:
                self._channel = await self._connect()
            return self._channel

    async def _connect(self) -> grpc.aio.Channel:
        endpoint = self._endpoint
        options: list[tuple[str, str | int]] = [
            ("grpc.max_receive_message_length", MAX_ANSWER_BYTES),
            ("grpc.enable_http_proxy", 0),
            # Channels of one process share connections by target otherwise, whatever certificate they expect.
            ("grpc.use_local_subchannel_pool", 1),
            ("grpc.enable_retries", 0),
        ]
        target = f"{'ipv6' if ':' in endpoint.ip else 'ipv4'}:{endpoint.dialled}"
        if endpoint.origin.scheme == "http":
            options.append(("grpc.default_authority", endpoint.origin.authority))
            return grpc.aio.insecure_channel(target, options=options)
        certificate = await fetch_certificate(endpoint)
        credentials = grpc.ssl_channel_credentials(root_certificates=ssl.DER_cert_to_PEM_cert(certificate).encode())
        # The library wants the authority of a call to be the name in the certificate, so that it sets both.
        options.append(("grpc.ssl_target_name_override", _name_in(certificate) or endpoint.origin.host))
        return grpc.aio.secure_channel(target, credentials, options=options)


async def fetch_certificate(endpoint: Endpoint) -> bytes:
    """The certificate that the endpoint shows, in DER.

    Raises:
        OrchestratorUnreachableError: no connection or no TLS within 3 s.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            _, writer = await asyncio.open_connection(
                endpoint.ip, endpoint.origin.port, ssl=context, server_hostname=endpoint.origin.host
            )
    except (OSError, TimeoutError) as error:
        reason = str(error) or "no TLS connection in time"
        raise OrchestratorUnreachableError(endpoint.url, reason, sent=False) from error
    try:
        certificate = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    finally:
        writer.close()
    if not certificate:
        raise OrchestratorUnreachableError(endpoint.url, "it shows no certificate", sent=False)
    return bytes(certificate)


def _as_is(message: bytes) -> bytes:
    return message


def _name_in(certificate: bytes) -> str | None:
    try:
        parsed = x509.load_der_x509_certificate(certificate)
        names = parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, x509.ExtensionNotFound, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return None
    dns = names.get_values_for_type(x509.DNSName)
    return dns[0] if dns else next((str(ip) for ip in names.get_values_for_type(x509.IPAddress)), None)


def printable(text: str) -> str:
    """A peer's words, fit for a log: one line, no control characters, not long."""
    return "".join(c if c.isprintable() else " " for c in text[:MAX_REASON_CHARS]).strip()
