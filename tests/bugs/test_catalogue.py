"""The bugs as data: complete, and none of them out of date."""

from __future__ import annotations

import re

import pytest

from tests.bugs.catalogue import ROOT, Bug, Edit, PatchError, Variant, bugs, variants, wanted

NUMBERS = [*(f"D{n}" for n in range(1, 24)), "K24", "K25", *(f"A{n}" for n in range(1, 16))]
PROPERTY = re.compile(r"[A-Z]+-\d\d(, [A-Z]+-\d\d)*")
ALL = [bug for name in ("historic", "planted") for bug in bugs(name)]


def test_every_known_bug_has_its_file():
    assert [bug.id for bug in bugs("historic")] == NUMBERS


def test_planted_ones_are_numbered_without_gaps():
    found = [bug.id for bug in bugs("planted")]
    assert len(found) >= 30
    assert found == [f"P{n}" for n in range(1, len(found) + 1)]


@pytest.mark.parametrize("variant", [v for _, v in variants().values()], ids=lambda variant: variant.id)
def test_the_change_fits_the_sources_as_they_are(variant: Variant):
    for path, text in variant.sources().items():
        assert path.startswith("contracts/")
        assert text != (ROOT / path).read_text("utf-8")


@pytest.mark.parametrize("bug", ALL, ids=lambda bug: bug.id)
def test_it_says_what_went_wrong_and_what_should_find_it(bug: Bug):
    assert bug.title
    assert bug.story
    assert bug.cannot if not bug.variants else PROPERTY.fullmatch(bug.property)


def test_lines_that_are_gone_or_there_twice_are_refused():
    source = "a {\n    b;\n    b;\n}"
    for old in ("c;", "b;"):
        with pytest.raises(PatchError, match=r"x\.sol has moved on"):
            Edit("x.sol", old, "d;").apply(source)
    assert Edit("x.sol", "b;\nb;", "if (c) {\n    d;\n}").apply(source) == "a {\n    if (c) {\n        d;\n    }\n}"
    assert Edit("x.sol", "a {\nb;", "").apply(source) == "    b;\n}"


@pytest.mark.parametrize(
    ("asked", "told"),
    [("D99", "there is no bug 'D99'"), (" , ", "name a bug"), ("A14", "A14 cannot be played, our design cannot")],
)
def test_what_cannot_be_played_is_said(asked: str, told: str):
    with pytest.raises(PatchError, match=told):
        wanted(asked)


def test_bugs_are_named_by_number_or_variant_or_catalogue():
    assert [variant.id for variant in wanted("d9, D14,d9b")] == ["D9a", "D9b", "D9c", "D14"]
    assert len(wanted("all")) == len(wanted("historic")) + len(wanted("planted"))
