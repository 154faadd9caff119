"""Campaigns as a user starts them: a command in a process of its own, on the contracts as they are compiled."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.campaign.provenance import ROOT
from tests.campaign.ray_jobs import stage
from tests.support.recording import recording

PATIENCE_S = 240

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def recorded_world() -> None:
    """So that no campaign has to wait for it, nor make it in a copy of the tree."""
    recording()


@pytest.fixture
def play(recorded_world: None) -> Command:
    """Runs `python -m tests.campaign` with some words, in a tree; answers with what it said."""

    def run(*words: object, tree: Path = ROOT) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "tests.campaign", *map(str, words)],
            cwd=tree,
            env=os.environ | {"COLUMNS": "200"},
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )

    return run


@pytest.fixture
def faulty_tree(recorded_world: None, tmp_path: Path) -> Path:
    """A copy of what a campaign needs, in which the model has senders unlock a round early."""
    tree = tmp_path / "tree"
    stage(tree)
    model = tree / "tests" / "property" / "models" / "payments.py"
    right, wrong = "self.clock.round + self.unlock_period", "self.clock.round + self.unlock_period - 1"
    text = model.read_text("utf-8")
    assert right in text
    model.write_text(text.replace(right, wrong), "utf-8")
    return tree
