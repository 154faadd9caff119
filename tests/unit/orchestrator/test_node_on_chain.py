"""A whole node on the deployed protocol: it starts, is paid, stops; and says why when it cannot."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager

import pytest

from offchain.errors import SettingsError
from offchain.orchestrator.ledger import balance_of
from offchain.orchestrator.node import serve
from offchain.orchestrator.settings import OrchestratorSettings
from offchain.orchestrator.store import Store, StoreIdentity
from offchain.orchestrator.winners import queue_totals
from offchain.settings import ChainSettings
from offchain.tickets import key_address
from offchain.wire import Payment
from tests.support.deployment import LPT
from tests.support.orchestrator_values import CopyWorker, signatures

from .conftest import SEGMENT, Served, credentials, headers, result_of

FUNDS = 10**18


@pytest.fixture(scope="module")
def parties(market, gateway, orchestrators, owner):
    """A funded gateway and an active orchestrator."""
    market.register(orchestrators[0], 1000 * LPT)
    market.next_round()
    market.broker.fundDepositAndReserve(FUNDS, FUNDS, value=2 * FUNDS, sender=gateway)
    return market, gateway, orchestrators[0]


@pytest.fixture
def settings_of(tmp_path, parties, rpc_url, key_of, unused_tcp_port_factory):
    market, _, orchestrator = parties

    def make(**changes):
        key_file = tmp_path / "key"
        key_file.touch(mode=0o600)
        key_file.write_text(key_of(orchestrator).hex())
        chain = ChainSettings(
            eth_url=rpc_url,
            chain_id=31337,
            controller=market.controller.address,
            key_file=key_file,
            block_polling_interval=0.1,
        )
        uri = f"https://127.0.0.1:{unused_tcp_port_factory()}"
        fields = {"data_dir": tmp_path / "node", "service_uri": uri, "price_per_unit": 7, "ticket_ev": 10**12}
        return OrchestratorSettings(**(fields | changes)), chain

    return make


@asynccontextmanager
async def running(settings, chain, worker):
    """The node as a task; stopped, and waited for, at the end."""
    stop = asyncio.Event()
    node = asyncio.create_task(serve(settings, chain, worker, stop))
    served = Served(settings, None, None, worker, [])
    try:
        await answering(served, node)
        yield served, stop, node
    finally:
        stop.set()
        await asyncio.wait([node], timeout=15)
        assert node.done()


async def answering(served, node):
    host, port = served.authority.split(":")
    for _ in range(200):
        if node.done():
            node.result()
        try:
            _, writer = await asyncio.open_connection(host, int(port))
        except ConnectionError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    pytest.fail("the node does not listen")


def paid(info, key, tickets=3):
    payment = Payment(
        sender=key_address(key),
        params=info.ticket_params,
        tickets=signatures(info.ticket_params, range(1, 1 + tickets), key=key),
        expected_price=info.price,
    )
    return headers(payment, credentials(info, key=key))


async def test_a_node_is_paid_by_a_gateway_of_the_chain_and_finishes_its_work_before_it_stops(
    settings_of, parties, key_of
):
    market, gateway, orchestrator = parties
    settings, chain = settings_of()
    worker = CopyWorker(pixels=1_000, gate=asyncio.Event())
    async with running(settings, chain, worker) as (served, stop, node):
        info = await served.offer(key_of(gateway))
        assert info.address == orchestrator.address
        assert info.ticket_params.expiration_params.creation_round == market.round
        async with served.client() as client, served.client() as late:
            work = asyncio.create_task(client.post("/segment", headers=paid(info, key_of(gateway)), content=SEGMENT))
            await asyncio.sleep(0.5)
            stop.set()
            await asyncio.sleep(0.1)
            refused = await late.post("/segment", headers=paid(info, key_of(gateway)), content=SEGMENT)
            assert (refused.status_code, refused.text) == (403, "OrchestratorCapped")
            assert not node.done()
            worker.gate.set()
            assert result_of(await work).error is None
        await asyncio.wait_for(asyncio.shield(node), 10)

    store = Store.open(settings.data_dir, StoreIdentity(31337, market.broker.address, orchestrator.address))
    left = store.commit_now(lambda connection: balance_of(connection, gateway.address))
    waiting = store.commit_now(queue_totals).tickets
    store.close()
    assert left == 3 * info.ticket_params.expected_value - 1_000 * info.price
    assert 0 <= waiting <= 3


async def test_a_node_that_is_cancelled_lets_go_of_everything(settings_of):
    settings, chain = settings_of()
    for _ in range(2):
        async with running(settings, chain, CopyWorker()) as (_served, _stop, node):
            node.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asyncio.wait_for(asyncio.shield(node), 10)


async def test_an_address_in_use_is_named(settings_of):
    settings, chain = settings_of()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(settings.service_uri.rsplit(":", 1)[1])))
        taken.listen()
        with pytest.raises(SettingsError, match=r"cannot listen on 0\.0\.0\.0:\d+: Address already in use"):
            await serve(settings, chain, CopyWorker(), asyncio.Event())


async def test_a_data_folder_in_use_is_named(settings_of):
    settings, chain = settings_of()
    async with running(settings, chain, CopyWorker()):
        other, _ = settings_of()
        with pytest.raises(SettingsError, match="in use by another orchestrator"):
            await serve(other, chain, CopyWorker(), asyncio.Event())
