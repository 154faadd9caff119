"""A sample of `make campaign`: all machines, in process, with a seed of its own and the same one every time.

Up to CAMPAIGN_CALLS calls (a million), as many of them as fit into CAMPAIGN_SECONDS (200) on the cores that there are:
a slow machine plays fewer, which the log tells. A failure comes as a test to be pasted into test_anchored.py.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

log = logging.getLogger(__name__)

ROOT = Path(__file__).parents[2]
SEED = "suite"
SHRINKING_S = 300
NEVER = {"close_to"}  # pays one who takes no ether, so that it is refused
ENOUGH_FOR_ALL = 40_000  # calls, within which each action of stake and payments goes through at least once


@pytest.mark.timeout(3_600)
def test_solv01_to_reg64_hold_for_up_to_a_million_calls_in_process(tmp_path: Path) -> None:
    calls, seconds = os.environ.get("CAMPAIGN_CALLS", "1000000"), os.environ.get("CAMPAIGN_SECONDS", "200")
    out = tmp_path / "campaign"
    words = ("--seed", SEED, "--calls", calls, "--seconds", seconds, "--out", str(out))
    done = subprocess.run(
        [sys.executable, "-m", "tests.campaign", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=int(seconds) + SHRINKING_S,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    facts = json.loads((out / "report.json").read_text("utf-8"))
    for name, machine in facts["by_machine"].items():
        log.info("%s: %d calls, %d of them refused as foretold", name, machine["calls"], machine["refusals"])
    assert set(facts["by_machine"]) == set(facts["machines"]), "a machine was not played at all"
    staking = facts["by_machine"]["staking"]
    if staking["calls"] >= ENOUGH_FOR_ALL:
        never = {name for name, results in staking["actions"].items() if "done" not in results}
        assert never <= NEVER, "actions have never succeeded: the run proves little"
