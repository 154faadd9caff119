"""The ranking's rules one by one; `tests/property/test_ranking.py` holds them all against the published list."""

import pytest

NONE = "0x" + "00" * 20
A, B, C, D, NEW, ABSENT = (f"0x{n:040x}" for n in range(1, 7))
INSERT, UPDATE, REMOVE = range(3)


@pytest.fixture
def empty(project, owner):
    return owner.deploy(project.HarnessRankedPool, 5)


@pytest.fixture
def pool(empty, owner):
    """A 30, B 20, C 20, D 10."""
    for account, stake in ((D, 10), (C, 20), (B, 20), (A, 30)):
        empty.step((INSERT, account, stake, NONE, NONE), sender=owner)
    return empty


def test_bond09_members_stand_by_stake_and_equals_newest_first(pool):
    assert pool.order() == [A, B, C, D]


# A member of stake 20 comes to A 30, B 20, C 20, D 10; the hint names who is to stand before it and after it.
EQUAL_TO_THE_MIDDLE = [
    ("no hint: before its equals", NONE, NONE, [A, NEW, B, C, D]),
    ("its exact place before its equals", A, B, [A, NEW, B, C, D]),
    ("its exact place between its equals", B, C, [A, B, NEW, C, D]),
    ("its exact place behind its equals", C, D, [A, B, C, NEW, D]),
    ("behind an equal, whoever is after it", C, ABSENT, [A, B, C, NEW, D]),
    ("behind somebody with more, down to its equals", A, NONE, [A, NEW, B, C, D]),
    ("before an equal, if nobody usable is before it", ABSENT, C, [A, B, NEW, C, D]),
    ("before somebody with less, up to its equals", NONE, D, [A, B, C, NEW, D]),
    ("who has less cannot stand before it", D, C, [A, B, NEW, C, D]),
    ("who has more cannot stand after it", ABSENT, A, [A, NEW, B, C, D]),
    ("nobody named is there", ABSENT, ABSENT, [A, NEW, B, C, D]),
]


@pytest.mark.parametrize(("why", "prev", "next_", "order"), EQUAL_TO_THE_MIDDLE)
def test_bond09_a_hint_decides_among_equals(pool, owner, why, prev, next_, order):
    pool.step((INSERT, NEW, 20, prev, next_), sender=owner)
    assert pool.order() == order, why


# A member of stake 30 or 10 comes to the same four: the ends of the list have rules of their own.
EQUAL_TO_AN_END = [
    ("behind the first alone is before it", 30, A, NONE, [NEW, A, B, C, D]),
    ("behind the first and before the second is behind it", 30, A, B, [A, NEW, B, C, D]),
    ("before the second, up to its equal", 30, NONE, B, [A, NEW, B, C, D]),
    ("before the last alone is behind it", 10, NONE, D, [A, B, C, D, NEW]),
    ("before the last and behind the one above is before it", 10, C, D, [A, B, C, NEW, D]),
    ("behind the last", 10, D, NONE, [A, B, C, D, NEW]),
]


@pytest.mark.parametrize(("why", "stake", "prev", "next_", "order"), EQUAL_TO_AN_END)
def test_bond09_the_ends_have_rules_of_their_own(pool, owner, why, stake, prev, next_, order):
    pool.step((INSERT, NEW, stake, prev, next_), sender=owner)
    assert pool.order() == order, why


@pytest.mark.parametrize("prev", [NONE, A, B, C, D, ABSENT])
@pytest.mark.parametrize("next_", [NONE, A, B, C, D, ABSENT])
def test_bond09_without_equals_no_hint_matters(pool, owner, prev, next_):
    pool.step((INSERT, NEW, 25, prev, next_), sender=owner)
    assert pool.order() == [A, NEW, B, C, D]


def test_a_member_that_hints_at_itself_gives_no_hint(pool, owner):
    pool.step((UPDATE, C, 20, C, C), sender=owner)
    assert pool.order() == [A, C, B, D]


def test_a_member_rises_and_falls(pool, owner):
    pool.step((UPDATE, D, 40, NONE, NONE), sender=owner)
    assert pool.order() == [D, A, B, C]
    pool.step((UPDATE, D, 5, NONE, NONE), sender=owner)
    assert pool.order() == [A, B, C, D]


def test_who_leaves_makes_room(pool, owner):
    pool.step((INSERT, NEW, 1, NONE, NONE), sender=owner)
    assert pool.isFull()
    pool.step((REMOVE, B, 0, NONE, NONE), sender=owner)
    assert not pool.isFull()
    assert pool.order() == [A, C, D, NEW]


def test_a_pool_without_seats_is_full(project, owner):
    nobody = owner.deploy(project.HarnessRankedPool, 0)
    assert nobody.isFull()
    assert nobody.order() == []


def test_the_last_of_all_can_leave(empty, owner):
    empty.step((INSERT, A, 1, NONE, NONE), sender=owner)
    empty.step((REMOVE, A, 0, NONE, NONE), sender=owner)
    assert empty.order() == []
