"""The same calls on two deployments give the same results, events and views.

`REFERENCE_ARTIFACTS=FOLDER` names compiled contracts of the published names to compare ours with, one JSON file each
with `abi` and `bytecode`. Without it ours are compared with themselves, and with themselves altered, which must be
found.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eth_utils.crypto import keccak

from tests.differential.artifacts import load_artifacts, project_artifacts
from tests.differential.campaign import Campaign
from tests.differential.chain import Chain
from tests.differential.dice import opening
from tests.differential.duel import Difference
from tests.differential.shrink import shrink
from tests.differential.sides import LPT, Terms
from tests.differential.steps import Call, Draw, NextRound, Pass, Step

REFERENCE = os.environ.get("REFERENCE_ARTIFACTS")
SEEDS, LENGTH = range(1000, 1006), 120

OPEN = Call("mallory", "RoundsManager", "initializeRound")
BOND = Call("olga", "BondingManager", "bond", (LPT, "olga"))
SLASH = Call("vera", "BondingManager", "slashTranscoder", ("olga", "nobody", 250_000, 0))


@pytest.fixture
def chain(networks: Any) -> Iterator[Chain]:
    """The test chain, given back as it was."""
    chain = Chain(networks.provider.uri)
    with chain.mined_by_hand():
        yield chain


@pytest.fixture
def mirror(chain: Chain) -> Campaign:
    """Our contracts twice."""
    return Campaign.between(chain, project_artifacts(), project_artifacts())


def test_random_sequences_on_our_contracts_twice_are_the_same(mirror: Campaign):
    findings = [finding for seed in range(2) if (finding := mirror.run(seed, 45))]
    assert not findings, "\n\n".join(map(str, findings))
    went_through = [function for (function, result), count in mirror.duel.tally.items() if result == "done"]
    assert len(went_through) > 15, "a comparison in which hardly anything happens says nothing"
    assert mirror.duel.not_compared() == []


def test_a_parameter_that_differs_is_found(chain: Chain):
    ours = project_artifacts()
    campaign = Campaign.between(chain, ours, ours, Terms(), Terms(unbonding_period=3))
    finding = campaign.run(0, 10)
    assert finding is not None
    assert "BondingManager.unbondingPeriod()\n    ours      2\n    reference 3" in str(finding)
    assert len(finding.steps) == 1, "it shows from the first step on"


def test_a_call_that_fails_on_one_side_is_found_and_the_way_to_it_is_shrunk(mirror: Campaign):
    """Without its right to burn, the reference's Minter cannot burn what was slashed."""
    revoke = mirror.duel.reference.call(
        "owner", "LivepeerToken", "revokeRole", keccak(text="BURNER_ROLE"), mirror.duel.reference.addresses["Minter"]
    )
    assert mirror.duel.chain.transact(revoke)[0].succeeded
    mirror.begin_here()
    steps: list[Step] = [NextRound(), OPEN, *opening(4)[2:], Pass(2), BOND, Call("dora", "Controller", "pause"), SLASH]
    difference = mirror.play(steps)
    assert difference is not None
    assert "  ours goes through, the reference fails" in difference.what
    finding = mirror.shortest(steps, difference)
    assert [step for step in finding.steps if isinstance(step, Call)][-1] == SLASH
    assert len(finding.steps) <= 4, finding


def test_an_event_that_differs_is_found(mirror: Campaign):
    """The reference has another treasury from now on."""
    reference = mirror.duel.reference
    move = reference.call("owner", "Controller", "setContractInfo", keccak(text="Treasury"), "dirk", bytes(20))
    assert mirror.duel.chain.transact(move)[0].succeeded
    mirror.begin_here()
    reward = Call("olga", "BondingManager", "reward")
    difference = mirror.play([NextRound(), OPEN, BOND, NextRound(), OPEN, reward])
    assert isinstance(difference, Difference)
    assert difference.step == reward
    assert "ours      LivepeerToken: Minter, Treasury" in difference.what
    assert "reference LivepeerToken: Minter, dirk" in difference.what


def test_a_printed_step_is_the_step():
    draw = Draw("gina", "olga", 5, 1, 0, "loses")
    for step in (OPEN, SLASH, NextRound(2), Pass(3), Call("olga", "TicketBroker", "redeemWinningTicket", (draw,), 7)):
        assert eval(repr(step)) == step


def test_shrinking_leaves_what_is_needed_in_its_order():
    steps: list[Step] = [Pass(n) for n in range(40)]
    needed = [steps[3], steps[17], steps[39]]
    assert shrink(steps, lambda tried: [s for s in tried if s in needed] == needed) == needed


@pytest.mark.skipif(
    not REFERENCE, reason="REFERENCE_ARTIFACTS names no folder with compiled contracts of the published interface"
)
@pytest.mark.parametrize("seed", SEEDS)
def test_random_sequences_on_ours_and_on_the_reference_are_the_same(chain: Chain, seed: int):
    campaign = Campaign.between(chain, project_artifacts(), load_artifacts(Path(REFERENCE or "")))
    assert campaign.duel.not_compared() == []
    finding = campaign.run(seed, LENGTH)
    assert finding is None, str(finding)
