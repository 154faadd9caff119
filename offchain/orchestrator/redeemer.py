"""The redeemer: takes winners to the chain, each to effect once (facts: offchain 1.8, 1.9; security I69-I71).

A loop over the state on disk and on the chain, never over events: whatever was interrupted is found again. A ticket
leaves the queue only when the chain has paid it, or never will. A transaction is on disk before it goes out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

import structlog
from sqlalchemy import Connection

from offchain.chain.clock import ClockState
from offchain.chain.transactions import SignedTransaction
from offchain.errors import ChainError, OffchainError, TransactionRevertedError
from offchain.orchestrator import metrics
from offchain.orchestrator.noted_transactions import NotedTransaction, note_transaction
from offchain.orchestrator.reconcile import reconcile, settle
from offchain.orchestrator.redemption_chain import RedemptionChain
from offchain.orchestrator.redemption_policy import Fate, RedemptionPolicy, by_risk, fate_of
from offchain.orchestrator.schema import TransactionState
from offchain.orchestrator.store import Store
from offchain.orchestrator.winners import (
    StoredWinner,
    due_winners,
    expired_winners,
    lose_winner,
    queue_totals,
    requeue_winner,
    settle_winners,
)

log = structlog.get_logger()

PASS_LIMIT = 200
RETRY_S = 15.0


class StopPassError(Exception):
    """Nothing can be redeemed at the moment; the next pass will see."""


class Held(NamedTuple):
    """A ticket that waits: its hash, why, and until which L1 block."""

    ticket: bytes
    reason: str
    until: int


class Redeemer:
    """Redeems what is due whenever the chain moves or a ticket wins."""

    def __init__(self, store: Store, chain: RedemptionChain, policy: RedemptionPolicy) -> None:
        self._store, self._chain, self._policy = store, chain, policy
        self._due = asyncio.Event()
        self._due.set()

    def wake(self) -> None:
        """Says that something may be due; costs nothing, may be called at any time."""
        self._due.set()

    async def run(self) -> None:
        """Works until cancelled; no failure ends it."""
        while True:
            await self._due.wait()
            self._due.clear()
            try:
                await self.run_pass()
            except OffchainError as error:
                log.warning("redemption interrupted", reason=str(error))
                await asyncio.sleep(RETRY_S)
                self.wake()
            except Exception:
                log.exception("redemption interrupted")
                await asyncio.sleep(RETRY_S)
                self.wake()

    async def run_pass(self) -> None:
        """Redeems what is due now, each ticket tried once.

        Raises:
            ChainError: the endpoint failed; what was under way is found again by the next pass.
            StoreError: the disk failed.
        """
        clock = self._chain.clock()
        try:
            await reconcile(self._store, self._chain, clock, self._policy)
            await self._give_up_expired(clock)
            if clock.round_initialized:
                while await self._redeem_due(clock):
                    pass
        except StopPassError as reason:
            log.info("redemption waits", reason=str(reason))
        finally:
            await self._report()

    async def _redeem_due(self, clock: ClockState) -> bool:
        """Deals with some of what is due, so that none of it is due any more; False if nothing was."""
        due = await self._store.commit(lambda connection: due_winners(connection, clock.l1_block, PASS_LIMIT))
        if not due:
            return False
        if await self._chain.paused():
            raise StopPassError("the system is paused")
        coverage = {sender: await self._chain.coverage(sender) for sender in {_sender(stored) for stored in due}}
        willing, held = self._divide(by_risk(due, coverage), coverage, clock)
        await self._hold(held)
        chosen = [stored for stored in willing if await self._passes(stored, clock)]
        for batch in self._policy.batches(chosen):
            await self._redeem(batch, clock)
        return True

    def _divide(
        self, due: list[StoredWinner], coverage: dict[str, int], clock: ClockState
    ) -> tuple[list[StoredWinner], list[Held]]:
        """Which tickets shall be redeemed now, and which wait for what."""
        willing: list[StoredWinner] = []
        held: list[Held] = []
        for stored in due:
            sender, face = _sender(stored), stored.winner.ticket.face_value
            objection = self._policy.objection(stored, coverage[sender], clock)
            if objection is None:
                willing.append(stored)
                # Later tickets of this sender in the same pass can draw on what is left.
                coverage[sender] = max(0, coverage[sender] - face)
            else:
                held.append(Held(stored.hash, objection, self._policy.hold_block(stored, clock)))
        return willing, held

    async def _passes(self, stored: StoredWinner, clock: ClockState) -> bool:
        try:
            await self._chain.simulate(stored.winner)
        except TransactionRevertedError as error:
            await self._refused(stored, error, clock)
            return False
        return True

    async def _redeem(self, batch: list[StoredWinner], clock: ClockState) -> None:
        hashes = [stored.hash for stored in batch]

        async def note(signed: SignedTransaction) -> None:
            noted = NotedTransaction(
                signed.hash, signed.nonce, signed.raw, TransactionState.PENDING, clock.l1_block, None
            )
            await self._store.commit(lambda connection: note_transaction(connection, noted, hashes))

        try:
            done = await self._chain.redeem([stored.winner for stored in batch], note)
        except TransactionRevertedError as error:
            if error.transaction is not None:
                metrics.redemption_errors.inc()
            for stored in batch:
                await self._refused(stored, error, clock)
            return
        except ChainError:
            metrics.redemption_errors.inc()
            raise
        await settle(self._store, done, clock.l1_block)
        await self._left_over(batch, done.paid, done.skipped, clock)

    async def _left_over(
        self,
        batch: list[StoredWinner],
        paid: Mapping[bytes, int],
        skipped: Mapping[bytes, TransactionRevertedError],
        clock: ClockState,
    ) -> None:
        """Tickets of a mined batch that it did not redeem."""
        for stored in batch:
            if stored.hash not in paid:
                metrics.redemption_errors.inc()
                error = skipped.get(stored.hash) or TransactionRevertedError("NotInBatchResult")
                await self._refused(stored, error, clock)

    async def _refused(self, stored: StoredWinner, error: TransactionRevertedError, clock: ClockState) -> None:
        """Does with a refused ticket what the reason asks for.

        Raises:
            StopPassError: the reason holds for every other ticket, too.
        """
        fate = fate_of(error)
        ticket = stored.hash
        if fate is Fate.USED:
            face = stored.winner.ticket.face_value
            await self._store.commit(lambda connection: settle_winners(connection, {ticket: face}, None))
            log.info("ticket redeemed before", ticket=ticket.hex())
        elif fate in (Fate.EXPIRED, Fate.INVALID):
            await self._lose(stored, error.error)
        elif fate is Fate.STOP:
            await self._hold([Held(ticket, str(error), clock.l1_block + 1)])
            raise StopPassError(str(error))
        else:
            retry = self._policy.retry_block(stored, clock)
            await self._store.commit(partial(requeue_winner, ticket=ticket, reason=str(error), retry_block=retry))
            log.info("ticket refused", ticket=ticket.hex(), reason=str(error), retry_block=retry)

    async def _hold(self, held: list[Held]) -> None:
        """Lets tickets wait without counting it as a failure of theirs."""

        def work(connection: Connection) -> None:
            for ticket, reason, until in held:
                requeue_winner(connection, ticket, reason, until, attempted=False)

        await self._store.commit(work)
        for ticket, reason, until in held:
            log.debug("ticket waits", ticket=ticket.hex(), reason=reason, retry_block=until)

    async def _give_up_expired(self, clock: ClockState) -> None:
        first = self._policy.first_valid_round(clock)
        for stored in await self._store.commit(lambda connection: expired_winners(connection, first)):
            await self._lose(stored, f"expired: {stored.reason}" if stored.reason else "expired")

    async def _lose(self, stored: StoredWinner, reason: str) -> None:
        await self._store.commit(lambda connection: lose_winner(connection, stored.hash, reason))
        face = stored.winner.ticket.face_value
        metrics.tickets_lost.labels(reason.partition(":")[0]).inc()
        metrics.value_lost.inc(face / metrics.GWEI)
        log.error("ticket lost", ticket=stored.hash.hex(), sender=_sender(stored), face_value=face, reason=reason)

    async def _report(self) -> None:
        def totals(connection: Connection) -> None:
            waiting = queue_totals(connection)
            metrics.queue_depth.set(waiting.tickets)
            metrics.queue_value.set(waiting.value / metrics.GWEI)
            metrics.queue_oldest_round.set(waiting.oldest_round or 0)

        await self._store.commit(totals)


def _sender(stored: StoredWinner) -> str:
    return stored.winner.ticket.sender
