"""What a pause stops, what a round that nobody has initialised stops, and that views answer all the time."""

from __future__ import annotations

from typing import Any

import pytest

from tests.matrices.calls import Sample, samples
from tests.matrices.scene import Act, Scene
from tests.matrices.table import NEEDED, STOPS, Entry, table
from tests.matrices.views import REFUSED_VIEWS, answers
from tests.support.engine import Outcome

PAUSE, UNPAUSE = (Act("owner", "Controller", f"{name}()") for name in ("pause", "unpause"))
SWITCHES = {"pause()", "unpause()"}
CONTRACTS = [contract for contract, rows in table().items() if rows and contract != "ManagerProxy"]


def callable_entries(scene: Scene, contract: str) -> list[tuple[Entry, Sample]]:
    known = samples(scene)
    rows = table()[contract].values()
    return [(row, known[contract, row.function]) for row in rows if (contract, row.function) in known]


@pytest.mark.parametrize("contract", CONTRACTS)
def test_reg63_a_pause_stops_what_the_table_says(matrix: Scene, contract: str) -> None:
    """The same call by the same caller goes through without the pause."""
    for entry, sample in callable_entries(matrix, contract):
        if entry.function in SWITCHES:
            continue
        with matrix.undone():
            sample.prepare(matrix)
            matrix.do(PAUSE)
            before = matrix.look()
            told = matrix.told(matrix.send(sample.act))
            assert told == (("SystemPaused", ()) if entry.paused == STOPS else None), entry
            if told:
                assert matrix.look() == before, entry


@pytest.mark.parametrize("contract", CONTRACTS)
def test_reg63_after_a_pause_everything_is_as_it_was(matrix: Scene, contract: str) -> None:
    """Each call does what it would have done without the pause: the same events, the same figures, the same views."""
    for entry, sample in callable_entries(matrix, contract):
        if entry.function in SWITCHES:
            continue
        with_pause, without = (outcome_of(matrix, sample, paused) for paused in (True, False))
        assert with_pause == without, entry


def outcome_of(scene: Scene, sample: Sample, paused: bool) -> tuple[Any, ...]:
    with scene.undone():
        sample.prepare(scene)
        if paused:
            scene.do(PAUSE)
            scene.do(UNPAUSE)
        else:
            scene.engine.mine(2)
        outcome = scene.do(sample.act)
        return events_of(outcome), scene.look(), answers(scene)


def events_of(outcome: Outcome) -> list[tuple[Any, ...]]:
    return [tuple(log) for log in outcome.logs]


def test_reg63_every_view_answers_the_same_while_paused(matrix: Scene) -> None:
    """But for the Controller's own, which tell of the pause."""
    with matrix.undone():
        matrix.engine.mine(1)
        open_ = answers(matrix)
    with matrix.undone():
        matrix.do(PAUSE)
        paused = answers(matrix)
    told = {key for key in open_ if open_[key] != paused[key]}
    assert told == {
        ("Controller", "paused()"),
        ("Controller", "getContractAndPause(bytes32)"),
        ("Controller", "getContractsAndPause(bytes32,bytes32)"),
        ("ProtocolLens", "systemState()"),
    }
    assert {key for key, answer in open_.items() if isinstance(answer, str)} == set(REFUSED_VIEWS)


def test_reg63_no_view_is_refused_while_paused_and_before_the_round_is_initialised(matrix: Scene) -> None:
    """VOTE-50 as well: the questions about votes are about the past."""
    with matrix.undone():
        matrix.skip_round()
        matrix.engine.mine(1)
        matrix.do(PAUSE)
        refused = {key for key, answer in answers(matrix).items() if isinstance(answer, str)}
    assert refused == set(REFUSED_VIEWS) | {("BondingManager", "openRound()")}


@pytest.mark.parametrize("contract", CONTRACTS)
def test_rnd34_what_needs_an_initialised_round_is_refused_before_and_goes_through_after(
    matrix: Scene, contract: str
) -> None:
    """What does not need one goes through."""
    for entry, sample in callable_entries(matrix, contract):
        if sample.in_new_round or sample.blocks or entry.who == "votes-recorder":  # whose arguments name the round
            continue
        with matrix.undone():
            for act in sample.before:
                matrix.do(act)
            matrix.skip_round()
            told = matrix.told(matrix.send(sample.act))
            if entry.round == NEEDED:
                assert told == ("CurrentRoundNotInitialized", (matrix.round,)), entry
                matrix.do(Act("mallory", "RoundsManager", "initializeRound()"))
                told = matrix.told(matrix.send(sample.act))
            assert told is None, entry
