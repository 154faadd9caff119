"""Segments: from two headers and a body to renditions that are paid for (facts: offchain 2.4, 6.1)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

import structlog

from offchain.errors import CapacityError, CredentialsError, MediaError, OffchainError, WorkerError
from offchain.media.containers import container_of
from offchain.orchestrator import metrics
from offchain.orchestrator.ledger import Ledger
from offchain.orchestrator.offers import AuthTokens, OfferDesk
from offchain.orchestrator.payments import Paid, PaymentDesk
from offchain.orchestrator.renditions import RenditionShelf
from offchain.orchestrator.sessions import SessionTable
from offchain.tickets.keccak import keccak
from offchain.wire import (
    OrchestratorInfo,
    RenditionResult,
    SegmentCredentials,
    SegmentResult,
    decode_payment,
    decode_segment,
    incompatibility,
    sign_result,
    verify_segment,
)
from offchain.workers.protocol import Rendition, TranscodeJob, TranscodeResult, Worker

log = structlog.get_logger()

MIN_RENDITION_BYTES = 25
MAX_ERROR_CHARS = 1_000
INTERNAL_ERROR = "internal error"


@dataclass(slots=True)
class Order:
    """A segment that may be sent: its papers are good and it is paid for.

    Attributes:
        offer: terms for the next segment, as of the payment.
        session_id: from the verified token.
        released: called once when the work has ended, however it did.
    """

    credentials: SegmentCredentials
    paid: Paid
    offer: OrchestratorInfo
    session_id: str
    released: list[Callable[[], None]] = field(default_factory=list)

    def release(self) -> None:
        """Gives back what the order held."""
        while self.released:
            self.released.pop()()


class SegmentDesk:
    """Takes segments in and gives results out."""

    def __init__(
        self,
        *,
        key: bytes,
        offers: OfferDesk,
        tokens: AuthTokens,
        payments: PaymentDesk,
        ledger: Ledger,
        sessions: SessionTable,
        shelf: RenditionShelf,
        worker: Worker,
        ticket_ev: int,
    ) -> None:
        self._key, self._offers, self._tokens, self._payments = key, offers, tokens, payments
        self._ledger, self._sessions, self._shelf, self._worker = ledger, sessions, shelf, worker
        self._ticket_ev = ticket_ev

    async def pay(self, payment_header: str | None, segment_header: str | None) -> Order:
        """Checks the papers and takes the payment.

        The payment is taken before the new offer is made, unlike in the network's own node: a winner is kept even
        when no further offer can be.

        Raises:
            PaymentHeaderError, SegmentHeaderError: a header does not parse.
            CredentialsError: signature, token or capabilities do not fit.
            CapacityError: no room for the session.
            PaymentError: the payment is not good.
            SenderReserveError, ChainError, StoreError: no offer can be made, or nothing can be kept.
        """
        payment = decode_payment(payment_header)
        credentials = decode_segment(segment_header)
        verify_segment(credentials, payment.sender)
        self._check_capabilities(credentials)
        token = self._tokens.verify(credentials.auth_token)
        self._sessions.check_room(token.session_id)
        paid = await self._payments.take(payment, token.session_id)
        offer = await self._offers.offer(payment.sender, token)
        return Order(credentials, paid, offer, token.session_id)

    async def admit(self, payment_header: str | None, segment_header: str | None) -> Order:
        """As `pay`, and lays claim to the credit that the work needs; the order must be released.

        Raises:
            PaymentError: the balance is too small, beside all that `pay` raises.
        """
        order = await self.pay(payment_header, segment_header)
        if order.paid.price > 0:
            order.released.append(await self._ledger.claim(order.paid.sender, self._ticket_ev))
        metrics.segments.inc()
        return order

    async def check_data(self, order: Order, data: bytes) -> None:
        """Passes if the data is what was signed.

        Raises:
            CredentialsError: it is not.
        """
        if await _hash(data) != order.credentials.segment_hash:
            raise CredentialsError("Forbidden: the segment does not match its hash")

    def submit(self, order: Order, data: bytes) -> asyncio.Future[SegmentResult]:
        """Puts a segment into the line of its session; the order is released when it is done.

        Raises:
            CapacityError: the line is full, or there is no room for the session.
        """
        result = self._sessions.enter(order.session_id).submit(lambda: self._work(order, data))
        result.add_done_callback(lambda _: order.release())
        return result

    async def failed(self, order: Order, error: Exception) -> SegmentResult:
        """The result of a segment that came to nothing, with the terms for the next."""
        known = isinstance(error, OffchainError)
        reason = str(error) if known else INTERNAL_ERROR
        metrics.segments_failed.labels(type(error).__name__).inc()
        log.log(
            _level(error),
            "segment failed",
            session=order.session_id,
            seq=order.credentials.seq,
            error=type(error).__name__,
            reason=reason,
            exc_info=None if known else error,
        )
        return SegmentResult(order.credentials.seq, error=reason[:MAX_ERROR_CHARS], info=await self._next_offer(order))

    async def _work(self, order: Order, data: bytes) -> SegmentResult:
        credentials = order.credentials
        job = TranscodeJob(
            data=data,
            container=container_of(data),
            duration_ms=credentials.duration_ms,
            profiles=credentials.profiles,
            session_id=order.session_id,
        )
        started = time.monotonic()
        made = await self._worker.transcode(job)
        metrics.transcode_seconds.observe(time.monotonic() - started)
        balance = await self._debit(order.paid, made)
        _check_renditions(job, made)
        renditions = self._shelve(order, made.renditions)
        metrics.segments_transcoded.inc()
        log.info(
            "segment transcoded",
            session=order.session_id,
            manifest=credentials.manifest_id,
            seq=credentials.seq,
            pixels=made.pixels,
            seconds=round(made.seconds, 3),
            device=made.device,
            fallback=made.fallback or None,
            balance=float(balance),
        )
        hashes = [await _hash(rendition.data) for rendition in made.renditions]
        return SegmentResult(
            credentials.seq, renditions, sign_result(self._key, hashes), info=await self._next_offer(order)
        )

    async def _debit(self, paid: Paid, made: TranscodeResult) -> Fraction:
        metrics.pixels.inc(made.pixels / 1e6)
        return await self._ledger.debit(paid.sender, made.pixels * paid.price)

    def _shelve(self, order: Order, made: tuple[Rendition, ...]) -> tuple[RenditionResult, ...]:
        shelved = [(rendition.data, rendition.profile.container) for rendition in made]
        paths = self._shelf.put(order.session_id, order.credentials.seq, shelved)
        return tuple(
            RenditionResult(f"{self._offers.identity.service_uri}/stream/{path}", rendition.pixels)
            for path, rendition in zip(paths, made, strict=True)
        )

    async def _next_offer(self, order: Order) -> OrchestratorInfo:
        try:
            return await self._offers.offer(order.paid.sender, order.offer.auth_token)
        except OffchainError as error:
            log.warning("offer not renewed", session=order.session_id, reason=str(error))
            return order.offer

    def _check_capabilities(self, credentials: SegmentCredentials) -> None:
        if credentials.slice_ms is not None:
            raise CredentialsError("incompatible capabilities: slices of segments are not offered")
        if credentials.capabilities is not None:
            reason = incompatibility(credentials.capabilities, self._offers.identity.capabilities)
            if reason is not None:
                raise CredentialsError(f"incompatible capabilities: {reason}")


async def _hash(data: bytes) -> bytes:
    """Keccak, in another thread: at 160 MB a second, other requests would notice."""
    return await asyncio.to_thread(keccak, data)


def _check_renditions(job: TranscodeJob, made: TranscodeResult) -> None:
    """Refuses an outcome that is none.

    Raises:
        WorkerError: in the network's words.
    """
    if len(made.renditions) != len(job.profiles):
        raise WorkerError("MismatchedSegments")
    if any(len(rendition.data) < MIN_RENDITION_BYTES for rendition in made.renditions):
        raise WorkerError("ZeroSegments")


def _level(error: Exception) -> int:
    if isinstance(error, MediaError | CapacityError):
        return 20
    return 30 if isinstance(error, OffchainError) else 40
