"""Every custom error stands in docs/errors.md beside the live protocol's text, and some test provokes it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEST_ROOM = ROOT / "contracts" / "test"
DECLARATION = re.compile(r"^ *error (\w+\([^)]*\));", re.MULTILINE)
ROW = re.compile(r"^\| `(\w+\([^`]*\))` \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)

SOURCES = [*(ROOT / "interfaces").glob("*.sol"), *(ROOT / "contracts").rglob("*.sol")]
DECLARED = Counter(
    " ".join(declaration.split())
    for path in SOURCES
    if not path.is_relative_to(TEST_ROOM)
    for declaration in DECLARATION.findall(path.read_text())
)
ROWS = ROW.findall((ROOT / "docs" / "errors.md").read_text())
WORDS = {
    word
    for path in (ROOT / "tests").rglob("*.py")
    if not path.is_relative_to(Path(__file__).parent)
    for word in re.findall(r"\w+", path.read_text())
}


def test_the_page_lists_every_error_and_no_other():
    assert set(DECLARED) == {signature for signature, _, _ in ROWS}
    assert Counter(signature for signature, _, _ in ROWS).most_common(1)[0][1] == 1


def test_the_page_says_when_and_names_the_live_text():
    """A text in quotes, a panic, the same error, or a dash for none."""
    for signature, when, live in ROWS:
        assert when.strip(), signature
        assert re.fullmatch(r'(".*"|`Panic\(0x\w\w\)`|the same error|—)', live.strip()), signature


@pytest.mark.parametrize("name", sorted({signature.split("(")[0] for signature in DECLARED}))
def test_every_error_is_provoked_by_some_test(name):
    provoked = name in WORDS
    assert provoked, f"no test names {name}"
