"""A value's history over rounds: every past value is found again, and a round costs one entry."""

import random

import pytest

LARGEST = 2**192 - 1


@pytest.fixture
def history(project, owner):
    return owner.deploy(project.HarnessRoundHistory)


def as_recorded(records: list[tuple[int, int]], end: int) -> list[int]:
    """What was recorded last at or before each round."""
    values, value = dict(records), 0
    return [value := values.get(round_, value) for round_ in range(end + 1)]


def test_nothing_recorded_reads_zero(history):
    assert history.isEmpty()
    assert history.latest() == 0
    assert history.upTo(3) == [0, 0, 0, 0]


def test_vote51_each_value_holds_from_its_round_to_the_next(history, owner):
    records = [(3, 30), (4, 40), (7, 0), (12, LARGEST), (13, 1)]
    for entry in records:
        history.record(*entry, sender=owner)
    assert not history.isEmpty()
    assert history.latest() == 1
    assert history.upTo(15) == as_recorded(records, 15)


def test_vote51_the_last_record_of_a_round_counts(history, owner):
    for entry in [(3, 30), (3, 31), (5, 50), (5, 51), (5, 52)]:
        history.record(*entry, sender=owner)
    assert history.upTo(6) == [0, 0, 0, 31, 31, 52, 52]


def test_vote51_any_number_of_records_is_searched(history, owner):
    draw = random.Random(1)
    rounds = sorted(draw.sample(range(1, 80), 33))
    records = [(round_, draw.randrange(100)) for round_ in rounds]
    for count, entry in enumerate(records, 1):
        history.record(*entry, sender=owner)
        if count in (1, 2, 7, 8, 9, 33):
            assert history.upTo(90) == as_recorded(records[:count], 90)


def test_an_amended_value_leaves_no_trace(history, owner):
    history.amend(5, sender=owner)
    assert history.isEmpty()
    history.record(3, 30, sender=owner)
    assert history.upTo(3) == [0, 0, 0, 30]
    history.record(4, 40, sender=owner)
    history.amend(41, sender=owner)
    assert history.upTo(5) == [0, 0, 0, 30, 41, 41]
