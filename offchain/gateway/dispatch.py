"""One segment, from the choice of an orchestrator to verified renditions; what fails is tried with another.

Whose fault an error is decides what follows:

    the input's           MediaError                  ends at once, before anything is paid
    the gateway's own     SenderFundsError, ...       ends at once; nobody else would help
    a stale offer         400, 403                    renewed once, then sent again to the same orchestrator
    the orchestrator's    everything else             suspends it; the next one is tried
    a forged result       VerificationError           bans it, gives its credit up; the next one is tried
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from fractions import Fraction

import structlog

from offchain.errors import (
    ChainError,
    MediaError,
    NoOrchestratorError,
    OffchainError,
    OrchestratorRefusedError,
    OrchestratorUnreachableError,
    SegmentFailedError,
    SenderFundsError,
    SpendCapError,
    VerificationError,
    WorkerError,
)
from offchain.gateway import metrics
from offchain.gateway.fees import estimate_fee
from offchain.gateway.finder import Finder
from offchain.gateway.http_transport import SegmentTimeouts
from offchain.gateway.outcome import SegmentJob, SegmentOutcome, VerifiedRendition
from offchain.gateway.payer import Payer, SignedPayment
from offchain.gateway.quotes import Quote, judge
from offchain.gateway.sessions import OrchestratorPool, Session
from offchain.gateway.verify import SourceFacts, Verifier, rendition_limit
from offchain.wire import SegmentCredentials, SegmentResult, encode_segment, segment_hash, sign_segment

__all__ = ["DispatchRules", "Dispatcher"]

log = structlog.get_logger()

STALE_OFFER = (400, 403)
FULL = ("OrchestratorCapped", "OrchestratorBusy", "TranscoderBusy")
NO_CREDIT = "insufficient balance"
_ENDS_AT_ONCE = (MediaError, SenderFundsError, SpendCapError, ChainError, WorkerError)


@dataclass(frozen=True, slots=True)
class DispatchRules:
    """Orchestrators to try for a segment, and the factor that stretches time-outs."""

    max_attempts: int = 3
    timeout_multiplier: float = 1.0


@dataclass(slots=True)
class _Spent:
    """Sums over the tries at one segment; values in wei."""

    tickets: int = 0
    ev: Fraction = Fraction(0)
    face_value: int = 0

    def add(self, signed: SignedPayment) -> None:
        self.tickets += signed.tickets
        self.ev += signed.ev
        self.face_value = signed.face_value
        metrics.TICKETS_SENT.inc(signed.tickets)
        metrics.TICKET_VALUE_SENT.inc(float(signed.ev / metrics.GWEI))
        if signed.tickets:
            metrics.FACE_VALUE.set(signed.face_value / metrics.GWEI)


@dataclass(frozen=True, slots=True)
class _Delivery:
    """What one try brought: renditions, their times in seconds, and the fee in wei."""

    renditions: tuple[VerifiedRendition, ...]
    seconds: float
    verify_seconds: float
    fee: Fraction


class Dispatcher:
    """Sends the segments of one stream; several at a time if its caller likes."""

    def __init__(
        self,
        key: bytes,
        pool: OrchestratorPool,
        finder: Finder,
        payer: Payer,
        verifier: Verifier,
        rules: DispatchRules,
    ) -> None:
        self._key, self._pool, self._finder = key, pool, finder
        self._payer, self._verifier, self._rules = payer, verifier, rules

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
        spent, causes, tried = _Spent(), list[OffchainError](), list[str]()
        while len(causes) < self._rules.max_attempts:
            try:
                session = await self._pool.pick(job.duration_s, tried)
            except NoOrchestratorError:
                if causes:
                    break
                raise
            number = self._pool.begin(session)
            try:
                delivery = await self._try(session, job, source, spent)
            except _ENDS_AT_ONCE:
                raise
            except OffchainError as error:
                self._blame(session, job, error)
                causes.append(error)
                tried.append(session.name)
                continue
            finally:
                self._pool.end(session, number)
                metrics.CREDIT_LOST.set(float(self._payer.credit.lost / metrics.GWEI))
            self._pool.succeeded(session, delivery.seconds, job.duration_s)
            return _outcome(job, session, delivery, spent, attempts=len(causes) + 1)
        raise SegmentFailedError(job.seq, tuple(causes))

    def _blame(self, session: Session, job: SegmentJob, error: OffchainError) -> None:
        forged = isinstance(error, VerificationError)
        log.warning(
            "segment attempt failed", manifest=job.manifest_id, seq=job.seq, uri=session.url, reason=str(error)
        )
        metrics.RETRIED.inc()
        if forged:
            metrics.VERIFICATION_FAILED.inc()
        self._pool.failed(session, error, forged=forged)

    async def _try(self, session: Session, job: SegmentJob, source: SourceFacts, spent: _Spent) -> _Delivery:
        await self._finder.renew_if_stale(session, job.profiles)
        quote = session.quote
        try:
            return await self._exchange(session, quote, job, source, spent)
        except OrchestratorRefusedError as error:
            if error.status not in STALE_OFFER or any(word in error.reason for word in FULL):
                raise
            log.info("offer refused", uri=session.url, status=error.status, reason=error.reason)
            if NO_CREDIT in error.reason.lower():
                self._payer.credit.drop(quote.credit_key)
            await self._finder.renew(session, job.profiles, stale=quote, new_session=error.status != STALE_OFFER[0])
        return await self._exchange(session, session.quote, job, source, spent)

    async def _exchange(
        self, session: Session, quote: Quote, job: SegmentJob, source: SourceFacts, spent: _Spent
    ) -> _Delivery:
        fee = estimate_fee(job.profiles, job.duration_ms, quote.price)
        try:
            signed = await self._payer.prepare(quote, session.initial_price, fee)
        except OffchainError as error:
            metrics.PAYMENT_ERRORS.labels(error_code=type(error).__name__).inc()
            raise
        started = time.monotonic()
        try:
            result = await self._post(session, quote, job, signed, spent)
            if result.error is not None:
                # It answered and worked for nothing: the tickets count as credit there.
                signed.payment.change(Fraction(0))
                raise OrchestratorRefusedError(session.url, 200, result.error)
            self._verifier.check_bill(result, job, source)
            signed.payment.change(result.pixels * quote.price)
        finally:
            signed.payment.settle()
        self._take_offer(session, result)
        data = await self._download(session, result, job, source)
        fetched = time.monotonic()
        renditions = await self._judged(session, quote, job, source, result, data)
        return _Delivery(renditions, fetched - started, time.monotonic() - fetched, result.pixels * quote.price)

    async def _post(
        self, session: Session, quote: Quote, job: SegmentJob, signed: SignedPayment, spent: _Spent
    ) -> SegmentResult:
        credentials = SegmentCredentials(
            manifest_id=job.manifest_id,
            seq=job.seq,
            segment_hash=segment_hash(job.data),
            profiles=job.profiles,
            duration_ms=job.duration_ms,
            auth_token=quote.token,
            capabilities=self._finder.required(job.profiles),
        )
        header = encode_segment(sign_segment(self._key, credentials))
        arrived = True
        try:
            return await session.client.send_segment(signed.header, header, job.data, self._timeouts(job))
        except OrchestratorUnreachableError as error:
            arrived = error.sent
            raise
        finally:
            # Also when cancelled: the tickets may be there by now.
            if arrived:
                signed.payment.sent()
                spent.add(signed)

    def _take_offer(self, session: Session, result: SegmentResult) -> None:
        if result.info is None:
            return
        try:
            newer = judge(result.info, None, expected=session.name)
        except OffchainError as error:
            log.info("new offer ignored", uri=session.url, reason=str(error))
            return
        session.quote = session.quote.renewed(newer, time.time())

    async def _download(
        self, session: Session, result: SegmentResult, job: SegmentJob, source: SourceFacts
    ) -> list[bytes]:
        timeouts = self._timeouts(job)
        limits = [rendition_limit(profile, source, len(job.data)) for profile in job.profiles]
        rows = zip(result.renditions, limits, strict=True)
        tasks = [asyncio.ensure_future(session.client.fetch(row.url, timeouts, limit)) for row, limit in rows]
        try:
            return await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()

    async def _judged(
        self,
        session: Session,
        quote: Quote,
        job: SegmentJob,
        source: SourceFacts,
        result: SegmentResult,
        data: list[bytes],
    ) -> tuple[VerifiedRendition, ...]:
        try:
            return await self._verifier.check(result, data, job, source, session.name)
        except VerificationError:
            self._payer.credit.drop(quote.credit_key)
            raise

    def _timeouts(self, job: SegmentJob) -> SegmentTimeouts:
        return SegmentTimeouts.of(job.duration_ms, self._rules.timeout_multiplier)


def _outcome(job: SegmentJob, session: Session, delivery: _Delivery, spent: _Spent, attempts: int) -> SegmentOutcome:
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
        face_value=spent.face_value,
        fee=delivery.fee,
    )
