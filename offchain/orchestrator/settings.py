"""Settings of an orchestrator (facts: offchain 1.3, 2.1, 2.5, 6.1); chain and account stand in ChainSettings."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from offchain.errors import FieldRangeError
from offchain.settings import Settings
from offchain.tickets.value import ARBITRUM_REDEEM_GAS, REDEEM_GAS
from offchain.types import address

ARBITRUM_CHAINS = frozenset({42161, 42170, 421614})
DEFAULT_PORT = 8935


class OrchestratorSettings(Settings):
    """What an operator may decide."""

    data_dir: Path = Field(Path("orchestrator"), description="Folder of the store and the certificate; one process.")
    service_uri: str = Field(
        f"https://127.0.0.1:{DEFAULT_PORT}",
        description="Where gateways reach this node, as in ServiceRegistry: http(s)://host:port, no path.",
    )
    listen: str = Field("", description="HOST:PORT to listen on; empty means all addresses, port of the service URI.")

    price_per_unit: int = Field(0, ge=0, lt=2**63, description="Wei for `pixels_per_unit` output pixels; 0 is free.")
    pixels_per_unit: int = Field(1, ge=1, lt=2**63, description="Pixels that `price_per_unit` pays for.")
    price_per_gateway: tuple[str, ...] = Field(
        (), description="Prices of single gateways, each as ADDRESS=WEI or ADDRESS=WEI/PIXELS."
    )
    auto_adjust_price: bool = Field(True, description="Add a gateway's share of the cost to redeem to its price.")

    ticket_ev: int = Field(8_000_000_000, ge=1, lt=2**128, description="Expected value of a ticket in wei.")
    max_face_value: int = Field(0, ge=0, lt=2**256, description="Upper bound of a ticket's face value in wei; 0: none.")
    redeem_gas: int = Field(
        0, ge=0, le=30_000_000, description="Gas to redeem a ticket; 0: 1,200,000 on Arbitrum, 350,000 elsewhere."
    )
    params_validity_blocks: int = Field(40, ge=2, le=5_000, description="L1 blocks that offered ticket terms hold.")
    require_active: bool = Field(True, description="Refuse payments while this account is not in the active set.")

    max_sessions: int = Field(10, ge=1, le=10_000, description="Sessions served at the same time.")
    session_idle_s: float = Field(70.0, gt=0, le=3600, description="Seconds without a segment that end a session.")
    max_segment_bytes: int = Field(300_000_000, ge=1, le=2**32, description="Bytes of a segment (MaxSegSize).")
    max_buffered_bytes: int = Field(
        1_000_000_000, ge=1, le=2**40, description="Bytes of segments held at once, over all sessions."
    )
    max_rendition_bytes: int = Field(
        500_000_000, ge=1, le=2**40, description="Bytes of renditions kept for download; the oldest go first."
    )
    rendition_ttl_s: float = Field(120.0, gt=0, le=3600, description="Seconds that renditions stay downloadable.")
    body_timeout_s: float = Field(60.0, gt=0, le=600, description="Seconds to receive the body of a request.")
    keep_alive_s: float = Field(
        15.0, gt=0, le=600, description="Seconds an idle connection, or one without headers, lives."
    )
    shutdown_grace_s: float = Field(30.0, ge=0, le=600, description="Seconds for segments in work when stopping.")

    redeem: bool = Field(True, description="Redeem winning tickets.")
    redeem_batch: int = Field(20, ge=1, le=100, description="Most tickets redeemed by one transaction.")
    redeem_margin: float = Field(
        1.0, ge=0, le=100, description="Profit over the cost of gas wanted at first, as a share; falls to 0 in time."
    )
    call_reward: bool = Field(False, description="Call reward once a round while in the active set.")
    initialize_round: bool = Field(False, description="Open rounds that nobody has opened.")
    initialize_round_max_delay_s: float = Field(30.0, ge=0, le=600, description="Longest random wait before opening.")

    @field_validator("service_uri")
    @classmethod
    def _service_uri(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port is None:
            raise ValueError("must be http://HOST:PORT or https://HOST:PORT")
        if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
            raise ValueError("must have no path, query or user")
        return value.rstrip("/")

    @field_validator("price_per_gateway")
    @classmethod
    def _price_per_gateway(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for entry in value:
            _gateway_price(entry)
        return value

    @model_validator(mode="after")
    def _sizes(self) -> OrchestratorSettings:
        if self.max_buffered_bytes < self.max_segment_bytes:
            raise ValueError("max_buffered_bytes must hold one segment of max_segment_bytes")
        return self

    @property
    def host(self) -> str:
        """Host of the service URI, without brackets."""
        return str(urlsplit(self.service_uri).hostname)

    @property
    def tls(self) -> bool:
        """Whether the service URI promises TLS."""
        return self.service_uri.startswith("https://")

    @property
    def bind(self) -> str:
        """HOST:PORT to listen on."""
        return self.listen or f"0.0.0.0:{urlsplit(self.service_uri).port}"

    @property
    def base_price(self) -> Fraction:
        """Wei per output pixel."""
        return Fraction(self.price_per_unit, self.pixels_per_unit)

    def gateway_prices(self) -> dict[str, Fraction]:
        """Wei per output pixel of the gateways that have a price of their own."""
        return dict(map(_gateway_price, self.price_per_gateway))

    def redeem_gas_on(self, chain_id: int) -> int:
        """Gas that redeeming one ticket is reckoned with on a chain."""
        return self.redeem_gas or (ARBITRUM_REDEEM_GAS if chain_id in ARBITRUM_CHAINS else REDEEM_GAS)


def _gateway_price(entry: str) -> tuple[str, Fraction]:
    gateway, _, price = entry.partition("=")
    try:
        amount = Fraction(price)
        if amount < 0:
            raise ValueError("negative")
        return address(gateway), amount
    except (FieldRangeError, ValueError, ZeroDivisionError) as error:
        raise ValueError(f"{entry!r} is not ADDRESS=WEI or ADDRESS=WEI/PIXELS") from error
