"""The table of known bugs is complete, and every test that it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ROW = re.compile(r"^\| ([ADK]\d+) \| .+ \| (.+) \|$", re.MULTILINE)
ROWS = ROW.findall((Path(__file__).parent / "README.md").read_text("utf-8"))


def test_every_number_has_a_row():
    numbers = [*(f"D{n}" for n in range(1, 24)), "K24", "K25", *(f"A{n}" for n in range(1, 16))]
    assert [number for number, _ in ROWS] == numbers


@pytest.mark.parametrize(("number", "test"), ROWS, ids=[number for number, _ in ROWS])
def test_its_test_is_there(number, test):
    if test.startswith("none: "):
        return
    path, name = test.strip("`").split("::")
    assert f"\ndef {name}(" in (ROOT / path).read_text("utf-8"), f"{number}: {test}"
