"""The page that tells what differs from the live governance says all of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "governance.md").read_text()
CHANGES = yaml.safe_load((ROOT / "tests" / "arch" / "interface_changes.yaml").read_text())
CONTRACTS = ("BondingVotes", "LivepeerGovernor", "Treasury", "Governor", "PollCreator", "Poll", "MerkleSnapshot")

DEPARTURES = sorted({entry for name in CONTRACTS for entry in CHANGES["departures"].get(name, ())})


@pytest.mark.parametrize("entry", DEPARTURES)
def test_every_departure_stands_on_the_page(entry):
    rows = [line for line in PAGE.splitlines() if line.startswith(f"| `{entry}` |")]
    assert len(rows) == 1


def test_the_page_names_no_departure_that_is_none():
    named = re.findall(r"^\| `((?:error|event|function) [^`]+)` \|", PAGE, re.MULTILINE)
    assert sorted(named) == DEPARTURES


def test_the_page_has_no_row_without_both_sides():
    table = PAGE[PAGE.index("| what | live | here |") :].split("\n\n")[0].splitlines()[2:]
    assert len(table) > 10
    assert all(len([cell for cell in row.strip("|").split(" | ") if cell.strip()]) == 3 for row in table)
