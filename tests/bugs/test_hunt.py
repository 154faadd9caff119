"""A hunt finds bugs, and leaves the protocol as it is alone."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from tests.bugs.__main__ import main
from tests.bugs.catalogue import Edit, PatchError, Variant, variants
from tests.bugs.hunt import SET_UP, Budget, Hunt, creation_code, hunt
from tests.bugs.results import Result, Results, table
from tests.campaign.machines import MACHINES
from tests.support.compiler import Compiler

BONDING = "contracts/bonding/DelegationModule.sol"
STAKING = {"staking": MACHINES["staking"]}


@pytest.fixture(scope="module")
def loaded_compiler():
    with Compiler() as compiler:
        yield compiler


@pytest.mark.parametrize("id_", ["D1a", "D14"])
def test_a_known_bug_is_found(loaded_compiler, id_):
    code = creation_code(variants()[id_][1], loaded_compiler)
    (found,) = hunt(code, STAKING, [1], Budget(calls=3_000))
    assert found.property, found
    assert 0 < found.calls <= 3_000
    assert found.lines


def test_the_protocol_as_it_is_has_none():
    (found,) = hunt({}, STAKING, [1], Budget(calls=300))
    assert (found.property, found.calls >= 300) == ("", True), found


def test_a_world_that_cannot_be_set_up_counts_as_found(loaded_compiler):
    edit = Edit("contracts/rounds/RoundsManager.sol", "require(newLength != 0, RoundLengthZero());", "revert();")
    code = creation_code(Variant("X1", "nothing goes", (edit,)), loaded_compiler)
    assert [found.property for found in hunt(code, STAKING, [1, 2], Budget(calls=1))] == [SET_UP] * 2


@pytest.mark.parametrize(
    ("new", "told"), [("_claim(owner, rund);", "does not compile"), ("_claim(owner,  round);", "changes no contract")]
)
def test_a_change_that_is_none_is_said(loaded_compiler, new, told):
    edit = Edit(BONDING, "_claim(owner, round);", new)
    with pytest.raises(PatchError, match=f"X2 {told}"):
        creation_code(Variant("X2", "nothing", (edit,)), loaded_compiler)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--bug", "D77"], "there is no bug 'D77'"),
        (["--bug", "A9"], "A9 cannot be played, our design cannot have it: there is no bridge"),
        (["--machine", "nix"], "there is no machine 'nix'"),
        (["--calls", "0"], "0 is not in the range"),
        (["--seeds", "few"], "'few' is not a valid integer"),
    ],
)
def test_bad_input_gets_a_plain_message(arguments, told):
    answer = CliRunner().invoke(main, arguments)
    assert answer.exit_code in (1, 2)
    assert told in answer.output
    assert "Traceback" not in answer.output


def test_all_bugs_are_listed():
    answer = CliRunner().invoke(main, ["--list"])
    assert answer.exit_code == 0
    assert "D9b" in answer.output
    assert "A9  fees of a bridge -- cannot be: there is no bridge" in answer.output


def test_a_table_tells_median_and_extremes_and_what_was_missed(tmp_path):
    def found(seed: int, calls: int, property_: str = "BOND-14") -> Hunt:
        return Hunt(seed, property_, "staking", "", calls, 1.0)

    results = Results()
    for id_, calls in (("D1a", [40, 10, 30]), ("D14", [7])):
        results.by_id[id_] = Result(id_, Budget(99), [found(n, c) for n, c in enumerate(calls)])
    results.by_id["D3"] = Result("D3", Budget(99), [found(1, 99, "")])
    results.save(tmp_path / "bugs.json")
    rows = table(Results.load(tmp_path / "bugs.json"), "historic")
    cells = {
        line.split("|")[1].split()[0]: [c.strip() for c in line.split("|")[2:-1]] for line in rows.splitlines()[2:]
    }
    assert cells["D1a"] == ["BOND-14", "30", "10", "40", "1.0", "3 of 3"]
    assert cells["D3"] == ["not found", "99 spent", "", "", "1.0", "0 of 1"]
    assert cells["D1b"][0] == "not played"
    assert cells["A14"][0] == "cannot be"
