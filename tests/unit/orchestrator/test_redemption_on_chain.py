"""The redeemer's view of the chain, on the deployed contracts: what they answer is what the policy reckons with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from offchain.chain.clock import ChainClock
from offchain.chain.protocol import Protocol
from offchain.chain.rpc import connect, disconnect
from offchain.chain.senders import SenderMonitor
from offchain.chain.transactions import TransactionSender
from offchain.errors import TransactionRevertedError
from offchain.orchestrator.chain_view import LiveChainView
from offchain.orchestrator.redeemer import Redeemer
from offchain.orchestrator.redemption_chain import LiveRedemptionChain
from offchain.orchestrator.redemption_policy import Fate, RedemptionPolicy, fate_of
from offchain.orchestrator.schema import TicketState
from offchain.orchestrator.store import Store, StoreIdentity
from offchain.orchestrator.winners import Winner, due_winners, keep_winners, queue_totals
from offchain.tickets import Ticket, rand_hash, sign_ticket
from tests.support.deployment import LPT

DEPOSIT, RESERVE = 10**18, 4 * 10**18
FACE_VALUE = 10**15
RAND = 0xC0FFEE
POLICY = RedemptionPolicy(redeem_gas=350_000, margin=0, batch=10, validity_rounds=2)


@pytest.fixture(scope="module")
def parties(market, gateway, orchestrators, stranger, owner):
    """A funded gateway and two active orchestrators, of whom the first is paid."""
    for orchestrator in orchestrators[:2]:
        market.register(orchestrator, 1000 * LPT)
    market.next_round()
    market.broker.fundDepositAndReserve(DEPOSIT, RESERVE, value=DEPOSIT + RESERVE, sender=gateway)
    return market, gateway, orchestrators[0]


@pytest.fixture
async def broker_chain(parties, rpc_url, key_of):
    _, _, recipient = parties
    w3 = await connect(rpc_url, 31337)
    contracts = await Protocol.resolve(w3, parties[0].controller.address)
    clock = ChainClock(contracts, poll_s=0.05)
    await clock.refresh()
    senders = SenderMonitor(contracts, clock, recipient.address)
    view = LiveChainView(contracts, clock, senders, recipient.address)
    yield LiveRedemptionChain(view, contracts, senders, TransactionSender(w3, key_of(recipient), 31337, timeout_s=10))
    await disconnect(w3)


@pytest.fixture
def win(parties, key_of):
    market, gateway, recipient = parties

    def make(nonce=1, *, rand=RAND, signer=None, **changes):
        current = market.round
        ticket = Ticket(
            recipient=recipient.address,
            sender=gateway.address,
            face_value=FACE_VALUE,
            win_prob=2**256 - 1,
            sender_nonce=nonce,
            recipient_rand_hash=rand_hash(RAND),
            creation_round=current,
            creation_round_block_hash=bytes(market.rounds.blockHashForRound(current)),
        )
        ticket = replace(ticket, **changes)
        return Winner(ticket, sign_ticket(key_of(signer or gateway), ticket), rand, 0)

    return make


async def nothing(_signed):
    pass


async def fate(broker_chain, winner):
    with pytest.raises(TransactionRevertedError) as caught:
        await broker_chain.simulate(winner)
    assert caught.value.error != "unknown"
    return caught.value.error, fate_of(caught.value)


async def test_tick48_one_ticket_and_a_batch_are_read_from_their_receipts(broker_chain, win):
    [alone, *rest] = [win(nonce) for nonce in range(1, 5)]
    one = await broker_chain.redeem([alone], nothing)
    assert one.paid == {alone.ticket.hash(): FACE_VALUE}
    many = await broker_chain.redeem([alone, *rest], nothing)
    assert many.paid == {each.ticket.hash(): FACE_VALUE for each in rest}
    assert {name: fate_of(error) for name, error in many.skipped.items()} == {alone.ticket.hash(): Fate.USED}
    assert many.gas_used > one.gas_used > 0
    assert (await broker_chain.redemption(many.transaction)).paid == many.paid
    assert await broker_chain.is_used(alone.ticket.hash())
    assert not await broker_chain.is_used(win(9).ticket.hash())
    assert await broker_chain.redemption("0x" + "00" * 32) is None


async def test_tick38_each_refusal_of_the_contract_is_understood(broker_chain, win, parties, stranger):
    market, _, _ = parties
    good = win(20)
    await broker_chain.simulate(good)
    loser = win(21, win_prob=1)
    assert await fate(broker_chain, replace(good, recipient_rand=5)) == ("RecipientRandMismatch", Fate.INVALID)
    assert await fate(broker_chain, win(22, signer=stranger)) == ("TicketSignerMismatch", Fate.INVALID)
    assert await fate(broker_chain, loser) == ("TicketNotWinning", Fate.INVALID)
    assert (await fate(broker_chain, replace(good, signature=good.signature[:64])))[1] is Fate.INVALID
    assert (await fate(broker_chain, replace(good, signature=good.signature[:64] + b"\0")))[1] is Fate.INVALID
    assert await fate(broker_chain, win(23, creation_round_block_hash=b"\1" * 32)) == (
        "TicketCreationRoundHashMismatch",
        Fate.INVALID,
    )
    unborn = win(24, creation_round=market.round + 5)
    assert await fate(broker_chain, unborn) == ("TicketCreationRoundUnknown", Fate.LATER)
    assert await fate(broker_chain, win(25, face_value=10**20)) == ("FundsInsufficient", Fate.LATER)
    await broker_chain.redeem([good], nothing)
    assert await fate(broker_chain, good) == ("TicketUsed", Fate.USED)


async def test_tick38_refusals_that_depend_on_the_time_are_understood(broker_chain, win, parties, owner):
    market, _, _ = parties
    good = win(30)
    market.controller.pause(sender=owner)
    assert await broker_chain.paused()
    assert await fate(broker_chain, good) == ("SystemPaused", Fate.STOP)
    market.controller.unpause(sender=owner)
    market.skip_to_round(market.round + 1)
    assert await fate(broker_chain, good) == ("CurrentRoundNotInitialized", Fate.STOP)
    market.rounds.initializeRound(sender=owner)
    await broker_chain.simulate(good)
    market.next_round()
    assert await fate(broker_chain, good) == ("TicketExpired", Fate.EXPIRED)


async def test_coverage_is_deposit_and_our_share_of_the_reserve(broker_chain, parties):
    _, gateway, _ = parties
    assert await broker_chain.coverage(gateway.address) <= DEPOSIT + RESERVE // 2
    assert await broker_chain.coverage(gateway.address) > RESERVE // 2


async def test_what_the_endpoint_does_not_take_again_is_given_up(broker_chain, win):
    shown = []

    async def keep(signed):
        shown.append(signed)

    await broker_chain.redeem([win(40)], keep)
    await broker_chain.redeem([win(41)], keep)
    assert not await broker_chain.resend(shown[0].raw)
    assert not await broker_chain.resend(b"\x02no transaction")


async def test_node70_the_redeemer_empties_its_queue_into_the_contract_once(broker_chain, win, parties, tmp_path):
    market, _, recipient = parties
    store = Store.open(tmp_path, StoreIdentity(31337, market.broker.address, recipient.address))
    winners = [win(nonce) for nonce in range(50, 55)] + [win(55, win_prob=1)]
    store.commit_now(lambda connection: keep_winners(connection, winners))
    before = market.bonding.pendingFees(recipient, 0)
    redeemer = Redeemer(store, broker_chain, POLICY)
    for _ in range(3):
        await redeemer.run_pass()
    assert store.commit_now(queue_totals).tickets == 0
    assert store.commit_now(lambda connection: due_winners(connection, 10**9, 10)) == []
    assert market.bonding.pendingFees(recipient, 0) - before == 5 * FACE_VALUE
    states = store.commit_now(lambda connection: connection.exec_driver_sql("SELECT state FROM winning_tickets").all())
    assert sorted(state for (state,) in states) == [TicketState.LOST] + [TicketState.REDEEMED] * 5
    store.close()
