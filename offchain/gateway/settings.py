"""Settings of a gateway; the defaults are the network's where it has one (facts: offchain 1.3, 3.5, 6.6)."""

from __future__ import annotations

import ipaddress
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from offchain.settings import Settings
from offchain.types import address

Address = Annotated[str, AfterValidator(address)]


class GatewaySettings(Settings):
    """What an operator can set; frozen, every value in its range."""

    # Discovery
    orchestrators: tuple[str, ...] = Field(
        (), description="Service URIs to use instead of the chain's pool; https is assumed where none is given."
    )
    discovery_timeout_ms: int = Field(
        500,
        ge=10,
        le=60_000,
        description="First wait for answers of orchestrators, milliseconds; doubles without any.",
    )
    discovery_cutoff_ms: int = Field(
        6_000, ge=10, le=120_000, description="Longest wait for answers of orchestrators, milliseconds."
    )
    discovery_interval_s: int = Field(
        60, ge=1, le=86_400, description="Shortest time between two discoveries, seconds."
    )
    pool_size: int = Field(8, ge=1, le=100, description="Orchestrators to hold sessions with.")
    blocklist: tuple[Address, ...] = Field((), description="Addresses of orchestrators never to use.")
    allow_private_hosts: bool = Field(
        False, description="Dial service URIs on loopback and private networks too; for one's own machines only."
    )

    # Price and payment
    max_price_per_unit: int = Field(
        0, ge=0, le=2**63 - 1, description="Highest price, wei for pixels_per_unit pixels; 0 = no limit."
    )
    pixels_per_unit: int = Field(1, ge=1, le=2**63 - 1, description="Pixels that max_price_per_unit pays for.")
    max_ticket_ev: int = Field(
        3 * 10**12, ge=0, description="Highest expected value of one ticket, wei; 0 refuses every ticket."
    )
    max_total_ev: int = Field(
        2 * 10**13, ge=0, description="Highest expected value of one payment, wei; 0 refuses every payment."
    )
    deposit_multiplier: int = Field(
        1, ge=1, le=10**6, description="How many winning tickets of the face value offered the deposit must cover."
    )
    max_spend: int = Field(
        10**16, ge=0, description="Expected value of all tickets signed within spend_window_s, wei; 0 = no limit."
    )
    spend_window_s: int = Field(
        86_400, ge=0, description="Sliding window of max_spend, seconds; 0 = as long as the process runs."
    )

    # Selection
    price_weight: float = Field(0.5, ge=0, le=1, description="Weight of the price in the choice of an orchestrator.")
    latency_weight: float = Field(0.4, ge=0, le=1, description="Weight of the latency.")
    stake_weight: float = Field(0.1, ge=0, le=1, description="Weight of the stake.")
    suspension_s: int = Field(
        30, ge=1, le=86_400, description="Pause of an orchestrator that failed, seconds; doubles with each failure."
    )
    max_suspension_s: int = Field(1_800, ge=1, le=604_800, description="Longest such pause, seconds.")

    # Dispatch
    max_attempts: int = Field(3, ge=1, le=20, description="Orchestrators to try for one segment.")
    timeout_multiplier: float = Field(
        1.0, ge=1, le=20, description="Stretches the time-outs of a segment, which follow its duration."
    )
    in_flight: int = Field(2, ge=1, le=32, description="Segments of one stream under way at a time.")
    verify_pixels: bool = Field(
        True, description="Decode every rendition and hold size, frames and pixels against what was billed."
    )
    verify_processes: int = Field(1, ge=1, le=64, description="Child processes that decode for verification.")
    verify_sample: float = Field(
        0.0, ge=0, le=1, description="Share of the segments of which one rendition, picked at random, is made again."
    )
    verify_agreement: Literal["bytes", "frames", "likeness"] = Field(
        "likeness",
        description="How far it must agree with ours: in its bytes, in its decoded frames, or in what they look like.",
    )

    # Segments
    segment_ms: int = Field(2_000, ge=500, le=60_000, description="Length to cut a file into, milliseconds.")
    max_segment_ms: int = Field(300_000, ge=500, le=300_000, description="Longest segment, milliseconds.")
    max_segment_bytes: int = Field(
        300_000_000, ge=1_000, le=300_000_000, description="Largest segment, and largest rendition, bytes."
    )
    ladder: str = Field(
        "P240p30fps16x9,P360p30fps16x9", description="Renditions to make: names of presets, or a JSON file."
    )

    # Ingest
    http_host: str = Field("127.0.0.1", description="Address that ingest and playback listen on.")
    http_port: int = Field(9_935, ge=0, le=65_535, description="Their TCP port; 0 takes a free one.")
    ingest_token_file: Path | None = Field(
        None, description="File with the bearer token of ingest; required where http_host is no loopback address."
    )
    max_streams: int = Field(10, ge=1, le=1_000, description="Streams at a time.")
    max_queued_bytes: int = Field(
        1_000_000_000, ge=1_000, description="Bytes of all segments being received or under way; more is refused."
    )
    stream_idle_s: int = Field(60, ge=1, le=3_600, description="A stream without segments ends after, seconds.")
    playlist_window: int = Field(5, ge=1, le=100, description="Segments that a live playlist lists.")

    @property
    def max_price(self) -> Fraction | None:
        """Highest price in wei per pixel; None where there is no limit."""
        if self.max_price_per_unit == 0:
            return None
        return Fraction(self.max_price_per_unit, self.pixels_per_unit)

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.discovery_cutoff_ms < self.discovery_timeout_ms:
            raise ValueError("discovery_cutoff_ms must not be below discovery_timeout_ms")
        if self.max_suspension_s < self.suspension_s:
            raise ValueError("max_suspension_s must not be below suspension_s")
        if self.price_weight + self.latency_weight + self.stake_weight <= 0:
            raise ValueError("one of price_weight, latency_weight and stake_weight must be above 0")
        # Whoever can push a segment spends the gateway's deposit (facts: security T24).
        if not is_loopback(self.http_host) and self.ingest_token_file is None:
            raise ValueError(
                f"ingest_token_file is required to listen on {self.http_host}, which is no loopback address"
            )
        return self


def is_loopback(host: str) -> bool:
    """Whether a listening address is reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
