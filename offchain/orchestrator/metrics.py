"""Metrics of an orchestrator: the network's names where it has them, values in gwei (facts: offchain 9.3)."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

GWEI = 10**9

max_sessions = Gauge("livepeer_max_sessions_total", "Sessions that may be open at the same time")
current_sessions = Gauge("livepeer_current_sessions_total", "Sessions that are open")

segments = Counter("livepeer_segment_source_emerged_total", "Segments received and paid for")
segments_transcoded = Counter("livepeer_segment_transcoded_total", "Segments transcoded")
segments_failed = Counter("livepeer_segment_transcode_failed_total", "Segments that failed", ["error_code"])
pixels = Counter("livepeer_mil_pixels_processed", "Output pixels, in millions")
transcode_seconds = Histogram(
    "livepeer_transcode_time_seconds",
    "Seconds from hand-over to result",
    buckets=(0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32),
)
requests_refused = Counter("livepeer_requests_refused_total", "Requests refused", ["status"])

tickets_received = Counter("livepeer_tickets_recv", "Tickets that earned credit")
value_received = Counter("livepeer_ticket_value_recv", "Expected value of tickets that earned credit, gwei")
payment_errors = Counter("livepeer_payment_recv_errors", "Payments refused")
winning_tickets = Counter("livepeer_winning_tickets_recv", "Winning tickets kept")
price = Gauge("livepeer_transcoding_price", "Base price, wei per pixel")

value_redeemed = Counter("livepeer_value_redeemed", "Value of redeemed tickets, gwei")
tickets_redeemed = Counter("livepeer_tickets_redeemed_total", "Tickets redeemed")
redemption_errors = Counter("livepeer_ticket_redemption_errors", "Redemptions that came to nothing")
redemption_gas = Counter("livepeer_redemption_gas_total", "Gas spent on redemptions")
queue_depth = Gauge("livepeer_ticket_queue_depth", "Winning tickets that wait to be redeemed")
queue_value = Gauge("livepeer_ticket_queue_value", "Face value of tickets that wait to be redeemed, gwei")
queue_oldest_round = Gauge("livepeer_ticket_queue_oldest_round", "Creation round of the oldest ticket; 0: none")
tickets_lost = Counter("livepeer_tickets_lost_total", "Winning tickets that will never be paid", ["reason"])
value_lost = Counter("livepeer_ticket_value_lost", "Face value of tickets that will never be paid, gwei")
