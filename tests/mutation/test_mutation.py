"""The tool itself: faults that must not go unnoticed, in every room; what it keeps; what it says to nonsense."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.mutation.__main__ import main
from tests.mutation.catalogue import all_mutants, sample
from tests.mutation.children import OutOfTimeError, in_child
from tests.mutation.mutators import Mutant
from tests.mutation.report import Report, Reviewed, reviewed_survivors
from tests.mutation.store import EQUIVALENT, INVALID, KILLED, SURVIVED, TIMEOUT, Store, Verdict
from tests.mutation.targets import TARGETS, unit_tests
from tests.mutation.trial import Laboratory, Length

# File, function, what the line has, what the mutant has in its place.
GROSS = [
    ("bonding/ActiveSetModule", "_leave", "t.deactivationRound = uint32(round)", "{}"),
    ("bonding/BondingVotes", "_votesOfAll", "_amount(bond) != 0", "=="),
    ("payments/TicketLib", "isWinning", "< winProb", ">="),
    ("rounds/RoundsManager", "currentRound", "/ _length", "*"),
    ("token/Minter", "_createReward", "ILivepeerToken(token).mint", "{}"),
    ("shared/RankedPool", "_nearHole", "step *= 2", "/="),
    ("shared/RoundHistory", "record", "last != 0 && last != round", "||"),
]
KEYS = ("contracts", "checks")


@pytest.fixture(scope="module")
def catalogue() -> list[Mutant]:
    return all_mutants()


def mutant(name: str = "a") -> Mutant:
    return Mutant(name, "contracts/token/Minter.sol", "f", "constant", 0, 1, "x", 1)


def test_names_are_unique(catalogue):
    assert len({found.id for found in catalogue}) == len(catalogue)


def test_every_file_has_mutants_and_tests_that_exist(catalogue):
    assert {found.path for found in catalogue} == set(TARGETS)
    assert [place for path in TARGETS for place in unit_tests(path) if not Path(place).exists()] == []


def test_a_larger_sample_holds_the_smaller(catalogue):
    assert sample(catalogue, 50, 3)[:20] == sample(catalogue, 20, 3)
    assert sample(catalogue, 20, 3) != sample(catalogue, 20, 4)


def test_gross_faults_of_every_room_are_noticed(catalogue):
    with Laboratory(Length((80,), 30)) as laboratory:
        for file, function, before, after in GROSS:
            found = next((m for m in catalogue if _is(m, file, function, before, after)), None)
            assert found, f"{file}, {function}: no mutant has '{after}' for '{before}'"
            assert laboratory.judge(found, quickly=True).status in (KILLED, TIMEOUT), found.id


def _is(found: Mutant, file: str, function: str, before: str, after: str) -> bool:
    if found.path != f"contracts/{file}.sol" or found.function != function:
        return False
    line = Path(found.path).read_text("utf-8").splitlines()[found.line - 1]
    return found.replacement == after and before in line


def test_reviewed_survivors_are_mutants(catalogue):
    known, reviewed = {found.id for found in catalogue}, reviewed_survivors()
    assert sorted({*reviewed.equivalent, *reviewed.accepted} - known) == []


def test_a_survivor_wants_a_reason(tmp_path):
    page = tmp_path / "survivors.yaml"
    page.write_text("equivalent: {some: because}\n", "utf-8")
    with pytest.raises(ValueError, match="needs a reason"):
        reviewed_survivors(page)


def test_what_was_judged_is_known_after_a_line_that_was_cut_short(tmp_path):
    path = tmp_path / "verdicts.jsonl"
    Store(path).add(Verdict("a", KILLED, "machines"), KEYS)
    with path.open("a", encoding="utf-8") as file:
        file.write('{"keys": ["contracts", "che')
    assert Store(path).get("a", KEYS) == Verdict("a", KILLED, "machines")


def test_a_survivor_is_judged_again_by_other_checks_and_a_killed_one_is_not(tmp_path):
    store = Store(tmp_path / "verdicts.jsonl")
    store.add(Verdict("a", KILLED), KEYS)
    store.add(Verdict("b", SURVIVED), KEYS)
    assert store.get("a", ("contracts", "others")) is not None
    assert store.get("b", ("contracts", "others")) is None
    assert store.get("a", ("others", "checks")) is None


def test_the_score_leaves_out_what_is_no_fault():
    statuses = {"k": KILLED, "t": TIMEOUT, "s": SURVIVED, "e": EQUIVALENT, "i": INVALID, "r": SURVIVED}
    verdicts = {mutant(name): Verdict(name, status) for name, status in statuses.items()}
    report = Report(verdicts, Reviewed({"r": "cannot be told apart"}, {}), {"seed": 1})
    assert (report.score.killed, report.score.counted) == (2, 3)
    assert [found.id for found in report.unexplained] == ["s"]
    assert "66.7 %" in report.summary()


def test_a_child_answers_or_runs_out_of_time():
    assert in_child(lambda: {"a": 1}, 5) == {"a": 1}
    with pytest.raises(OutOfTimeError):
        in_child(_forever, 0.1)


def _forever() -> None:
    while True:
        pass


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--file", "Nothing"], "no file named like 'Nothing' is mutated; there are ActiveSetModule"),
        (["--operator", "magic"], "there is no operator 'magic'; there are arithmetic"),
        (["--sample", "0"], "0 is not in the range"),
        (["--sample", "few"], "'few' is not a valid integer"),
        (["--jobs", "0"], "0 is not in the range"),
        (["--calls", "10,none"], "'10,none' is no list of numbers above zero"),
        (["--show", "nobody"], "there is no mutant 'nobody'"),
    ],
)
def test_nonsense_gets_a_plain_answer(arguments, message):
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code != 0
    assert message in result.output
    assert "Traceback" not in result.output


def test_mutants_of_a_file_are_listed():
    result = CliRunner().invoke(main, ["--file", "TicketLib", "--list"])
    assert result.exit_code == 0
    assert "payments/TicketLib:isWinning:" in result.output
