"""Storage of every deployed contract is as committed; what cannot follow it behind a proxy is told from what can."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path

import pytest

from scripts._lib.layout import Layout, incompatibilities, layouts

FOLDER = Path(__file__).parent / "layouts"


def text_of(layout: Layout) -> str:
    """One variable a line: a moved one reads as such in a diff."""
    return "[\n" + ",\n".join("  " + json.dumps(variable) for variable in layout) + "\n]\n"


def test_layouts_are_as_committed():
    """A changed layout is a line in the review, and a new deployment or an upgrade that has been thought through."""
    found = {name: text_of(layout) for name, layout in layouts().items() if layout}
    if os.environ.get("RENEW_SNAPSHOTS"):
        for path in FOLDER.glob("*.json"):
            path.unlink()
        for name, text in found.items():
            (FOLDER / f"{name}.json").write_text(text)
    assert {"BondingManager", "TicketBroker", "RoundsManager"} <= found.keys()
    assert found == {path.stem: path.read_text() for path in FOLDER.glob("*.json")}


def test_what_is_behind_a_proxy_begins_as_the_proxy_does():
    """Both read the Controller's address from the proxy's own storage (facts: protocol 1.6); the id of the target lies
    in the proxy's code. What an implementation keeps in the rest of that word is beyond the address."""
    found = layouts()
    names = ["BondingManager", "BondingVotes", "LivepeerGovernor", "RoundsManager", "ServiceRegistry", "TicketBroker"]
    (proxy,) = found["ManagerProxy"]
    assert (proxy["label"], proxy["slot"], proxy["offset"], proxy["bytes"]) == ("controller", 0, 0, 20)
    for name in names:
        first, *others = found[name]
        assert first == proxy
        assert not [v for v in others if "namespace" not in v and v["slot"] == 0 and v["offset"] < 20]


def variable(slot: int, label: str, kind: str = "uint256", size: int = 32, offset: int = 0, **more: object) -> dict:
    return {"slot": slot, "offset": offset, "bytes": size, "label": label, "type": kind, **more}


FIELDS = [variable(0, "stake", "uint128", 16), variable(0, "round", "uint32", 4, offset=16)]
GROWN = [*FIELDS, variable(1, "fees")]
OLD: Layout = [
    variable(0, "owner", "address", 20),
    variable(0, "paused", "bool", 1, offset=20),
    variable(1, "total"),
    variable(2, "books", "mapping(address => struct Books)", structs={"Books": FIELDS}),
    variable(3, "list", "struct Books[]", structs={"Books": FIELDS}),
    variable(0, "votes", namespace="space.one"),
]


def changed(index: int, **values: object) -> Layout:
    layout = copy.deepcopy(OLD)
    layout[index].update(values)
    return layout


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        (changed(1, offset=21), "paused at slot 0 + 20: nothing is there any more"),
        (OLD[1:], "owner at slot 0: nothing is there any more"),
        (changed(2, label="sum"), "total at slot 1: is now called sum"),
        (changed(2, type="int256"), "total at slot 1: was uint256, is now int256"),
        (changed(5, label="tally"), "space.one:votes at slot 0: is now called tally"),
        (changed(5, namespace="space.two"), "space.one:votes at slot 0: nothing is there any more"),
        (changed(3, structs={"Books": FIELDS[:1]}), "struct Books: round at slot 0 + 16: nothing is there any more"),
        (changed(4, structs={"Books": GROWN}), "struct Books: has grown, and stands in an array"),
        ([*OLD, variable(0, "extra", "uint16", 2, offset=19)], "extra at slot 0 + 19: lies where owner is"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_follow_is_said(new, reason):
    assert any(line.endswith(reason) for line in incompatibilities(OLD, new))


@pytest.mark.parametrize(
    "new",
    [
        OLD,
        [*OLD, variable(4, "more")],
        [*OLD, variable(0, "flag", "bool", 1, offset=21)],
        changed(3, structs={"Books": GROWN}),
        [*OLD, variable(0, "votes", namespace="space.two")],
    ],
    ids=["the same", "a variable more", "a variable in free bytes", "a struct behind a mapping grows", "a namespace"],
)
def test_what_can_follow_passes(new):
    assert incompatibilities(OLD, new) == []


def test_an_inserted_variable_moves_all_that_follow():
    """The classic accident: a variable declared before another, in a contract that has been deployed."""
    old = layouts()["TicketBroker"]
    inserted = [dict(v, slot=v["slot"] + (v["slot"] >= 2)) for v in copy.deepcopy(old)]
    moved = [v for v in old if v["slot"] >= 2]
    inserted.insert(len(old) - len(moved), variable(2, "inserted"))
    lines = incompatibilities(old, inserted)
    assert lines[0].startswith(f"{moved[0]['label']} at slot 2: is now called inserted")
    assert len(lines) >= len(moved)
