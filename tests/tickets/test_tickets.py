"""A sample of `make tickets`: no ticket of any kind is judged otherwise here than on chain."""

from __future__ import annotations

import random

import pytest
from click.testing import CliRunner
from eth_abi.abi import encode

from offchain.tickets.keccak import keccak
from tests.tickets.__main__ import main
from tests.tickets.broker import REASONS
from tests.tickets.calldata import batch
from tests.tickets.campaign import SETTING, DisagreementError, Portion, Store, judged, redeemed
from tests.tickets.cases import BASES, FIELDS, SIGNATURES, Maker, families
from tests.tickets.checker import NAMES, verdict
from tests.tickets.draws import DRAWS, MOST_SIGMA, PROBABILITIES, frequencies
from tests.tickets.judge import TICKET, Judge

JUDGED, REDEEMED = 5_000, 2_000


def test_tick67_tick40_the_library_judges_thousands_of_mutated_tickets_as_we_do():
    found = judged("sample", 0, JUDGED)
    assert found.tickets == JUDGED
    assert {*NAMES.values(), "accepted, wins"} == set(found.verdicts)
    assert {*BASES, *SIGNATURES, *FIELDS} <= set(found.kinds)


def test_tick67_tick38_the_broker_redeems_and_refuses_thousands_of_mutated_tickets_as_foretold():
    found = redeemed("sample", 0, REDEEMED)
    assert found.tickets == REDEEMED
    assert set(found.verdicts) == set(REASONS.values())


def test_tick39_tickets_win_as_often_as_they_say_at_eight_probabilities():
    found = frequencies("sample")
    assert [each.probability for each in found] == list(PROBABILITIES)
    for each in found:
        assert each.draws == DRAWS
        assert each.here == each.there
        assert each.sigma <= MOST_SIGMA


def test_tick40_every_byte_of_a_signature_is_changed_into_every_other():
    maker, original = Maker(random.Random(1), SETTING, 0), bytes(range(65))
    changed = {maker.flipped(original, number) for number in range(65 * 255)}
    assert len(changed) == 65 * 255
    assert all(sum(a != b for a, b in zip(each, original, strict=True)) == 1 for each in changed)


def test_calldata_of_a_batch_is_as_abi_encoding_has_it():
    cases = list(families("calldata", 300, SETTING))
    tickets = [("0x" + c.fields[0].hex(), "0x" + c.fields[1].hex(), *c.fields[2:]) for c in cases]
    columns = (tickets, [c.signature for c in cases], [c.rand for c in cases])
    assert batch(b"call", cases) == b"call" + encode([TICKET + "[]", "bytes[]", "uint256[]"], columns)


def test_a_portion_comes_again_by_its_seed():
    assert list(families("a", 100, SETTING)) == list(families("a", 100, SETTING))
    assert list(families("a", 100, SETTING)) != list(families("b", 100, SETTING))


def test_a_disagreement_is_told_with_its_case(monkeypatch):
    monkeypatch.setattr("tests.tickets.campaign.verdict", lambda case: verdict(case)._replace(ticket_hash=keccak(b"")))
    with pytest.raises(DisagreementError, match="portion 3"):
        judged("sample", 3, 10)


def test_what_was_judged_is_not_judged_again(tmp_path):
    store = Store(tmp_path / "kept.jsonl")
    store.keep(judged("sample", 0, 10))
    assert [portion.tickets for portion in store.load(10)] == [10]
    assert store.load(20) == []  # its first portion is a larger one
    assert all(isinstance(portion, Portion) for portion in store.load(10))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--tickets", "0"], "--tickets"),
        (["--jobs", "none"], "--jobs"),
        (["--seed", "../x"], "letters and digits only"),
    ],
)
def test_bad_input_is_told_plainly(options, message):
    result = CliRunner().invoke(main, options)
    assert result.exit_code == 2
    assert message in result.output


def test_the_judge_counts_no_draw_of_a_signature_of_another_length():
    short = next(case for case in families("short", 1_000, SETTING) if len(case.signature) == 64)
    assert Judge().findings([short])[0].wins is None
