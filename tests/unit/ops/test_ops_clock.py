"""Time as operators read it, and the states of a round in which nothing can be done."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scripts._lib.ops.clock import Clock, duration
from scripts._lib.ops.errors import RoundError, SystemPausedError

# Round 10 of 50 blocks, begun in block 500; the last ten lock rates; 30 blocks have passed.
CLOCK = Clock(
    round=10,
    block=530,
    start=500,
    length=50,
    lock_amount=200_000,
    initialized=True,
    locked=False,
    last_initialized=10,
    paused=False,
    owner="0xOWNER",
    block_seconds=None,
)


@pytest.mark.parametrize(("number", "blocks"), [(9, 0), (10, 0), (11, 20), (12, 70), (17, 320)])
def test_blocks_until_a_round_begins(number, blocks):
    assert CLOCK.blocks_until(number) == blocks


def test_a_round_is_named_with_its_blocks_and_where_blocks_are_regular_its_date():
    assert CLOCK.when(10) == "round 10, now"
    assert CLOCK.when(12) == "round 12, in 70 blocks"
    assert replace(CLOCK, block_seconds=12).when(12).startswith("round 12, in 70 blocks (about 20")


def test_a_round_in_a_line():
    assert str(CLOCK) == "10, initialised, 20 of 50 blocks left"
    late = replace(CLOCK, initialized=False, locked=True, paused=True, block_seconds=12)
    assert str(late) == "10, NOT initialised, rates locked, system PAUSED, 20 of 50 blocks left, about 4 min"


def test_what_holds_a_round_up_is_said_with_what_to_do():
    CLOCK.require_open()
    CLOCK.require_unlocked()
    with pytest.raises(SystemPausedError, match="until the Controller's owner 0xOWNER lifts it"):
        replace(CLOCK, paused=True, initialized=False).require_open()
    with pytest.raises(RoundError, match="round 10 has not been initialised: run `ape run ops initialize-round` first"):
        replace(CLOCK, initialized=False).require_open()
    with pytest.raises(RoundError, match="in the last 10 blocks of a round: wait for round 11, in 20 blocks"):
        replace(CLOCK, locked=True).require_unlocked()


@pytest.mark.parametrize(
    ("seconds", "text"), [(5, "5 s"), (60, "1 min"), (3_661, "1 h 1 min"), (90_061, "1 d 1 h"), (86_400, "1 d")]
)
def test_durations(seconds, text):
    assert duration(seconds) == text
