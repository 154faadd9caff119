"""Bugs as data: what went wrong, and the small changes of our sources that bring it back.

A file is one bug: `catalogue/` holds those that the live protocol once had, `planted/` those that we thought of. The
lines that a change looks for must be there exactly once; their indentation does not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

__all__ = ["CATALOGUES", "Bug", "Edit", "PatchError", "Variant", "bugs", "variants", "wanted"]

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent
CATALOGUES = {"historic": "catalogue", "planted": "planted"}
NUMBER = re.compile(r"([A-Z]+)(\d+)([a-z]?)")


class PatchError(Exception):
    """A file of a bug that cannot be read, or does not fit the sources as they are; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Lines of a source, named from the repository's root, and those that stand in their place."""

    file: str
    old: str
    new: str

    def apply(self, source: str) -> str:
        """The source with the change; {PatchError} unless the lines are there exactly once."""
        lines, old = source.split("\n"), [line.strip() for line in self.old.strip("\n").split("\n")]
        stripped = [line.strip() for line in lines]
        found = [at for at in range(len(lines) - len(old) + 1) if stripped[at : at + len(old)] == old]
        if len(found) != 1:
            how = "are not there" if not found else f"are there {len(found)} times"
            raise PatchError(f"{self.file} has moved on: these lines {how}, write the change anew\n{self.old}")
        (at,) = found
        indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
        new = [indent + line if line else "" for line in self.new.rstrip("\n").split("\n")] if self.new else []
        return "\n".join(lines[:at] + new + lines[at + len(old) :])


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to make the mistake. `id` is the bug's, with a letter where there are several."""

    id: str
    name: str
    edits: tuple[Edit, ...]

    def sources(self) -> dict[str, str]:
        """The changed sources, by file."""
        texts: dict[str, str] = {}
        for edit in self.edits:
            path = ROOT / edit.file
            if edit.file not in texts and not path.is_file():
                raise PatchError(f"{self.id}: there is no {edit.file}")
            try:
                texts[edit.file] = edit.apply(texts.get(edit.file) or path.read_text("utf-8"))
            except PatchError as fault:
                raise PatchError(f"{self.id}: {fault}") from None
        return texts


@dataclass(frozen=True, slots=True)
class Bug:
    """A mistake.

    Attributes:
        id: D1 to D23, K24, K25, A1 to A15 as catalogued, P1 and on for those planted by us.
        story: what happened then, or what would.
        property: ids of what is expected to find it.
        variants: none if our design cannot have it; `cannot` says why then.
    """

    id: str
    title: str
    story: str
    property: str
    variants: tuple[Variant, ...]
    cannot: str


def bugs(catalogue: str) -> list[Bug]:
    """All bugs of a catalogue, by number."""
    found = [_read(path) for path in sorted((FOLDER / CATALOGUES[catalogue]).glob("*.yaml"))]
    return sorted(found, key=lambda bug: _sort_key(bug.id))


@cache
def variants() -> dict[str, tuple[Bug, Variant]]:
    """Whatever can be played, by id."""
    return {variant.id: (bug, variant) for name in CATALOGUES for bug in bugs(name) for variant in bug.variants}


def wanted(asked: str) -> list[Variant]:
    """The variants that a word names: ids of bugs or of variants, a catalogue, or 'all', with commas between."""
    chosen: dict[str, Variant] = {}
    for word in filter(None, (part.strip() for part in asked.split(","))):
        chosen |= {variant.id: variant for variant in _named(word)}
    if not chosen:
        raise PatchError("name a bug, as in BUG=D18; `make replay-bugs ARGS=--list` shows them all")
    return list(chosen.values())


def _named(word: str) -> list[Variant]:
    known = [bug for name in CATALOGUES for bug in bugs(name)]
    if word == "all":
        return [variant for bug in known for variant in bug.variants]
    if word in CATALOGUES:
        return [variant for bug in bugs(word) for variant in bug.variants]
    for bug in known:
        if bug.id.lower() == word.lower():
            if bug.cannot:
                raise PatchError(f"{bug.id} cannot be played, our design cannot have it: {bug.cannot}")
            return list(bug.variants)
        if found := [variant for variant in bug.variants if variant.id.lower() == word.lower()]:
            return found
    raise PatchError(f"there is no bug {word!r}; `make replay-bugs ARGS=--list` shows them all")


def _read(path: Path) -> Bug:
    try:
        return _parse(yaml.safe_load(path.read_text("utf-8")))
    except (KeyError, TypeError, ValueError, yaml.YAMLError) as fault:
        raise PatchError(f"{path.relative_to(ROOT)} is not the description of a bug: {fault!r}") from fault


def _parse(given: Mapping[str, Any]) -> Bug:
    if extra := set(given) - {"id", "title", "story", "property", "variants", "cannot"}:
        raise ValueError(f"unknown fields {sorted(extra)}")
    if not NUMBER.fullmatch(given["id"]) or ("cannot" in given) == ("variants" in given):
        raise ValueError("it needs an id such as D4, and either `variants` or `cannot`")
    rows = given.get("variants", [])
    return Bug(
        id=given["id"],
        title=given["title"],
        story=" ".join(given["story"].split()),
        property=given.get("property", ""),
        variants=tuple(_variants(given["id"], rows)),
        cannot=" ".join(given.get("cannot", "").split()),
    )


def _variants(bug: str, rows: list[Mapping[str, Any]]) -> Iterator[Variant]:
    for index, row in enumerate(rows):
        edits = tuple(Edit(edit["file"], edit["old"], edit.get("new") or "") for edit in row["edits"])
        yield Variant(bug + (chr(ord("a") + index) if len(rows) > 1 else ""), row["name"], edits)


def _sort_key(id_: str) -> tuple[int, int]:
    match = NUMBER.fullmatch(id_)
    assert match
    return "DKAP".find(match[1]), int(match[2])
