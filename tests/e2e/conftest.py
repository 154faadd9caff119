"""A market for end-to-end tests: its own chain, deployed by the deploy script, with nodes as real processes."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from scripts._lib.market.market import Market
from scripts._lib.market.nodes import ChainAccess, OrchestratorNode
from scripts._lib.market.processes import TestChain
from scripts._lib.market.story import Cast, Story

ROOT = Path(__file__).parents[2]
SINTEL = ROOT / "node_modules/mux.js/test/segments/sintel-captions.ts"

T = TypeVar("T")


@dataclass(slots=True)
class Stage:
    """A market that outlives the event loops of single tests."""

    access: ChainAccess
    folder: Path
    nodes: list[OrchestratorNode] | None = None

    def play(self, act: Callable[[Story], Awaitable[T]]) -> T:
        """Runs an act of the story with a connection of its own."""

        async def run() -> T:
            market = await Market.open(self.access)
            try:
                story = Story(market, Cast(), self.folder, lambda _line: None, self.nodes)
                self.nodes = story.nodes
                return await act(story)
            finally:
                await market.close()

        return asyncio.run(run())


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Two orchestrators staked, active and serving, a delegator bonded, a gateway funded."""
    folder = tmp_path_factory.mktemp("market")
    chain = TestChain(folder / "anvil.log")
    chain.start()
    stage: Stage | None = None
    try:
        stage = Stage(ChainAccess(chain.url, 31337, deploy(chain.url, folder / "record.json")), folder)
        stage.play(Story.stake)
        stage.play(Story.serve)
        yield stage
    finally:
        for node in (stage.nodes if stage else None) or ():
            node.stop()
        chain.stop()


def deploy(url: str, record: Path) -> str:
    """Deploys as an operator does; the address of the Controller."""
    command = ["ape", "run", "deploy", "--network", url, "--params", "local", "--output", str(record), "--yes"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return controller_of(json.loads(record.read_text("utf-8")))


def controller_of(record: dict[str, object]) -> str:
    """The Controller's address in a deployment record."""
    controller = record["controller"]
    assert isinstance(controller, str)
    return controller
