"""What we take from a peer: every bound on messages in one place.

Honest peers stay far below; the bounds keep memory and time of a hostile message small.
"""

from __future__ import annotations

__all__ = [
    "MAX_CAPABILITIES",
    "MAX_DIMENSION",
    "MAX_DURATION_MS",
    "MAX_FPS",
    "MAX_GOP_MS",
    "MAX_HEADER_CHARS",
    "MAX_MESSAGE_BYTES",
    "MAX_MODELS",
    "MAX_NAME_BYTES",
    "MAX_NODES",
    "MAX_PROFILES",
    "MAX_SEGMENT_BYTES",
    "MAX_SIGNATURE_BYTES",
    "MAX_TEXT_BYTES",
    "MAX_TICKETS",
    "MAX_TOKEN_BYTES",
    "MAX_URL_BYTES",
]

# A header, in characters of base64.
MAX_HEADER_CHARS = 64 * 1024
# A protobuf message in a body: orchestrator's answer, result of a segment.
MAX_MESSAGE_BYTES = 1024 * 1024
# The network's limits on a segment: five minutes at 8 Mbit/s (facts: offchain 2.5).
MAX_SEGMENT_BYTES = 300_000_000
MAX_DURATION_MS = 300_000

# Tickets of one payment: a recipient credits so many nonces under one random number (facts: offchain 1.4).
MAX_TICKETS = 600
# A signature is kept as it came, so that a wrong one costs its own ticket and not the payment.
MAX_SIGNATURE_BYTES = 256
MAX_TOKEN_BYTES = 64

# Rungs of a ladder, and what a rung may ask for.
MAX_PROFILES = 20
MAX_DIMENSION = 16_384
MAX_FPS = 480
MAX_GOP_MS = 3_600_000

MAX_NAME_BYTES = 128
MAX_URL_BYTES = 2_048
MAX_TEXT_BYTES = 4_096
MAX_NODES = 64

# Capability numbers are below this; models for one capability.
MAX_CAPABILITIES = 1_024
MAX_MODELS = 256
