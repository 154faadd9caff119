"""The place that an operation foretells is the place that the protocol's list gives, with the hint and without."""

from __future__ import annotations

import random

import pytest

from scripts._lib.ops.pool import NO_HINT, NOBODY, Hint, Member, of
from tests.support.pool_model import LinkedPool

A, B, C, D, E = ("0x" + digit * 40 for digit in "abcde")


def pool(*members: tuple[str, int], size: int = 4):
    return of([account for account, _ in members], [stake for _, stake in members], size)


FULL = ((A, 40), (B, 30), (C, 20), (D, 10))


@pytest.mark.parametrize(
    ("stake", "order", "hint"),
    [
        (50, [C, A, B, D], Hint(NOBODY, A)),
        (40, [C, A, B, D], Hint(NOBODY, A)),
        (35, [A, C, B, D], Hint(A, B)),
        (30, [A, C, B, D], Hint(A, B)),
        (5, [A, B, D, C], Hint(D, NOBODY)),
        (10, [A, B, C, D], Hint(B, D)),
    ],
)
def test_a_member_moves_before_those_with_the_same_stake(stake, order, hint):
    change = pool(*FULL).raised(C, stake)
    assert [member.account for member in change.after.members] == order
    assert change.hint == hint
    assert change.evicted is None


def test_a_newcomer_takes_a_free_seat():
    change = pool(*FULL[:3]).raised(E, 25)
    assert change.hint == Hint(B, C)
    assert str(change) == "not in the pool -> place 3 of 4"


def test_a_newcomer_with_more_than_the_last_takes_its_seat():
    change = pool(*FULL).raised(E, 11)
    assert [member.account for member in change.after.members] == [A, B, C, E]
    assert change.hint == Hint(C, NOBODY)
    assert change.evicted == D
    assert str(change) == f"not in the pool -> place 4 of 4; {D} loses its seat"


def test_a_newcomer_with_as_much_as_the_last_gets_none():
    change = pool(*FULL).raised(E, 10)
    assert change.after == change.before
    assert (change.hint, change.evicted) == (NO_HINT, None)
    assert str(change) == "not in the pool"


def test_less_stake_seats_nobody():
    assert pool(*FULL[:2]).lowered(E, 100).after.rank(E) is None
    assert pool(*FULL).lowered(A, 25).hint == Hint(B, C)


def test_who_gives_up_is_gone():
    change = pool(*FULL).without(B)
    assert [member.account for member in change.after.members] == [A, C, D]
    assert str(change) == "place 2 of 4 -> not in the pool"


def test_an_empty_pool():
    change = pool().raised(A, 1)
    assert change.hint == NO_HINT
    assert change.after.members == (Member(A, 1),)


def test_the_places_are_those_of_the_linked_list_with_and_without_hint():
    dice = random.Random(3)
    hinted, plain, ours = LinkedPool(), LinkedPool(), pool(size=8)
    accounts = [f"0x{number:040x}" for number in range(1, 9)]
    for _ in range(400):
        account, stake = dice.choice(accounts), dice.randint(1, 6)
        change = ours.raised(account, stake)
        for model, hint in ((hinted, change.hint), (plain, NO_HINT)):
            move = model.update if account in model.nodes else model.insert
            move(account, stake, *hint)
        ours = change.after
        assert [member.account for member in ours.members] == list(hinted) == list(plain)
