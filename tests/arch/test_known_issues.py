"""Every known issue is pinned by a test that is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "KNOWN_ISSUES.md").read_text("utf-8")
ROWS = re.findall(r"^\| (KI-\d+) \| .+ \| `([^`|]+)` \|$", PAGE, re.MULTILINE)


def test_the_issues_are_numbered_without_gaps():
    assert [number for number, _ in ROWS] == [f"KI-{n}" for n in range(1, len(ROWS) + 1)]
    assert len(ROWS) == len(re.findall(r"^\| KI-", PAGE, re.MULTILINE))


@pytest.mark.parametrize(("number", "test"), ROWS, ids=[number for number, _ in ROWS])
def test_its_test_is_there(number, test):
    path, _, name = test.partition("::")
    source = (ROOT / path).read_text("utf-8")
    assert not name or f"def {name}(" in source, f"{number}: {test}"


def test_issues_that_other_pages_name_are_there():
    named = re.findall(r"KI-\d+", (ROOT / "INVARIANTS.md").read_text("utf-8"))
    assert set(named) <= {number for number, _ in ROWS}
