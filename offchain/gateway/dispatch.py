"""One segment, from the choice of an orchestrator to verified renditions; what fails is tried with another.

Whose fault an error is decides what follows:

    the input's           MediaError                  ends at once, before anything is paid
    the gateway's own     SenderFundsError, ...       ends at once; nobody else would help
    a stale offer         400, 403                    renewed once, then sent again to the same orchestrator
    the orchestrator's    everything else             suspends it; the next one is tried
    a forged result       VerificationError           bans it, gives its credit up; the next one is tried
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from offchain.errors import (
    ChainError,
    MediaError,
    NoOrchestratorError,
    OffchainError,
    SegmentFailedError,
    SenderFundsError,
    SpendCapError,
    VerificationError,
    WorkerError,
)
from offchain.gateway import metrics
from offchain.gateway.exchange import Delivery, Exchange
from offchain.gateway.outcome import SegmentJob, SegmentOutcome
from offchain.gateway.sessions import OrchestratorPool, Session
from offchain.gateway.tally import Spent, Tally
from offchain.gateway.verify import Verifier

__all__ = ["DispatchRules", "Dispatcher"]

log = structlog.get_logger()

_ENDS_AT_ONCE = (MediaError, SenderFundsError, SpendCapError, ChainError, WorkerError)


@dataclass(frozen=True, slots=True)
class DispatchRules:
    """How many orchestrators to try for a segment."""

    max_attempts: int = 3


class Dispatcher:
    """Sends the segments of one stream; several at a time if its caller likes."""

    def __init__(
        self, pool: OrchestratorPool, exchange: Exchange, verifier: Verifier, tally: Tally, rules: DispatchRules
    ) -> None:
        self._pool, self._exchange, self._verifier = pool, exchange, verifier
        self._tally, self._rules = tally, rules

    async def send(self, job: SegmentJob) -> SegmentOutcome:
        """Gets a segment transcoded.

        Raises:
            MediaError: the segment itself is no good; nothing was paid.
            NoOrchestratorError: there is nobody to send it to.
            SegmentFailedError: every try failed, with the reason of each.
            SenderFundsError, SpendCapError, ChainError: the gateway cannot pay.
            WorkerError: the gateway's own child process failed to look at the segment.
        """
        metrics.SOURCE_SEGMENTS.inc()
        try:
            outcome = await self._send(job)
        except OffchainError as error:
            metrics.TRANSCODE_FAILED.labels(error_code=type(error).__name__).inc()
            raise
        metrics.TRANSCODED.inc()
        metrics.MILLION_PIXELS.inc(outcome.pixels / 1e6)
        metrics.RENDITION_BYTES.inc(sum(len(rendition.data) for rendition in outcome.renditions))
        metrics.LATENCY.observe(outcome.seconds + outcome.verify_seconds)
        metrics.VERIFY_SECONDS.observe(outcome.verify_seconds)
        metrics.REALTIME.observe(job.duration_s / outcome.seconds)
        return outcome

    async def _send(self, job: SegmentJob) -> SegmentOutcome:
        source = await self._verifier.inspect(job)
        spent, causes, tried = Spent(), list[OffchainError](), list[str]()
        while len(causes) < self._rules.max_attempts:
            try:
                session = await self._pool.pick(job.duration_s, tried)
            except NoOrchestratorError:
                if causes:
                    break
                raise
            number = self._pool.begin(session)
            try:
                delivery = await self._exchange.run(session, job, source, spent)
            except _ENDS_AT_ONCE:
                raise
            except OffchainError as error:
                self._blame(session, job, error)
                causes.append(error)
                tried.append(session.name)
                continue
            finally:
                self._pool.end(session, number)
            self._praise(session, job, delivery)
            return _outcome(job, session, delivery, spent, attempts=len(causes) + 1)
        raise SegmentFailedError(job.seq, tuple(causes))

    def _praise(self, session: Session, job: SegmentJob, delivery: Delivery) -> None:
        self._pool.succeeded(session, delivery.seconds, job.duration_s)
        sums = self._tally.of(session.name, session.url)
        sums.segments += 1
        sums.fees += delivery.fee
        sums.seconds += delivery.seconds

    def _blame(self, session: Session, job: SegmentJob, error: OffchainError) -> None:
        forged = isinstance(error, VerificationError)
        log.warning("segment attempt failed", manifest=job.manifest_id, seq=job.seq, uri=session.url, reason=str(error))
        metrics.RETRIED.inc()
        if forged:
            metrics.VERIFICATION_FAILED.inc()
        self._tally.of(session.name, session.url).failures += 1
        self._pool.failed(session, error, forged=forged)


def _outcome(job: SegmentJob, session: Session, delivery: Delivery, spent: Spent, attempts: int) -> SegmentOutcome:
    return SegmentOutcome(
        seq=job.seq,
        renditions=delivery.renditions,
        orchestrator=session.name,
        uri=session.url,
        attempts=attempts,
        seconds=delivery.seconds,
        verify_seconds=delivery.verify_seconds,
        tickets=spent.tickets,
        ev=spent.ev,
        fee=delivery.fee,
    )
