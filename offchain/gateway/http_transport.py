"""HTTP to an orchestrator: posting a segment and fetching renditions, within bounds of time and size.

Connections go to the endpoint's checked address under its own name; nothing is redirected, nothing decompressed, no
proxy of the environment is used. Certificates are not checked, as everywhere in the network (facts: offchain 3.1):
segments and renditions are vouched for by signatures.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx

from offchain.errors import OrchestratorRefusedError, OrchestratorUnreachableError, ServiceUriError, VerificationError
from offchain.gateway.grpc_transport import printable
from offchain.gateway.service_uri import Endpoint, parse_service_uri

__all__ = ["HttpTransport", "SegmentTimeouts"]

DIAL_TIMEOUT_S = 2.0
IDLE_S = 60.0
MAX_REASON_BYTES = 4_096
MAX_URL_CHARS = 2_048
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@dataclass(frozen=True, slots=True)
class SegmentTimeouts:
    """Seconds until the status line, and for everything."""

    status_s: float
    total_s: float

    @classmethod
    def of(cls, duration_ms: int, multiplier: float = 1.0) -> SegmentTimeouts:
        """The network's rule: 0.5 and 4 times the duration, at least 2 s and 8 s (facts: offchain 2.5)."""
        seconds = duration_ms / 1000
        return cls(max(2.0, 0.5 * seconds) * multiplier, max(8.0, 4 * seconds) * multiplier)


class HttpTransport:
    """Requests to one endpoint over HTTP/1.1, each under way on a connection of its own.

    Not over HTTP/2: the client library lets the requests of a connection read in turn, so that an answer that is
    there waits until something comes for the others.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._client = httpx.AsyncClient(
            verify=False,  # see the module
            trust_env=False,
            follow_redirects=False,
            limits=httpx.Limits(max_connections=32, keepalive_expiry=IDLE_S),
            timeout=httpx.Timeout(None, connect=DIAL_TIMEOUT_S),
            headers={"Host": endpoint.origin.authority, "Accept-Encoding": "identity", "User-Agent": "offchain"},
        )

    async def post(
        self, path: str, headers: Mapping[str, str], body: bytes, timeouts: SegmentTimeouts, limit: int
    ) -> bytes:
        """The body of a 200 answer.

        Args:
            path: such as `/segment`.
            headers: beside the client's own.
            body: sent with its length.
            timeouts: for this exchange.
            limit: bytes that the answer may have.

        Raises:
            OrchestratorUnreachableError: late, broken off or too long; `sent` says whether it may have arrived.
            OrchestratorRefusedError: another status than 200, redirects included, with its text as reason.
        """
        request = self._request("POST", path, content=body, headers=headers)
        return await self._exchange(request, timeouts, limit)

    async def get(self, url: str, timeouts: SegmentTimeouts, limit: int) -> bytes:
        """The body at a URL that the orchestrator gave, which must be its own.

        Raises:
            VerificationError: the URL leads elsewhere, or is none.
            OrchestratorUnreachableError, OrchestratorRefusedError: as `post`.
        """
        return await self._exchange(self._request("GET", own_path(self._endpoint, url)), timeouts, limit)

    async def close(self) -> None:
        """Closes all connections."""
        await self._client.aclose()

    def _request(
        self, method: str, path: str, *, content: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Request:
        origin = self._endpoint.origin
        url = httpx.URL(scheme=origin.scheme, host=self._endpoint.ip, port=origin.port, raw_path=path.encode("ascii"))
        extensions = {**self._client.build_request(method, url).extensions, "sni_hostname": origin.host}
        return self._client.build_request(method, url, content=content, headers=headers, extensions=extensions)

    async def _exchange(self, request: httpx.Request, timeouts: SegmentTimeouts, limit: int) -> bytes:
        try:
            async with asyncio.timeout(timeouts.total_s):
                async with self._answer(request, timeouts.status_s) as response:
                    if response.status_code != httpx.codes.OK:
                        text = (await self._read(response, MAX_REASON_BYTES, cut=True)).decode("utf-8", "replace")
                        raise OrchestratorRefusedError(self._endpoint.url, response.status_code, printable(text))
                    return await self._read(response, limit)
        except TimeoutError as error:
            raise self._unreachable("no complete answer in time") from error
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL) as error:
            reason = printable(str(error)) or type(error).__name__
            raise self._unreachable(reason, sent=not isinstance(error, _NOT_SENT)) from error

    @asynccontextmanager
    async def _answer(self, request: httpx.Request, status_s: float) -> AsyncIterator[httpx.Response]:
        try:
            async with asyncio.timeout(status_s):
                response = await self._client.send(request, stream=True)
        except TimeoutError as error:
            raise self._unreachable(f"no status within {status_s:g} s") from error
        try:
            yield response
        finally:
            await response.aclose()

    async def _read(self, response: httpx.Response, limit: int, *, cut: bool = False) -> bytes:
        """The raw body; longer than `limit` bytes it is cut there, or an error."""
        if response.headers.get("content-encoding", "identity") != "identity":
            raise self._unreachable("an answer in a content encoding that was not asked for")
        body = bytearray()
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > limit:
                if cut:
                    break
                raise self._unreachable(f"an answer of more than {limit} bytes")
        return bytes(body[:limit])

    def _unreachable(self, reason: str, *, sent: bool = True) -> OrchestratorUnreachableError:
        return OrchestratorUnreachableError(self._endpoint.url, reason, sent=sent)


def own_path(endpoint: Endpoint, url: str) -> str:
    """Path and query of a URL, absolute or relative, once it is certain that it stays with the endpoint.

    Raises:
        VerificationError: it names another scheme, host or port, or is no URL.
    """
    if not 0 < len(url) <= MAX_URL_CHARS or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise VerificationError(f"{endpoint.url} names a rendition by no URL: {url[:80]!r}")
    try:
        parts = urlsplit(urljoin(endpoint.url + "/", url))
        origin = parse_service_uri(f"{parts.scheme}://{parts.netloc}")
    except (ValueError, ServiceUriError) as error:
        raise VerificationError(f"{endpoint.url} names a rendition by no URL: {url[:80]!r}") from error
    if origin != endpoint.origin:
        raise VerificationError(f"{endpoint.url} keeps a rendition elsewhere: {origin.url}")
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
