"""Examples that are worth keeping: shrunk failures of the machines, and what the protocol is known to allow.

Each line is an action of the machine, as its notes print it: the call must end as the model foretells, and the frame
holds. A failure of a machine is kept here as it was shrunk, with its reproduction blob in the docstring.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.campaign.history import bind
from tests.campaign.machines import MACHINES
from tests.property.models.refusal import PANIC_OVERFLOW
from tests.support.machine import ProtocolMachine
from tests.support.world import LPT, World

ETHER = 10**18


@pytest.fixture
def m(world: World) -> Iterator[ProtocolMachine]:
    """A machine in an initialised round: olga and otto are active, and the pool is full."""

    class Anchored(ProtocolMachine):
        pass

    Anchored.world = world
    machine = Anchored()
    try:
        machine.open_round()
        machine.bond("olga", 300 * LPT, "olga")
        machine.bond("otto", 200 * LPT, "otto")
        for name in ("olga", "otto"):
            machine.set_rates(name, 100_000, 500_000)
        machine.open_round()
        yield machine
        if not machine.broken:
            machine.check()
    finally:
        machine.teardown()


@pytest.fixture
def begun(world: World, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A machine of a campaign, by name, before anything has happened: how shrunk failures begin."""
    machine = bind(MACHINES[request.param], world, deep=False)()
    try:
        yield machine
        if not machine.broken:
            machine.check()
    finally:
        machine.teardown()


def test_bond12_letting_an_evicted_orchestrator_in_again_ends_its_round(m: ProtocolMachine) -> None:
    """As the live protocol has it: joining moves the activation to the next round. The round's reward is safe, since it
    must have been called before. What is lost is the rest of the round: nobody can redeem a ticket for it, and anybody
    who outbids the last of the pool by a wei can bring that about."""
    m.fund("gina", ETHER, ETHER, 0)
    ticket = m.issue("gina", "otto", 1_000)
    m.bond("oona", 201 * LPT, "oona")
    m.reward("otto")
    m.bond("mallory", 10 * LPT, "otto")
    m.redeem("otto", ticket)
    assert m.results == [f"TranscoderNotActive(otto, {m.model.clock.round})"]
    m.open_round()
    m.redeem("otto", ticket)
    assert m.results == ["done"]


def test_bond14_a_wei_bonded_after_the_reward_costs_the_round_s_later_fees(m: ProtocolMachine) -> None:
    """As the live protocol has it: a third party may make a delegator claim once the reward has been called. It keeps
    its stake, its fees so far and the reward, but has no part in fees that arrive later in the round; nobody has."""
    m.bond("dora", 300 * LPT, "olga")
    m.fund("gina", ETHER, ETHER, 0)
    m.open_round()
    m.bond_for("mallory", "dora", 1, "olga")
    assert m.results[0].startswith("ClaimNotAuthorized")
    m.reward("olga")
    m.redeem("olga", m.issue("gina", "olga", 1_000_000))
    fees = m.seen.accounts[m.address("dora")].pending_fees
    m.bond_for("mallory", "dora", 1, "olga")
    m.redeem("olga", m.issue("gina", "olga", 1_000_000))
    assert 0 < fees == m.seen.accounts[m.address("dora")].pending_fees
    forfeited = m.model.books.orchestrators[m.address("olga")].forfeited_fees
    assert 200_000 < forfeited < 300_000


def test_tick41_without_a_deposit_a_ticket_for_an_inactive_recipient_is_used_up_for_nothing(
    m: ProtocolMachine,
) -> None:
    """As the live protocol has it: what the recipient cannot claim from the reserve is not paid, and the ticket is used
    all the same. With a deposit the same redemption fails, and the ticket is kept."""
    m.fund("gina", ETHER, 1, ETHER - 1)
    kept = m.issue("gina", "oona", 1_000)
    m.redeem("oona", kept)
    assert m.results == [f"TranscoderNotActive(oona, {m.model.clock.round})"]
    m.redeem("olga", m.issue("gina", "olga", 1))
    m.redeem("oona", kept)
    assert m.results == ["done"]
    assert m.seen.accounts[m.address("oona")].pending_fees == 0
    assert m.seen.accounts[m.address("gina")].reserve == ETHER - 1


