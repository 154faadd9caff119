"""Nodes of a market: the real commands, with settings that suit a test chain."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from scripts._lib.market.actors import Actor
from scripts._lib.market.processes import (
    MarketProcess,
    ProcessError,
    free_port,
    offchain_command,
    port_answers,
    read_metrics,
)

START_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class ChainAccess:
    """How a node reaches the chain.

    Attributes:
        url: JSON-RPC endpoint.
        chain_id: what it must serve.
        controller: address of the protocol's Controller.
    """

    url: str
    chain_id: int
    controller: str

    def flags(self, key_file: Path) -> list[str]:
        """The flags that every node on chain takes."""
        return [
            *("--eth-url", self.url),
            *("--chain-id", str(self.chain_id)),
            *("--controller", self.controller),
            *("--key-file", str(key_file)),
            *("--block-polling-interval", "0.5"),
        ]


@dataclass(frozen=True, slots=True)
class TicketTerms:
    """What an orchestrator asks of its payers; amounts in wei.

    Attributes:
        price: wei per output pixel.
        ticket_ev: expected value of one ticket.
        max_face_value: what a winning ticket pays at most; with `ticket_ev` it makes the odds.
        validity_blocks: L1 blocks that offered terms hold; redemption waits until they are over.
    """

    price: int
    ticket_ev: int
    max_face_value: int
    validity_blocks: int = 40


class OrchestratorNode(MarketProcess):
    """`offchain orchestrator` for one actor; its data folder outlives a crash."""

    def __init__(self, actor: Actor, access: ChainAccess, terms: TicketTerms, folder: Path) -> None:
        self.actor = actor
        self.port, self.metrics_port = free_port(), free_port()
        self.uri = f"https://127.0.0.1:{self.port}"
        self.data = folder / actor.name.replace(" ", "-")
        self.data.mkdir(parents=True, exist_ok=True)
        command = offchain_command(
            "orchestrator",
            *access.flags(actor.write_key(folder)),
            *("--data-dir", str(self.data)),
            *("--service-uri", self.uri),
            *("--listen", f"127.0.0.1:{self.port}"),
            *("--metrics-port", str(self.metrics_port)),
            *("--price-per-unit", str(terms.price)),
            "--no-auto-adjust-price",
            *("--ticket-ev", str(terms.ticket_ev)),
            *("--max-face-value", str(terms.max_face_value)),
            *("--params-validity-blocks", str(terms.validity_blocks)),
            "--initialize-round",
            *("--initialize-round-max-delay-s", "0.5"),
            "--call-reward",
            *("--log-level", "debug"),
        )
        super().__init__(actor.name, command, folder / f"{actor.name.replace(' ', '-')}.log")

    def start_serving(self) -> None:
        """Starts the node and waits until it listens."""
        self.start()
        self.wait_until(lambda: port_answers(self.port) and port_answers(self.metrics_port), START_TIMEOUT_S)

    def metrics(self) -> dict[str, float]:
        """Samples of the node's Prometheus endpoint by name."""
        return read_metrics(self.metrics_port)


class GatewayRun(MarketProcess):
    """`offchain gateway run FILE` for one actor: a file in, a ladder of renditions out."""

    def __init__(self, actor: Actor, access: ChainAccess, video: Path, output: Path, folder: Path, *extra: str) -> None:
        self.output = output
        command = offchain_command(
            "gateway",
            "run",
            str(video),
            *access.flags(actor.write_key(folder)),
            *("--output", str(output)),
            "--allow-private-hosts",
            *extra,
        )
        super().__init__(actor.name, command, folder / f"{actor.name.replace(' ', '-')}.log")

    def wait(self, timeout_s: float) -> dict[str, object]:
        """Waits for the end of the run; returns its summary.

        Raises:
            ProcessError: it failed, or took longer.
        """
        if not self._reap(timeout_s):
            self.kill()
            raise ProcessError(f"{self.name} was not done after {timeout_s:g} s:\n{self.last_lines()}")
        assert self._process is not None
        if self._process.returncode != 0:
            raise ProcessError(f"{self.name} failed:\n{self.last_lines()}")
        summary: dict[str, object] = json.loads((self.output / "summary.json").read_text("utf-8"))
        return summary
