"""A whole orchestrator on loopback: real server, real store, real signatures; chain and worker as plain values."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest

from offchain.orchestrator.assembly import Orchestrator, build
from offchain.orchestrator.server import run_server, server_config
from offchain.orchestrator.settings import OrchestratorSettings
from offchain.orchestrator.store import Store
from offchain.tickets.keccak import keccak
from offchain.types import RenditionProfile
from offchain.wire import (
    PAYMENT_HEADER,
    SEGMENT_HEADER,
    SEGMENT_MIME,
    OrchestratorInfo,
    OrchestratorRequest,
    Payment,
    SegmentCredentials,
    SegmentResult,
    decode_info,
    decode_result,
    encode_payment,
    encode_request,
    encode_segment,
    sign_request,
    sign_segment,
)
from offchain.wire.grpc import GET_ORCHESTRATOR
from offchain.workers.protocol import Worker
from tests.support.orchestrator_values import (
    CHAIN_ID,
    EV,
    GATEWAY,
    GATEWAY_KEY,
    ORCHESTRATOR_KEY,
    VALIDITY_ROUNDS,
    CopyWorker,
    StillChain,
    payment,
)
from tests.support.ticket_taker import IDENTITY

PROFILES = (RenditionProfile("P240p30fps16x9", 426, 240, 600_000),)
SEGMENT = bytes(range(256)) * 40
TEST_PRICE = 7
PIXELS = 1_000_000
"""Of the rendition that the copying worker makes of any segment."""


@dataclass
class Served:
    """A running orchestrator and what a gateway knows of it."""

    settings: OrchestratorSettings
    node: Orchestrator
    chain: StillChain
    worker: Any
    winners: list[None]

    @property
    def authority(self) -> str:
        return self.settings.service_uri.partition("//")[2]

    def client(self, *, http2: bool = True, **options: Any) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=self.settings.service_uri, verify=False, http1=not http2, http2=http2, timeout=20, **options
        )

    async def call(self, method: str, message: bytes) -> bytes:
        """One gRPC call with grpcio, as a gateway of ours would make it."""
        if self.settings.tls:
            host, port = self.authority.rsplit(":", 1)
            pem = await asyncio.to_thread(ssl.get_server_certificate, (host, int(port)))
            channel = grpc.aio.secure_channel(self.authority, grpc.ssl_channel_credentials(pem.encode()))
        else:
            channel = grpc.aio.insecure_channel(self.authority)
        async with channel:
            return await channel.unary_unary(method)(message, timeout=10)

    async def offer(self, key: bytes = GATEWAY_KEY) -> OrchestratorInfo:
        return decode_info(await self.call(GET_ORCHESTRATOR, request(key)))


def request(key: bytes = GATEWAY_KEY, **changes: Any) -> bytes:
    address, signature = sign_request(key)
    return encode_request(OrchestratorRequest(address, signature, **changes))


def credentials(
    info: OrchestratorInfo, data: bytes = SEGMENT, *, key: bytes = GATEWAY_KEY, **changes: Any
) -> SegmentCredentials:
    fields = {
        "manifest_id": "stream",
        "seq": 1,
        "segment_hash": keccak(data),
        "profiles": PROFILES,
        "duration_ms": 2000,
        "auth_token": info.auth_token,
    }
    return sign_segment(key, SegmentCredentials(**(fields | changes)))


def headers(paid: Payment | None, papers: SegmentCredentials | None) -> dict[str, str]:
    found = {"content-type": SEGMENT_MIME}
    if paid is not None:
        found[PAYMENT_HEADER] = encode_payment(paid)
    if papers is not None:
        found[SEGMENT_HEADER] = encode_segment(papers)
    return found


def paying(info: OrchestratorInfo, tickets: int = 1, first: int = 1) -> Payment:
    return payment(info.ticket_params, range(first, first + tickets), info.price)


def papers(info: OrchestratorInfo, tickets: int = 1, data: bytes = SEGMENT, **changes: Any) -> dict[str, str]:
    """Headers of a segment that is paid for."""
    return headers(paying(info, tickets), credentials(info, data, **changes))


def result_of(response: httpx.Response) -> SegmentResult:
    assert response.status_code == 200, response.text
    return decode_result(response.content)


async def post(served, given, data=SEGMENT, path="/segment", **options):
    async with served.client(**options) as client:
        return await client.post(path, headers=given, content=data)


async def balance(served):
    return await served.node.ledger.balance(GATEWAY)


async def tasks():
    """How many tasks there are when all has settled."""
    await asyncio.sleep(0.5)
    return len(asyncio.all_tasks())


@pytest.fixture
def serving(tmp_path: Path, unused_tcp_port_factory: Callable[[], int]) -> Any:
    """Starts orchestrators: `async with serving(setting=...) as served`."""

    @asynccontextmanager
    async def start(*, tls: bool = True, worker: Worker | None = None, **changes: Any) -> AsyncIterator[Served]:
        scheme = "https" if tls else "http"
        uri = f"{scheme}://127.0.0.1:{unused_tcp_port_factory()}"
        fields = {
            "data_dir": tmp_path / "node",
            "service_uri": uri,
            "listen": uri.partition("//")[2],
            "price_per_unit": TEST_PRICE,
            "ticket_ev": EV,
        }
        settings = OrchestratorSettings(**(fields | changes))
        chain, worker, winners = StillChain(), worker or CopyWorker(), []
        store = Store.open(settings.data_dir, IDENTITY)
        node = await build(
            settings,
            key=ORCHESTRATOR_KEY,
            chain=chain,
            chain_id=CHAIN_ID,
            validity_rounds=VALIDITY_ROUNDS,
            store=store,
            worker=worker,
            on_winner=lambda: winners.append(None),
        )
        stop = asyncio.Event()
        server = asyncio.create_task(run_server(node.app, server_config(settings), stop.wait))
        try:
            yield Served(settings, node, chain, worker, winners)
        finally:
            stop.set()
            await asyncio.wait_for(server, 10)
            await node.sessions.drain(1)
            store.close()

    return start


@pytest.fixture
async def served(serving: Any) -> AsyncIterator[Served]:
    async with serving() as started:
        yield started
