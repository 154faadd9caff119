"""A failure's file is read again, and trusted with nothing but actions."""

from __future__ import annotations

import json

import pytest

from tests.campaign.bad_input import BadInputError
from tests.campaign.failures import Failures, read_kept
from tests.campaign.history import Failure
from tests.campaign.store import Found

LINES = [
    'm.bond("olga", 300_000_000_000_000_000_000, "olga", (None, -1))',
    "t1 = m.issue('gina', 'olga', 3)",
    "m.redeem('olga', t1)",
]
FOUND = Found("staking", 3, 12, Failure("BOND-05", "BOND-05: a wei is missing", LINES, 7), None)
MACHINES = {"staking"}


@pytest.fixture
def kept(tmp_path):
    return Failures(tmp_path / "failures", {"contracts": "abc", "campaign": "word"}).keep(FOUND)


def test_a_failure_is_read_as_it_was_kept(kept):
    read = read_kept(kept, MACHINES)
    assert (read.machine, read.seed, read.property, read.lines, read.contracts) == (
        "staking",
        12,
        "BOND-05",
        LINES,
        "abc",
    )


def test_a_shrunk_failure_takes_the_place_of_the_one_found_and_has_a_test(kept, tmp_path):
    failures = Failures(tmp_path / "failures", {"contracts": "abc"})
    shrunk = FOUND._replace(shrunk=Failure("BOND-05", "less", LINES[:1], 1))
    failures.keep(shrunk, test="def test_it(): ...\n")
    assert read_kept(kept, MACHINES).lines == LINES[:1]
    assert failures.test_of(shrunk) == "def test_it(): ...\n"
    assert sorted(path.name for path in kept.parent.iterdir()) == ["staking-3.json", "staking-3.py"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"machine": "gone"}, "no machine is called 'gone'; there are: staking"),
        ({"lines": []}, "holds no actions"),
        ({"lines": ["m.bond("]}, "or something else among them"),
        ({"lines": ["__import__('os').remove('x')"]}, "something else"),
        ({"lines": ["m.bond(__import__('os'))"]}, "something else"),
        ({"lines": ["m._world()"]}, "something else"),
        ({"lines": ["m.bond((lambda: 1)())"]}, "something else"),
        ({"lines": ["m.bond('olga', 1); m.bond('olga', 2)"]}, "something else"),
        ({"lines": 3}, "is broken"),
        ({"kind": "recipe"}, "no failure of a campaign"),
    ],
)
def test_a_file_that_was_tampered_with_is_not_played(kept, change, said):
    kept.write_text(json.dumps(json.loads(kept.read_text()) | change))
    with pytest.raises(BadInputError, match=said):
        read_kept(kept, MACHINES)


@pytest.mark.parametrize("text", ["", "[", "[]", '"text"', "{}"])
def test_a_file_of_something_else_is_not_played(kept, text):
    kept.write_text(text)
    with pytest.raises(BadInputError):
        read_kept(kept, MACHINES)


def test_a_file_that_is_cut_off_is_not_played(kept):
    kept.write_text(kept.read_text()[:-20])
    with pytest.raises(BadInputError, match="broken"):
        read_kept(kept, MACHINES)
