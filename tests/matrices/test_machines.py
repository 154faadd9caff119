"""Every function that changes state is an action of some machine, and goes through there; or it is said why not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.campaign.history import play
from tests.campaign.machines import MACHINES
from tests.matrices.guards import GUARDS
from tests.matrices.table import KINDS, Entry, entries
from tests.support.abi import selector, signature
from tests.support.artifacts import artifact
from tests.support.recording import in_process_world
from tests.support.world import World

CALLS, SEEDS = 1_000, 3

# Called by the protocol's own contracts within what machines do; from outside by the matrices.
INSIDE = {
    "bonding-manager",
    "bonding-manager-or-ticket-broker",
    "controller",
    "governor-itself",
    "minter-or-ticket-broker",
    "proposal",
    "rounds-manager",
    "ticket-broker",
    "treasury-admin",
    "treasury-executor",
    "treasury-itself",
    "treasury-proposer",
    "votes-recorder",
}
NOBODY_CAN = {"governor-initialiser", "no-deposits", "treasury-deployer"}
MATRIX = "goes through in tests/matrices"
REASONS = {
    "LivepeerTokenFaucet": f"{MATRIX}; no part of the deployment, the ministry deploys one of its own",
    "Treasury.onERC": f"{MATRIX}: changes nothing, and takes tokens that the protocol knows nothing of",
}


def excused(entry: Entry) -> bool:
    """Whether no machine has to call it with success."""
    if entry.who in INSIDE | NOBODY_CAN:
        return True
    return any(f"{entry.contract}.{entry.function}".startswith(name) for name in REASONS)


@pytest.mark.timeout(300)
def test_reg60_every_function_that_somebody_may_call_goes_through_in_some_machine() -> None:
    world = in_process_world()
    seen = witness(world)
    for name, machine in MACHINES.items():
        for seed in range(SEEDS):
            assert play(world, machine, f"functions {seed}", CALLS).failure is None, name
    missing = {(e.contract, e.function) for e in entries() if not excused(e)} - seen
    assert not missing
    needless = {(e.contract, e.function) for e in entries() if excused(e) and e.who not in INSIDE} & seen
    assert not needless, "they need no excuse"


def test_reg60_what_nobody_can_has_a_guard_that_says_so() -> None:
    assert all(not GUARDS[name].allowed for name in NOBODY_CAN)
    assert all(GUARDS[name].allowed is not None for name in INSIDE)


def witness(world: World) -> set[tuple[str, str]]:
    """Sees what is called from outside and goes through, by contract and function."""
    names = {contract.address.lower(): name for name, contract in world.contracts.items()}
    functions = {name: by_selector(KINDS.get(name, name)) for name in (*world.contracts, "Poll")}
    seen: set[tuple[str, str]] = set()
    call = world.engine.call

    def note(sender: str, to: str, data: bytes, value: int = 0) -> Any:
        outcome = call(sender, to, data, value)
        if outcome.refusal is None:
            name = names.get(to.lower(), "Poll")
            seen.add((name, functions[name].get(data[:4], "receive")))
        return outcome

    world.engine.call = note  # type: ignore[method-assign]
    return seen


def by_selector(kind: str) -> dict[bytes, str]:
    return {selector(signature(f)): signature(f) for f in artifact(kind).entries("function")}