def test_tick45_a_pool_that_grows_in_a_round_leaves_less_to_claim_but_no_panic(m: ProtocolMachine) -> None:
    """Shares are by the size of the next round's pool: with every member more, less than what was claimed already."""
    m.fund("gina", ETHER, 0, ETHER)
    m.redeem("olga", m.issue("gina", "olga", ETHER // 2))
    m.grow_pool(4)
    m.bond("oona", 1, "oona")
    m.bond("oleg", 1, "oleg")
    m.redeem("olga", m.issue("gina", "olga", ETHER // 4))
    claim = m.seen.claims[m.address("gina"), m.address("olga")]
    assert (claim.claimable, claim.claimed) == (0, ETHER // 2)


def test_bond25_all_can_leave_an_orchestrator_whose_factors_overflow(m: ProtocolMachine) -> None:
    """A wei of stake that earns a whole round's inflation grows by 21 digits. Three times in a row is more than a word
    holds: no reward any more, for this orchestrator alone, by its own doing; all stake remains withdrawable."""
    m.unbond("otto", 200 * LPT)
    m.bond("dora", 1, "olga")
    m.unbond("olga", 300 * LPT - 1)
    for _ in range(3):
        m.open_round()
        m.reward("olga")
        m.open_round()
        for name in ("olga", "dora"):
            m.unbond(name, m.seen.accounts[m.address(name)].pending_stake - 1)
    m.open_round()
    m.reward("olga")
    assert m.results == [f"Panic({PANIC_OVERFLOW})"]
    m.everyone_leaves()


@pytest.mark.parametrize("between", ["nothing", "a delegator unbonds", "a ticket"])
def test_bond28_one_that_is_slashed_finishes_its_round_and_can_come_back(m: ProtocolMachine, between: str) -> None:
    """Its stake of the round is what it was at the start until the first change of it is written down. Found as: the
    stake that a slashed orchestrator's reward was recorded with, after it was let in again by that reward."""
    m.bond("dora", 50 * LPT, "otto")
    m.fund("gina", ETHER, ETHER, 0)
    m.open_round()
    m.slash("otto", "gina", 400_000, 100_000)
    if between == "a delegator unbonds":
        m.unbond("dora", LPT)
    elif between == "a ticket":
        m.redeem("mallory", m.issue("gina", "otto", ETHER // 2))
    m.reward("otto")
    m.check()
    m.redeem("mallory", m.issue("gina", "otto", ETHER // 4))
    m.bond("otto", 200 * LPT, "otto")
    m.check()
    m.open_round()
    m.reward("otto")
    m.everyone_leaves()


def test_bond20_a_gift_moves_exactly_what_is_given(m: ProtocolMachine) -> None:
    """Between delegators of two orchestrators, of all that one has, and to oneself."""
    m.bond("dora", 70 * LPT, "olga")
    m.bond("dirk", 30 * LPT, "otto")
    m.open_round()
    for name in ("olga", "otto"):
        m.reward(name)
    m.transfer("dora", "dirk", 10 * LPT)
    m.transfer("dora", "dora", LPT)
    m.transfer("dirk", "dina", m.seen.accounts[m.address("dirk")].pending_stake)
    m.transfer("dirk", "dora", 1)
    assert m.results[0].startswith("DelegatorNotBonded(dirk")
    m.check()
    m.everyone_leaves()


def test_bond24_stake_moved_around_in_a_circle_is_what_it_was(m: ProtocolMachine) -> None:
    m.bond("dora", 7 * LPT + 1, "olga")
    m.open_round()
    m.reward("olga")
    m.reward("otto")
    before = m.seen.accounts[m.address("dora")].pending_stake
    m.bond("dora", 0, "otto")
    m.bond("dora", 0, "nobody")
    m.bond("dora", 0, "olga")
    assert m.seen.accounts[m.address("dora")].pending_stake == before
    m.everyone_leaves()


@pytest.mark.parametrize("begun", ["staking"], indirect=True)
def test_bond12_a_shrunk_failure_reads_like_this_one(begun: Any) -> None:
    """The manner of what campaigns print: each line is an action, each call ends as the model foretells."""
    m = begun
    m.next_round(0)
    m.initialize_round("mallory")
    m.bond("olga", 3 * LPT, "olga")
    m.next_round(0)
    m.initialize_round("mallory")
    m.fund("gina", 2 * ETHER, ETHER, ETHER)
    t0 = m.issue("gina", "olga", ETHER)
    m.redeem("mallory", t0)
    m.everyone_leaves()


@pytest.mark.parametrize("rounds", [0, 2])
def test_a_slashed_orchestrator_earns_to_the_end_of_its_round_on_the_stake_it_had(
    m: ProtocolMachine, rounds: int
) -> None:
    """It has left the pool, and its stake is less; what the round counts with was fixed when it began."""
    for _ in range(rounds):
        m.open_round()
    m.slash("olga", "mallory", 500_000, 100_000)
    m.reward("olga")
    assert m.results == ["done"]


def test_a_delegator_leaves_an_orchestrator_that_was_slashed_in_the_round(m: ProtocolMachine) -> None:
    m.bond("dora", 100 * LPT, "olga")
    m.open_round()
    m.slash("olga", "mallory", 500_000, 0)
    m.unbond("dora", 40 * LPT)
    m.reward("olga")
    assert m.results == ["done"]


def test_bond20_own_earnings_of_one_that_was_slashed_to_nothing_stay_behind(m: ProtocolMachine) -> None:
    """It has claimed in the round, so the reward's own part waits; bonded to another it cannot have it until it is
    bonded to itself again. A property took that for a loss."""
    m.bond("dora", 300 * LPT, "olga")
    m.unbond("olga", 100 * LPT)
    m.open_round()
    m.slash("olga", "nobody", 1_000_000, 0)
    m.reward("olga")
    m.rebond_from_unbonded("olga", "otto", 0)
    assert m.results == ["done"]
    m.check()
    assert m.model.books.orphaned(m.address("olga"))[0] > 0


@pytest.mark.parametrize("begun", ["governance"], indirect=True)
def test_vote58_a_round_that_a_new_length_has_ended_is_past(begun: Any) -> None:
    """The model did not know how such a round had ended, and took everybody for one without votes."""
    m = begun
    m.open_round()
    m.bond("olga", 300 * LPT, "olga")
    m.pass_blocks(12)
    m.set_round_length(10)
    m.propose("olga", [("seize", "gina", 1)], "1")
    assert m.results == ["done"]


@pytest.mark.parametrize("begun", ["intruders"], indirect=True)
def test_bond19_one_that_was_slashed_to_nothing_claims_its_own_earnings_first(begun: Any) -> None:
    """Found by a campaign of the machine "intruders" with seed 5276729231429315925: the model took it for unbonded."""
    m = begun
    m.initialize_round("mallory")
    m.bond("dina", 1, "dina")
    m.set_rates("dina", 1, 0)
    m.next_round()
    m.initialize_round("mallory")
    m.bond("dina", 1, "dina", new_hint=("nobody", "dina"))
    m.set_reward_caller("dina", "dora")
    m.reward_for("dora", "dina")
    m.slash("dina", "nobody", 1000000, 0)
    m.next_round()
    m.initialize_round("gus")
    m.rebond_from_unbonded("dina", "nobody", 0)
    assert m.results == ["DelegatorNotUnbonded(dina)"]
