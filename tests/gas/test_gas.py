"""Gas of every operation is as committed; what has become worse is renewed on purpose, with RENEW_SNAPSHOTS=1."""

from __future__ import annotations

import os
import warnings

import pytest

from tests.gas.chain import Chain
from tests.gas.figures import LIVE, SIZES, USUAL_SIZE, Figure, better, committed, worse
from tests.gas.measuring import measure
from tests.gas.page import in_page
from tests.gas.renewal import SECTIONS, renew_all
from tests.gas.tracing import FloorWatch

# Gas of the dearest call of the scenario but for batches of tickets, with and without the right hints.
DEAREST_CALL = 450_000


def test_no_operation_costs_more_than_committed(owner):
    chain = Chain()
    if os.environ.get("RENEW_SNAPSHOTS"):
        floors = FloorWatch(chain)
        now = measure(chain, owner, USUAL_SIZE, floors)
        renew_all({USUAL_SIZE: now}, floors)
    else:
        now = measure(chain, owner, USUAL_SIZE)
    assert set(now) >= set(LIVE)
    before = committed(USUAL_SIZE)
    if lines := better(before, now):
        warnings.warn("gas got better; RENEW_SNAPSHOTS=1 keeps it:\n  " + "\n  ".join(lines), stacklevel=1)
    lines = worse(before, now)
    assert not lines, "gas got worse (RENEW_SNAPSHOTS=1 makes it the committed figure):\n  " + "\n  ".join(lines)


def test_what_is_worse_is_said_by_name_and_figure():
    before = {"reward": Figure(100, 90), "unlock": Figure(50, None), "withdraw": Figure(10, None)}
    now = {"reward": Figure(101, 89), "unlock": Figure(None, None), "withdraw": Figure(9, None)}
    assert worse(before, now) == [
        "reward: 100 before, now 101 (+1)",
        "unlock: 50 before, cannot be called any more",
    ]
    assert better(before, now) == ["withdraw: 10 before, now 9"]


# Who finds a place among ten may look at four more, and move words of sixteen ids each, to find one among 200.
@pytest.mark.parametrize("operation", [name for name in LIVE if name.split(":")[0] in ("bond", "reward", "unbond")])
def test_gas66_a_pool_twenty_times_as_large_costs_little_more(operation):
    small, large = (committed(size)[operation].plain for size in (SIZES[0], SIZES[-1]))
    assert small is not None
    assert large is not None
    assert large < small * 1.5


def test_gas66_the_dearest_call_in_the_largest_pool_stays_below_a_bound():
    dearest = max(
        cost
        for operation, figure in committed(SIZES[-1]).items()
        for cost in figure
        if cost is not None and not operation.startswith("batch")
    )
    assert dearest < DEAREST_CALL


@pytest.mark.parametrize("section", SECTIONS)
def test_the_page_shows_the_committed_figures(section):
    assert in_page(section) == SECTIONS[section](), "RENEW_SNAPSHOTS=1 make gas writes the page"
