"""What a node sees of the deployed protocol, and what it does to it: clients, sender, clock, services of a round."""

from __future__ import annotations

import asyncio
from fractions import Fraction

import pytest

from offchain.chain.clock import ChainClock
from offchain.chain.contract import ABI_NAMES
from offchain.chain.protocol import Protocol
from offchain.chain.round_services import RewardCaller, RoundInitializer
from offchain.chain.rpc import connect, disconnect
from offchain.chain.senders import SenderMonitor
from offchain.chain.transactions import TransactionSender
from offchain.errors import AccountShortError, GasPriceError, NoContractError, TransactionRevertedError
from scripts._lib.abi import node_interfaces, stale

LPT = 10**18
ETH = 10**18


@pytest.fixture
async def protocol(market, rpc_url):
    w3 = await connect(rpc_url, 31337)
    yield await Protocol.resolve(w3, market.controller.address)
    await disconnect(w3)


@pytest.fixture
async def clock(protocol):
    clock = ChainClock(protocol, poll_s=0.05)
    await clock.refresh()
    return clock


@pytest.fixture
def sender_of(protocol, key_of):
    def make(account, **settings):
        return TransactionSender(protocol.w3, key_of(account), 31337, timeout_s=10, **settings)

    return make


def test_the_interfaces_that_nodes_carry_are_those_of_the_contracts():
    assert stale(node_interfaces()) == []


async def test_clients_stand_at_the_addresses_the_controller_names(protocol, market):
    found = (protocol.token, protocol.minter, protocol.rounds, protocol.bonding, protocol.broker, protocol.registry)
    real = (market.token, market.minter, market.rounds, market.bonding, market.broker, market.registry)
    assert [client.address for client in found] == [contract.address for contract in real]
    assert {client.name for client in (*found, protocol.controller)} == set(ABI_NAMES)


async def test_a_contract_that_is_no_controller_is_refused(protocol, market):
    with pytest.raises((NoContractError, TransactionRevertedError)):
        await Protocol.resolve(protocol.w3, market.token.address)


async def test_the_pool_is_walked_in_the_order_of_stake(protocol, market, orchestrators):
    for stake, orchestrator in zip((2, 3, 1), orchestrators, strict=False):
        market.register(orchestrator, stake * LPT)
    first, second, third = orchestrators[1].address, orchestrators[0].address, orchestrators[2].address
    assert await protocol.bonding.pool() == [first, second, third]
    assert await protocol.bonding.pool_size() == 3


async def test_an_orchestrator_is_read_as_it_is_registered(protocol, market, orchestrators):
    market.register(orchestrators[0], 5 * LPT, reward_cut=70_000, fee_share=300_000)
    current = market.next_round()
    transcoder = await protocol.bonding.transcoder_info(orchestrators[0].address)
    assert (transcoder.reward_cut, transcoder.fee_share) == (70_000, 300_000)
    assert transcoder.is_active(current)
    assert not transcoder.is_active(current - 1)


async def test_funds_of_a_gateway_are_read_to_the_wei(protocol, market, gateway):
    market.broker.fundDepositAndReserve(3, 4, value=7, sender=gateway)
    info = await protocol.broker.sender_info(gateway.address)
    assert (info.deposit, info.reserve_funds, info.withdraw_round, info.reserve_claimed) == (3, 4, 0, 0)


async def test_a_service_uri_is_published_and_read(protocol, sender_of, stranger):
    await sender_of(stranger).send(protocol.registry.set_service_uri("https://somewhere.example:8935"))
    assert await protocol.registry.service_uri(stranger.address) == "https://somewhere.example:8935"


async def test_a_revert_is_named_with_its_arguments_before_anything_is_sent(protocol, sender_of, stranger):
    nonce = await protocol.w3.eth.get_transaction_count(stranger.address)
    with pytest.raises(TransactionRevertedError) as caught:
        await sender_of(stranger).send(protocol.bonding.unbond(1))
    assert caught.value.error not in {"unknown", ""}
    assert await protocol.w3.eth.get_transaction_count(stranger.address) == nonce


async def test_a_mined_revert_is_named_and_carries_its_transaction(protocol, sender_of, stranger):
    with pytest.raises(TransactionRevertedError) as caught:
        await sender_of(stranger).send(protocol.bonding.unbond(1), gas=500_000)
    assert caught.value.error != "unknown"
    receipt = await protocol.w3.eth.get_transaction_receipt(caught.value.transaction)
    assert receipt["status"] == 0


