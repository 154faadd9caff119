"""What became of transactions that were on their way: after a crash, a time-out or a reorganisation.

Judged by the chain alone: a receipt, or the broker's mark that a ticket is used. A transaction that can still be
mined is sent again as it is, so that gas is not paid for twice (facts: security N3, T26, T28).
"""

from __future__ import annotations

from functools import partial

import structlog
from sqlalchemy import Connection

from offchain.chain.clock import ClockState
from offchain.orchestrator import metrics
from offchain.orchestrator.noted_transactions import (
    NotedTransaction,
    forget_transaction,
    transaction_mined,
    transactions_in,
    unsettle_transaction,
)
from offchain.orchestrator.redemption_chain import Redemption, RedemptionChain
from offchain.orchestrator.redemption_policy import RedemptionPolicy
from offchain.orchestrator.schema import TicketState, TransactionState
from offchain.orchestrator.store import Store
from offchain.orchestrator.winners import (
    StoredWinner,
    requeue_winner,
    settle_winners,
    winners_of_transactions,
)

log = structlog.get_logger()

FINAL_AFTER_BLOCKS = 8
"""L1 blocks after which a receipt is taken for final; on Arbitrum some 400 blocks of its own."""


async def settle(store: Store, done: Redemption, l1_block: int) -> None:
    """Writes down what a mined transaction paid."""

    def work(connection: Connection) -> None:
        settle_winners(connection, done.paid, done.transaction)
        transaction_mined(connection, done.transaction, l1_block, final=False)

    await store.commit(work)
    paid = sum(done.paid.values())
    metrics.tickets_redeemed.inc(len(done.paid))
    metrics.value_redeemed.inc(paid / metrics.GWEI)
    metrics.redemption_gas.inc(done.gas_used)
    log.info("redemption mined", tickets=len(done.paid), wei=paid, gas=done.gas_used, transaction=done.transaction)


async def reconcile(store: Store, chain: RedemptionChain, clock: ClockState, policy: RedemptionPolicy) -> None:
    """Brings the store in line with the chain, for every transaction whose end is not certain.

    Raises:
        ChainError: the endpoint failed.
        StoreError: the disk failed.
    """
    unsure = await store.commit(
        lambda connection: transactions_in(connection, TransactionState.PENDING, TransactionState.MINED)
    )
    for noted in unsure:
        done = await chain.redemption(noted.hash)
        if noted.state is TransactionState.MINED:
            await _confirm(store, noted, done, clock)
        elif done is not None:
            await settle(store, done, clock.l1_block)
            await _requeue_sent(store, noted, "not redeemed by its transaction", clock, policy)
        else:
            await _chase(store, chain, noted, clock, policy)


async def _confirm(store: Store, noted: NotedTransaction, done: Redemption | None, clock: ClockState) -> None:
    """A transaction that was mined: is it still, and for how long?"""
    if done is None:
        log.warning("redemption undone", transaction=noted.hash)
        await store.commit(lambda connection: unsettle_transaction(connection, noted.hash))
    elif noted.mined_block is not None and clock.l1_block >= noted.mined_block + FINAL_AFTER_BLOCKS:
        block = noted.mined_block
        await store.commit(lambda connection: transaction_mined(connection, noted.hash, block, final=True))


async def _chase(
    store: Store, chain: RedemptionChain, noted: NotedTransaction, clock: ClockState, policy: RedemptionPolicy
) -> None:
    """A transaction without a receipt: redeemed otherwise, still on its way, or gone."""
    for stored in await _sent(store, noted):
        if await chain.is_used(stored.hash):
            paid = {stored.hash: stored.winner.ticket.face_value}
            await store.commit(partial(settle_winners, paid=paid, transaction=None))
            log.info("ticket redeemed otherwise", ticket=stored.hash.hex(), transaction=noted.hash)
    if await _sent(store, noted) and await chain.resend(noted.raw):
        return
    await _requeue_sent(store, noted, "its transaction can not be mined any more", clock, policy)
    await store.commit(partial(forget_transaction, transaction=noted.hash))
    log.info("redemption given up", transaction=noted.hash, nonce=noted.nonce)


async def _requeue_sent(
    store: Store, noted: NotedTransaction, reason: str, clock: ClockState, policy: RedemptionPolicy
) -> None:
    for stored in await _sent(store, noted):
        retry = policy.retry_block(stored, clock)
        await store.commit(partial(requeue_winner, ticket=stored.hash, reason=reason, retry_block=retry))


async def _sent(store: Store, noted: NotedTransaction) -> list[StoredWinner]:
    found = await store.commit(partial(winners_of_transactions, hashes=[noted.hash]))
    return [stored for stored in found if stored.state is TicketState.SENT]
