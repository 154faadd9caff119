"""One try with one orchestrator: pay, send, judge the bill, fetch, verify (facts: offchain 2.3, 6.5)."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from fractions import Fraction

import structlog

from offchain.errors import OffchainError, OrchestratorRefusedError, OrchestratorUnreachableError, VerificationError
from offchain.gateway import metrics
from offchain.gateway.fees import estimate_fee
from offchain.gateway.finder import Finder
from offchain.gateway.http_transport import SegmentTimeouts
from offchain.gateway.outcome import SegmentJob, VerifiedRendition
from offchain.gateway.payer import Payer, SignedPayment
from offchain.gateway.quotes import Quote, judge
from offchain.gateway.sessions import Session
from offchain.gateway.tally import Spent, Tally
from offchain.gateway.verify import SourceFacts, Verifier, rendition_limit
from offchain.wire import SegmentCredentials, SegmentResult, encode_segment, segment_hash, sign_segment

__all__ = ["Delivery", "Exchange"]

log = structlog.get_logger()

OK, BAD_REQUEST, FORBIDDEN = 200, 400, 403
FULL = ("OrchestratorCapped", "OrchestratorBusy", "TranscoderBusy")
NO_CREDIT = "insufficient balance"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one try brought: renditions, times in seconds, and the fee in wei."""

    renditions: tuple[VerifiedRendition, ...]
    seconds: float
    verify_seconds: float
    fee: Fraction


class Exchange:
    """Tries in the name of one account; `timeout_multiplier` stretches the time-outs of segments."""

    def __init__(
        self,
        key: bytes,
        finder: Finder,
        payer: Payer,
        verifier: Verifier,
        tally: Tally,
        timeout_multiplier: float = 1.0,
    ) -> None:
        self._key, self._finder, self._payer = key, finder, payer
        self._verifier, self._tally, self._stretch = verifier, tally, timeout_multiplier

    async def run(self, session: Session, job: SegmentJob, source: SourceFacts, spent: Spent) -> Delivery:
        """Verified renditions of a segment.

        An offer that the orchestrator no longer knows is renewed, once: it may have been restarted, or a block may
        have passed meanwhile.

        Args:
            session: with whom.
            job: the segment.
            source: what it is.
            spent: what is paid is added to it, also when the try fails.

        Raises:
            OffchainError: the try failed; what the payment is worth then is settled.
        """
        await self._finder.renew_if_stale(session, job.profiles)
        quote = session.quote
        try:
            return await self._once(session, quote, job, source, spent)
        except OrchestratorRefusedError as error:
            if error.status not in (BAD_REQUEST, FORBIDDEN) or any(word in error.reason for word in FULL):
                raise
            log.info("offer refused", uri=session.url, status=error.status, reason=error.reason)
            if NO_CREDIT in error.reason.lower():
                self._payer.credit.drop(quote.credit_key)
            await self._finder.renew(session, job.profiles, stale=quote, new_session=error.status == FORBIDDEN)
        return await self._once(session, session.quote, job, source, spent)

    async def _once(
        self, session: Session, quote: Quote, job: SegmentJob, source: SourceFacts, spent: Spent
    ) -> Delivery:
        signed = await self._sign(session, quote, job, source)
        started = time.monotonic()
        try:
            result = await self._post(session, quote, job, signed, spent)
            if result.error is not None:
                # It answered and worked for nothing: the tickets count as credit there.
                signed.payment.change(Fraction(0))
                raise OrchestratorRefusedError(session.url, OK, result.error)
            self._verifier.check_bill(result, job, source)
            fee = result.pixels * quote.price
            signed.payment.change(fee)
        finally:
            signed.payment.settle()
            metrics.CREDIT_LOST.set(float(self._payer.credit.lost / metrics.GWEI))
        _take_offer(session, result)
        data = await self._download(session, result, job, source)
        fetched = time.monotonic()
        try:
            renditions = await self._verifier.check(result, data, job, source, session.name)
        except VerificationError:
            self._payer.credit.drop(quote.credit_key)
            raise
        return Delivery(renditions, fetched - started, time.monotonic() - fetched, fee)

    async def _sign(self, session: Session, quote: Quote, job: SegmentJob, source: SourceFacts) -> SignedPayment:
        fee = estimate_fee(job.profiles, source, quote.price)
        try:
            return await self._payer.prepare(quote, session.initial_price, fee)
        except OffchainError as error:
            metrics.PAYMENT_ERRORS.labels(error_code=type(error).__name__).inc()
            raise

    async def _post(
        self, session: Session, quote: Quote, job: SegmentJob, signed: SignedPayment, spent: Spent
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
                self._tally.sent(session.name, session.url, signed)

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

    def _timeouts(self, job: SegmentJob) -> SegmentTimeouts:
        return SegmentTimeouts.of(job.duration_ms, self._stretch)


def _take_offer(session: Session, result: SegmentResult) -> None:
    """Goes on with the offer in the result, if it is one; the old one is renewed when it ages."""
    if result.info is None:
        return
    try:
        newer = judge(result.info, None, expected=session.name)
    except OffchainError as error:
        log.info("new offer ignored", uri=session.url, reason=str(error))
        return
    session.quote = session.quote.renewed(newer, time.time())
