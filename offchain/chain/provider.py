"""web3's HTTP provider, over one session of its own."""

from __future__ import annotations

from aiohttp import ClientConnectionError, ClientSession, ClientTimeout
from eth_typing import URI
from web3 import AsyncHTTPProvider
from web3._utils.http_session_manager import HTTPSessionManager

__all__ = ["HttpProvider"]


class HttpProvider(AsyncHTTPProvider):
    """Requests to one endpoint, over connections that stay open between them; to be used in one event loop."""

    def __init__(self, url: str, timeout: ClientTimeout) -> None:
        """Opens nothing yet.

        Args:
            url: http or https URL of a JSON-RPC endpoint.
            timeout: bounds each request.
        """
        super().__init__(url, request_kwargs={"timeout": timeout})
        self._sessions = self._request_session_manager = _OneSession()

    async def disconnect(self) -> None:
        """Closes the connections; later requests fail."""
        await self._sessions.close()


class _OneSession(HTTPSessionManager):
    """Hands out the same session for each request, and waits for nobody.

    web3's own takes, in a thread and for each request, a lock that all clients of a process share. A request that is
    cancelled at that moment leaves the lock taken, and no client gets an answer any more until the process ends.
    """

    def __init__(self) -> None:
        super().__init__()
        self._session: ClientSession | None = None
        self._closed = False

    async def async_cache_and_return_session(
        self,
        endpoint_uri: URI,
        session: ClientSession | None = None,
        request_timeout: ClientTimeout | None = None,
    ) -> ClientSession:
        if self._closed:
            raise ClientConnectionError(f"the client of {endpoint_uri} is closed")
        if self._session is None:
            self._session = session or ClientSession(raise_for_status=True)
        return self._session

    async def close(self) -> None:
        self._closed = True
        if self._session is not None:
            await self._session.close()
