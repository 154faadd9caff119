"""Settings that several kinds of node share; each node's own stand beside it.

A settings object is frozen and checked when it is made. The command line makes it from flags, environment variables
and a file, in that order (offchain/cli/options.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Base of all settings: frozen, and a name that does not exist is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ChainSettings(Settings):
    """The chain and the account of a node."""

    eth_url: str = Field("http://127.0.0.1:8545", description="JSON-RPC endpoint of the chain.")
    chain_id: int = Field(42161, ge=1, description="Chain the endpoint must serve; any other is refused.")
    controller: str = Field(
        "0xD8E8328501E9645d16Cf49539efC04f734606ee4",
        description="Address of the protocol's Controller; the default is the one on Arbitrum One.",
    )
    key_file: Path = Field(
        Path("key.json"), description="Account: an encrypted key file (version 3) or 64 hex digits, chmod 600."
    )
    password_file: Path | None = Field(None, description="File with the password of the key file, chmod 600.")
    block_polling_interval: float = Field(5.0, gt=0, le=300, description="Seconds between two looks at the chain.")
    max_gas_price: int = Field(0, ge=0, description="Wei a unit of gas that is never exceeded; 0 sets no limit.")
    tx_timeout: float = Field(300.0, gt=0, description="Seconds until a transaction is replaced or given up.")
    max_tx_replacements: int = Field(1, ge=0, le=10, description="How often a transaction is sent with more gas.")


class TelemetrySettings(Settings):
    """Logs and metrics of a node."""

    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level to log.")
    log_format: Literal["console", "json"] = Field("console", description="Logs for people or for machines.")
    metrics_host: str = Field("127.0.0.1", description="Address of the Prometheus endpoint.")
    metrics_port: int = Field(0, ge=0, le=65535, description="Port of the Prometheus endpoint; 0 serves none.")
