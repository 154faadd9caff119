"""What a campaign tells while it goes."""

from __future__ import annotations

import io
from collections import Counter

import pytest
from rich.console import Console

from tests.campaign.figures import Pace, duration, share, wei_text
from tests.campaign.history import History
from tests.campaign.plan import Order, Plan
from tests.campaign.progress import Progress
from tests.campaign.totals import Totals


@pytest.fixture
def totals() -> Totals:
    found = Totals()
    tally = Counter({("bond", "done"): 700, ("bond", "SystemPaused"): 100, ("unlock", "NoFunds"): 200})
    history = History(
        "Machine", 1, 1_000, 300, 0.2, tally, Counter({("bond", "bond"): 1, ("bond", "unlock"): 2}), {"BOND-21": 0.25}
    )
    found.add(Order("staking", 0, 1, 1_000), history)
    return found


def shown(totals: Totals, failures: int = 0, *, terminal: bool) -> str:
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, width=120, color_system=None)
    with Progress(Plan("word", {"staking": 1}, 4_000), console, "Campaign word") as progress:
        progress.update(Totals(), 0, 0.0)
        progress._told = progress._drawn = float("-inf")
        progress.update(totals, failures, 2.0, "shrinking 1")
    return out.getvalue()


def test_a_log_gets_lines(totals):
    text = shown(totals, terminal=False)
    assert (
        "1,000 of 4,000 calls (25.0 %) | 500 calls/s | refused 30.0 % | pairs of actions 50.0 % | "
        "worst rounding 0.25 wei (BOND-21) | 2 s so far, 6 s to go | shrinking 1"
    ) in text
    assert "\x1b" not in text


def test_a_terminal_gets_a_table(totals):
    text = shown(totals, terminal=True)
    for said in ("Campaign word", "nothing has failed", "1,000 of 4,000 calls · 500 a second", "6 s to go", "2 of 4"):
        assert said in text
    rows = [line.split() for line in text.splitlines()]
    assert ["bond", "700", "100"] in rows
    assert ["unlock", "0", "200"] in rows


def test_failures_are_not_passed_over(totals):
    assert "2 failed" in shown(totals, 2, terminal=False)
    assert "2 failed" in shown(totals, 2, terminal=True)


def test_pace_is_that_of_the_last_quarter_of_a_minute():
    pace = Pace()
    assert pace.update(0.0, 0) == 0.0
    assert pace.update(10.0, 1_000) == 100.0
    for second in range(11, 60):
        rate = pace.update(float(second), 1_000)
    assert rate == 0.0


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59.4, "59 s"), (61, "1 min 1 s"), (3_599, "59 min 59 s"), (7_322, "2 h 2 min")],
)
def test_a_duration_is_told_in_two_units(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("wei", "text"), [(0, "0 wei"), (1.0, "1 wei"), (12_345, "12,345 wei"), (0.12345, "0.123 wei"), (2.5, "2.5 wei")]
)
def test_a_rounding_is_told_in_wei(wei, text):
    assert wei_text(wei) == text


def test_a_share_of_nothing_is_none():
    assert share(0, 0) == "—"
