"""INVARIANTS.md and the tests agree: every property is tried, every id that a test carries stands there.

`RENEW_SNAPSHOTS=1 pytest -p no:ape_test tests/arch/test_invariants.py` writes the column that says where a property is
tried; `python -m tests.arch.test_invariants [ID ...]` (`make invariants ID=BOND-07`) lists the tests.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "INVARIANTS.md"
ROW = re.compile(r"^\| ([A-Z]+-\d\d) \| (.+?) \| (.+?) \| (.*?) \| (.+) \|$", re.MULTILINE)
PREFIXES = ("solv", "bond", "mint", "rnd", "tok", "tick", "vote", "reg", "gas", "node")
ID = re.compile(rf"(?:{'|'.join(PREFIXES)})\d+(?=_)")
NAMED = re.compile(rf"def ((?:test_)?(?:to_)?(?:{'|'.join(PREFIXES)})\d+_\w+)\(")
MESSAGE = re.compile(rf"\b((?:{'|'.join(PREFIXES).upper()})-\d\d): ")
MACHINES = ROOT / "tests" / "support" / "machines"


class Trial(NamedTuple):
    """A test, or a property of a machine: where it is, and what it is called."""

    place: str
    name: str

    @property
    def kind(self) -> str:
        if self.place.startswith("tests/support/machines/"):
            return "machines"
        return "/".join(self.place.split("/")[1 : 3 if self.place.startswith("tests/unit/") else 2])


def ids_of(name: str) -> list[str]:
    """The ids that a name begins with, as the page writes them."""
    words = name.removeprefix("test_").split("_")
    found = []
    for word in words:
        match = ID.fullmatch(word) or ID.match(word + "_")
        if match is None:
            break
        prefix, number = re.fullmatch(r"([a-z]+)(\d+)", word).groups()
        found.append(f"{prefix.upper()}-{number}")
    return found


def trials() -> Iterator[tuple[str, Trial]]:
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        yield from _in_file(path)
    for path in sorted(MACHINES.glob("*.py")):
        yield from _in_file(path)
        for id_ in sorted(set(MESSAGE.findall(path.read_text("utf-8")))):
            yield id_, Trial(str(path.relative_to(ROOT)), "checked around every call")


def _in_file(path: Path) -> Iterator[tuple[str, Trial]]:
    place = str(path.relative_to(ROOT))
    for name in NAMED.findall(path.read_text("utf-8")):
        for id_ in ids_of(name):
            yield id_, Trial(place, name)


def by_id() -> dict[str, list[Trial]]:
    found: dict[str, list[Trial]] = {}
    for id_, trial in trials():
        found.setdefault(id_, []).append(trial)
    return found


def kinds(found: list[Trial]) -> str:
    """`machines`, `unit/bonding`."""
    return ", ".join(f"`{kind}`" for kind in sorted({trial.kind for trial in found}))


def rendered(page: str) -> str:
    found = by_id()

    def row(match: re.Match[str]) -> str:
        id_, sentence, kept, _, tolerance = match.groups()
        return f"| {id_} | {sentence} | {kept} | {kinds(found.get(id_, []))} | {tolerance} |"

    return ROW.sub(row, page)


def rows() -> list[tuple[str, ...]]:
    return ROW.findall(PAGE.read_text("utf-8"))


def ids() -> list[str]:
    return [row[0] for row in rows()]


def test_every_number_of_the_catalogue_has_one_row():
    assert sorted(int(id_.partition("-")[2]) for id_ in ids()) == list(range(1, 72))


@pytest.mark.parametrize("id_", ids())
def test_every_property_is_tried(id_):
    assert by_id().get(id_), f"{id_} has no test"


def test_every_id_that_a_test_carries_is_known():
    unknown = {id_: found for id_, found in by_id().items() if id_ not in ids()}
    assert not unknown


def test_what_keeps_a_property_is_there():
    for id_, _, kept, *_ in rows():
        for name in re.findall(r"`([^`]+)`", kept):
            _require(id_, name)


def _require(id_: str, name: str) -> None:
    if name.startswith("offchain/"):
        assert (ROOT / name).is_file(), f"{id_}: {name}"
        return
    contract, _, function = name.partition(".")
    [path] = (ROOT / "contracts").rglob(f"{contract}.sol")
    assert re.search(rf"function {function}\b", path.read_text("utf-8")), f"{id_}: {name}"


def test_the_page_tells_of_the_tests_that_there_are():
    page = PAGE.read_text("utf-8")
    if os.environ.get("RENEW_SNAPSHOTS"):
        PAGE.write_text(rendered(page), "utf-8")
        return
    assert page == rendered(page), "renew it: RENEW_SNAPSHOTS=1 pytest -p no:ape_test tests/arch/test_invariants.py"


def main(chosen: list[str]) -> None:
    unknown = sorted(set(chosen) - set(ids()))
    if unknown:
        sys.exit(f"no such property: {', '.join(unknown)}; INVARIANTS.md holds them")
    found = by_id()
    for id_ in chosen or ids():
        print(f"{id_}  {next(row[1] for row in rows() if row[0] == id_)}")
        for trial in found[id_]:
            print(f"    {trial.place}: {trial.name}")


if __name__ == "__main__":
    main([argument.upper() for argument in sys.argv[1:]])
