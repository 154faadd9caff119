"""Every function that changes state is an action of some machine, and goes through there; or it is said why not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.campaign.history import play
from tests.campaign.machines import MACHINES
from tests.matrices.guards import GUARDS
from tests.matrices.table import KINDS, Entry, entries, table, views
from tests.support.abi import selector, signature
from tests.support.artifacts import artifact
from tests.support.machines.answering import all_answers
from tests.support.recording import in_process_world
from tests.support.world import World

CALLS, SEEDS = 1_000, 6

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


PROPERTY = "a property of its own asks it"
LOOKS = "each look asks it"
LIBRARY = "a constant, or OpenZeppelin's, that nothing of ours has touched"
REFUSES = "refuses whatever it is asked: tests/matrices/views.py"
# Views that are not asked in turn.
ELSEWHERE = {
    **dict.fromkeys(
        [("Controller", f) for f in ("getContractAndPause(bytes32)", "getContractInfo(bytes32)")], PROPERTY
    ),
    **dict.fromkeys([(c, "getServiceURI(address)") for c in ("ServiceRegistry", "AIServiceRegistry")], PROPERTY),
    **dict.fromkeys([(c, "hasRole(bytes32,address)") for c in ("Treasury", "LivepeerToken")], PROPERTY),
    ("LivepeerGovernor", "quorum(uint256)"): PROPERTY,
    ("MerkleSnapshot", "verify(bytes32,bytes32[],bytes32)"): "asked whenever a snapshot is set",
    ("MerkleSnapshot", "controller()"): "asked when it is lent",
    ("AIServiceRegistry", "controller()"): "the code of ServiceRegistry",
    ("Poll", "endBlock()"): "asked when a poll is opened",
    ("BondingManager", "getTranscoderEarningsPoolForRound(address,uint256)"): LOOKS,
    ("BondingManager", "pendingFees(address,uint256)"): LOOKS,
    ("BondingManager", "pendingStake(address,uint256)"): LOOKS,
    ("BondingVotes", "delegate(address)"): REFUSES,
    ("BondingVotes", "delegateBySig(address,uint256,uint256,uint8,bytes32,bytes32)"): REFUSES,
    **dict.fromkeys([("LivepeerTokenFaucet", function) for function in views("LivepeerTokenFaucet")], PROPERTY),
    **{("LivepeerToken", f"{function}()"): LIBRARY for function in ("DEFAULT_ADMIN_ROLE", "DOMAIN_SEPARATOR")},
    ("LivepeerToken", "eip712Domain()"): LIBRARY,
    ("LivepeerToken", "getRoleAdmin(bytes32)"): LIBRARY,
    ("LivepeerToken", "supportsInterface(bytes4)"): LIBRARY,
    **{("Treasury", f"{role}_ROLE()"): LIBRARY for role in ("CANCELLER", "DEFAULT_ADMIN", "EXECUTOR", "PROPOSER")},
    ("Treasury", "getTimestamp(bytes32)"): LIBRARY,
    ("Treasury", "hashOperation(address,uint256,bytes,bytes32,bytes32)"): LIBRARY,
    **{("LivepeerGovernor", f"{name}BALLOT_TYPEHASH()"): LIBRARY for name in ("", "EXTENDED_")},
    ("LivepeerGovernor", "eip712Domain()"): LIBRARY,
    ("LivepeerGovernor", "proposalEta(uint256)"): LIBRARY,
    ("LivepeerGovernor", "supportsInterface(bytes4)"): LIBRARY,
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


def test_reg63_every_view_is_held_against_the_model_by_some_machine() -> None:
    answered = {name for machine in MACHINES.values() for name, _ in all_answers(machine.__mro__)}
    contracts = [name for name in (*table(), "ProtocolLens") if name != "ManagerProxy"]
    known = {(contract, function) for contract in contracts for function in views(contract)}
    assert known - answered == set(ELSEWHERE) & known
    assert not set(ELSEWHERE) - known
    assert not answered - known


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