async def test_an_account_that_cannot_pay_is_told_how_much_it_lacks(protocol):
    poor = TransactionSender(protocol.w3, bytes([9]) * 32, 31337)
    with pytest.raises(AccountShortError, match="holds 0 wei"):
        await poor.send(protocol.registry.set_service_uri("https://a.example:1"), gas=100_000)
    with pytest.raises(AccountShortError):
        await poor.send(protocol.broker.fund_deposit(1))


async def test_gas_above_the_limit_is_not_paid(protocol, sender_of, stranger):
    with pytest.raises(GasPriceError, match="nothing was sent"):
        await sender_of(stranger, max_gas_price=1).send(protocol.registry.set_service_uri("https://a.example:1"))


async def test_a_signed_transaction_is_shown_before_it_goes_out(protocol, sender_of, stranger):
    shown = []

    async def note(signed):
        with pytest.raises(Exception, match="not found"):
            await protocol.w3.eth.get_transaction(signed.hash)
        shown.append(signed)

    receipt = await sender_of(stranger).send(protocol.registry.set_service_uri("x"), on_signed=note)
    assert [signed.hash for signed in shown] == ["0x" + bytes(receipt["transactionHash"]).hex()]


async def test_transactions_of_one_account_keep_their_order(protocol, sender_of, stranger):
    sender = sender_of(stranger)
    uris = [f"https://{number}.example:1" for number in range(8)]
    await asyncio.gather(*(sender.send(protocol.registry.set_service_uri(uri)) for uri in uris))
    assert await protocol.registry.service_uri(stranger.address) == uris[-1]


async def test_the_clock_sees_blocks_rounds_and_their_hashes(protocol, clock, market, chain):
    before = clock.state
    assert (before.l1_block, before.round) == (chain.blocks.height, market.round)
    assert before.round_initialized
    market.skip_to_round(before.round + 1)
    assert not (await clock.refresh()).round_initialized
    market.rounds.initializeRound(sender=market.owner)
    after = await clock.refresh()
    assert after.round_block_hash == bytes(market.rounds.blockHashForRound(before.round + 1)) != bytes(32)
    assert after.previous_round_block_hash == before.round_block_hash


async def test_a_round_is_opened_once_and_the_second_try_is_no_failure(protocol, clock, market, sender_of, stranger):
    market.skip_to_round(market.round + 1)
    service = RoundInitializer(protocol, clock, sender_of(stranger), max_delay_s=0)
    assert await service.initialize_if_due()
    assert not await service.initialize_if_due()
    assert clock.state.round_initialized


async def test_bond27_reward_is_called_once_a_round_and_only_while_active(
    protocol, clock, market, orchestrators, sender_of
):
    orchestrator = orchestrators[0]
    market.register(orchestrator, 5 * LPT)
    service = RewardCaller(protocol, clock, sender_of(orchestrator), max_delay_s=0)
    assert not await service.reward_if_due()
    current = market.next_round()
    assert await service.reward_if_due()
    assert not await service.reward_if_due()
    assert (await protocol.bonding.transcoder_info(orchestrator.address)).last_reward_round == current


async def test_a_restarted_service_finds_the_reward_that_is_still_to_be_called(
    protocol, clock, market, orchestrators, sender_of
):
    market.register(orchestrators[0], 5 * LPT)
    market.next_round()
    # Nothing announces the round any more; the state of the chain is enough.
    service = RewardCaller(protocol, clock, sender_of(orchestrators[0]), max_delay_s=0)
    assert await service.reward_if_due()


async def test_the_reserve_is_shared_by_the_pool_and_lessened_by_what_is_on_its_way(
    protocol, clock, market, gateway, orchestrators
):
    for orchestrator in orchestrators[:3]:
        market.register(orchestrator, 5 * LPT)
    market.broker.fundDepositAndReserve(1 * ETH, 10 * ETH + 1, value=11 * ETH + 1, sender=gateway)
    await clock.refresh()
    monitor = SenderMonitor(protocol, clock, orchestrators[0].address)
    share = int(Fraction(10 * ETH + 1, 3))
    assert await monitor.max_float(gateway.address) == share
    # The deposit covers three times what is pending: the reserve is left alone.
    monitor.redeeming(gateway.address, ETH // 3)
    assert await monitor.max_float(gateway.address) == share
    monitor.redeeming(gateway.address, ETH // 3)
    assert await monitor.max_float(gateway.address) == share - 2 * (ETH // 3)
    assert await monitor.available_funds(gateway.address) == share + ETH - 2 * (ETH // 3)


async def test_a_sender_without_reserve_is_good_for_nothing(protocol, clock, orchestrators, market, stranger):
    monitor = SenderMonitor(protocol, clock, orchestrators[0].address)
    assert await monitor.max_float(stranger.address) == 0
