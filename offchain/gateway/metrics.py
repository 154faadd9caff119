"""Prometheus metrics of a gateway, under the network's names where it has them (facts: offchain 9.3).

The library ends the names of counters in `_total`. The metrics stand in a registry of their own, so that importing
this module does nothing to the process; one that is a gateway exposes them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, Metric
from prometheus_client.registry import Collector

ROOM = CollectorRegistry()
SECONDS = (0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64)
GWEI = 10**9


def _counter(name: str, text: str, *labels: str) -> Counter:
    return Counter(f"livepeer_{name}", text, labels, registry=ROOM)


def _gauge(name: str, text: str) -> Gauge:
    return Gauge(f"livepeer_{name}", text, registry=ROOM)


def _histogram(name: str, text: str, buckets: tuple[float, ...] = SECONDS) -> Histogram:
    return Histogram(f"livepeer_{name}", text, buckets=buckets, registry=ROOM)


SOURCE_SEGMENTS = _counter("segment_source_appeared", "Segments that came in or were cut from a file.")
TRANSCODED = _counter("segment_transcoded", "Segments that came back verified.")
TRANSCODE_FAILED = _counter("segment_transcode_failed", "Segments that no attempt got transcoded.", "error_code")
RETRIED = _counter("transcode_retried", "Attempts after the first.")
LATENCY = _histogram("transcode_overall_latency_seconds", "From sending a segment to its verified renditions.")
VERIFY_SECONDS = _histogram("verification_seconds", "Checking the renditions of a segment.")
REALTIME = _histogram(
    "http_client_segment_transcoded_realtime_ratio",
    "Duration of a segment over the time it took.",
    (0.25, 0.5, 1, 2, 3, 5, 10),
)
MILLION_PIXELS = _counter("mil_pixels_processed", "Millions of pixels in verified renditions.")
RENDITION_BYTES = _counter("rendition_bytes", "Bytes of verified renditions.")

STREAMS = _gauge("current_sessions_total", "Streams open now.")
STREAMS_STARTED = _counter("stream_started", "Streams begun.")
STREAMS_ENDED = _counter("stream_ended", "Streams ended.")
SWAPS = _counter("orchestrator_swaps", "Segments that went to another orchestrator than the one before.")
SUSPENSIONS = _counter("orchestrator_suspensions", "Suspensions of orchestrators.", "reason")
DISCOVERY_ERRORS = _counter("discovery_errors", "Orchestrators asked in vain.")
REMADE = _counter("renditions_remade", "Renditions made again, by how far they agreed with ours.", "agreement")
VERIFICATION_FAILED = _counter("verification_failed", "Results that were not what was paid for.")

TICKETS_SENT = _counter("tickets_sent", "Tickets sent.")
TICKET_VALUE_SENT = _counter("ticket_value_sent", "Expected value of the tickets sent, gwei.")
PAYMENT_ERRORS = _counter("payment_create_errors", "Payments that could not be made.", "error_code")
FACE_VALUE = _gauge("gateway_ticket_face_value", "Face value of the last ticket sent, gwei.")
DEPOSIT = _gauge("gateway_deposit", "Deposit of the gateway, gwei.")
RESERVE = _gauge("gateway_reserve", "Reserve of the gateway, gwei.")
CREDIT_LOST = _gauge("gateway_credit_lost", "Credit with orchestrators that did not come back, gwei.")


class _Room(Collector):
    def collect(self) -> Iterable[Metric]:
        return ROOM.collect()


@cache
def expose() -> None:
    """Adds the gateway's metrics to what the process's endpoint serves; a second time does nothing."""
    REGISTRY.register(_Room())
