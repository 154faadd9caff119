"""Connecting to an endpoint that is absent, foreign, or no endpoint at all."""

import asyncio

import pytest

from offchain.chain.protocol import Protocol
from offchain.chain.rpc import ask, connect, disconnect, l1_block_number
from offchain.errors import ChainError, NoContractError, RpcUnreachableError, WrongChainError

NOWHERE = "0x00000000000000000000000000000000000000AA"


async def test_an_endpoint_that_does_not_answer_is_named(unused_tcp_port):
    with pytest.raises(RpcUnreachableError, match=r"eth_chainId|127\.0\.0\.1"):
        await connect(f"http://127.0.0.1:{unused_tcp_port}")


@pytest.mark.parametrize("url", ["", "127.0.0.1:8545", "ws://127.0.0.1:8545", "file:///etc/passwd"])
async def test_what_is_no_http_url_is_refused(url):
    with pytest.raises(RpcUnreachableError, match="no http or https URL"):
        await connect(url)


async def test_a_server_that_speaks_no_json_rpc_is_refused(unused_tcp_port):
    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", unused_tcp_port)
    async with server:
        with pytest.raises(ChainError, match="RPC endpoint"):
            await connect(f"http://127.0.0.1:{unused_tcp_port}")


async def test_another_chain_than_the_configured_one_is_refused(rpc_url):
    with pytest.raises(WrongChainError, match="configured chain id 42161, the endpoint serves 31337"):
        await connect(rpc_url, chain_id=42161)


async def test_an_address_without_a_controller_is_refused(rpc_url):
    w3 = await connect(rpc_url)
    try:
        with pytest.raises(NoContractError, match="wrong address or wrong chain"):
            await Protocol.resolve(w3, NOWHERE)
    finally:
        await disconnect(w3)


async def test_requests_that_are_given_up_stop_no_other_client_of_the_process(rpc_url):
    w3 = await connect(rpc_url)
    for turns in range(50):
        given_up = [asyncio.create_task(w3.eth.get_block("latest")) for _ in range(8)]
        for _ in range(turns % 10):  # so that they are at various points of their way
            await asyncio.sleep(0)
        for task in given_up:
            task.cancel()
        await asyncio.gather(*given_up, return_exceptions=True)
    other = await asyncio.wait_for(connect(rpc_url), 10)
    assert await asyncio.wait_for(w3.eth.chain_id, 10) == await asyncio.wait_for(other.eth.chain_id, 10)
    await disconnect(w3)
    await disconnect(other)


async def test_a_client_that_was_disconnected_asks_nothing_more(rpc_url):
    w3 = await connect(rpc_url)
    await disconnect(w3)
    with pytest.raises(RpcUnreachableError, match="closed"):
        await ask("the chain id", lambda: w3.eth.chain_id)


@pytest.mark.parametrize(
    ("block", "number"),
    [({"number": 7}, 7), ({"number": 7, "l1BlockNumber": "0x10"}, 16), ({"number": 7, "l1BlockNumber": 16}, 16)],
)
def test_rounds_are_counted_in_l1_blocks_where_the_header_names_them(block, number):
    assert l1_block_number(block) == number
