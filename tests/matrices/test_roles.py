"""Who may call what: every function that changes state, by everybody, as the table of entry points says."""

from __future__ import annotations

from typing import Any

import pytest

from tests.matrices.calls import EXECUTE, attempts, samples
from tests.matrices.guards import ACCESS_ERRORS, GUARDS, Refusal
from tests.matrices.scene import Act, Scene
from tests.matrices.table import PROXIED, Entry, entries, state_changing, table

CONTRACTS = sorted({entry.contract for entry in entries()})
SET_CONTROLLER = "setController(address)"


@pytest.mark.parametrize("contract", table())
def test_reg60_the_table_names_every_function_that_changes_state(contract: str) -> None:
    assert set(table()[contract]) == state_changing(contract)


def test_reg60_the_table_names_every_contract_that_is_deployed(matrix: Scene) -> None:
    deployed = {name for name in matrix.contracts if not name.startswith("Harness") and not name.endswith("Target")}
    assert set(table()) - {"ManagerProxy"} == deployed
    assert {name for name in deployed if is_proxy(matrix, name)} == set(PROXIED)


def is_proxy(scene: Scene, name: str) -> bool:
    """Whether the Controller knows an implementation behind it."""
    return scene.view("Controller", "getContract", scene.target_id(name)) != bytes(32)


@pytest.mark.parametrize("contract", CONTRACTS)
def test_reg60_every_caller_is_let_in_or_told_what_the_table_says(matrix: Scene, contract: str) -> None:
    """Each function is called with what goes through for the caller of the sample, by everybody in turn."""
    calls = all_calls(matrix)
    amiss = []
    for entry in table()[contract].values():
        sample = calls[contract, entry.function]
        with matrix.undone():
            sample.prepare(matrix)
            for caller in matrix.callers:
                with matrix.undone():
                    told = matrix.told(matrix.send(sample.act._replace(caller=caller)))
                if fault := fault_of(matrix, entry, caller, told):
                    amiss.append(f"{entry.function} by {caller}: {fault}")
    assert not amiss, "\n".join(amiss)


def fault_of(scene: Scene, entry: Entry, caller: str, told: Refusal | None) -> str:
    """What is wrong with what the caller was told; empty if nothing is."""
    guard = GUARDS[entry.who]
    if guard.allowed is None:
        return f"{told}, though it is for everybody" if told and told[0] in ACCESS_ERRORS else ""
    if guard.admits(caller):
        return f"{told}, though it may" if told else ""
    expected = in_full(scene, guard.tells(caller))
    return "" if told == expected else f"{told or 'let in'}, expected {expected}"


def in_full(scene: Scene, refusal: Refusal) -> Refusal:
    """PENDING stands for the id of the proposal that is not open for votes yet."""
    pending = scene.id_of(scene.proposals["pending"])
    error, arguments = refusal
    return error, tuple(pending if argument == "PENDING" else argument for argument in arguments)


def all_calls(scene: Scene) -> dict[tuple[str, str], Any]:
    from tests.matrices.calls import Sample

    return samples(scene) | {(act.contract, act.function): Sample(act) for act in attempts(scene)}


def test_reg60_every_function_that_somebody_may_call_has_a_call_that_goes_through(matrix: Scene) -> None:
    """Else a refusal of all others would say nothing."""
    known = samples(matrix)
    for entry in entries():
        guard = GUARDS[entry.who]
        if guard.allowed is not None and not guard.allowed:
            assert (entry.contract, entry.function) not in known
            continue
        sample = known[entry.contract, entry.function]
        assert guard.admits(sample.act.caller), entry
        with matrix.undone():
            sample.prepare(matrix)
            before = matrix.engine.state()
            matrix.do(sample.act)
            still = matrix.engine.state() == before
            assert still == (f"{entry.contract}.{entry.function}".partition("(")[0] in STILL), entry


# What goes through and leaves every word as it was: events alone, or what is so already.
STILL = {
    "BondingManager.checkpointBondingState",
    "BondingManager.refreshRoundWindow",
    "BondingManager.setCurrentRoundTotalActiveStake",
    "Treasury.onERC1155BatchReceived",
    "Treasury.onERC1155Received",
    "Treasury.onERC721Received",
    "Treasury.renounceRole",
    "LivepeerGovernor.bumpGovernorVotesTokenAddress",
    "LivepeerToken.renounceRole",
    "LivepeerTokenFaucet.removeFromWhitelist",
    "Poll.destroy",
    "Poll.vote",
}


def test_reg60_proposals_alone_change_how_proposals_work(matrix: Scene) -> None:
    """VOTE-57: the functions that everybody is refused go through when a proposal is executed."""
    assert set(matrix.by_proposal) == {entry.function for entry in entries() if entry.who == "proposal"}
    for function in matrix.by_proposal:
        with matrix.undone():
            matrix.do(Act("mallory", "LivepeerGovernor", EXECUTE, matrix.proposals[function].call))


@pytest.mark.parametrize("name", PROXIED)
def test_reg60_the_controller_alone_moves_a_proxy_or_the_implementation_behind_it(matrix: Scene, name: str) -> None:
    """REG-61: the proxy answers itself."""
    for caller in matrix.callers:
        for contract in (name, f"{name}Target"):
            with matrix.undone():
                behind = matrix.implementation(name)
                told = matrix.told(matrix.send(Act(caller, contract, SET_CONTROLLER, ("stranger",))))
                assert told == (None if caller == "Controller" else ("CallerNotController", (caller,))), contract
                if contract == name and told is None:
                    assert matrix.storage_address(name, 0) == matrix.names["stranger"]
                    assert matrix.storage_address(behind, 0) == matrix.names["Controller"]
                elif told is None:
                    assert matrix.storage_address(behind, 0) == matrix.names["stranger"]
                    assert matrix.storage_address(name, 0) == matrix.names["Controller"]


REGISTERED = {
    "bonding-manager": ["BondingManager"],
    "ticket-broker": ["TicketBroker"],
    "rounds-manager": ["RoundsManager"],
    "verifier": ["Verifier"],
    "votes-recorder": ["BondingManager"],
    "bonding-manager-or-ticket-broker": ["BondingManager", "JobsManager"],
    "minter-or-ticket-broker": ["JobsManager"],
}


@pytest.mark.parametrize("guard", REGISTERED)
def test_mint32_a_contract_that_was_replaced_has_lost_its_power(matrix: Scene, guard: str) -> None:
    """REG-60: with the transaction that registers another, which has it then."""
    known = samples(matrix)
    for entry in entries():
        if entry.who != guard:
            continue
        sample = known[entry.contract, entry.function]
        with matrix.undone():
            matrix.register(REGISTERED[guard], "stranger")
            error, _ = matrix.told(matrix.send(sample.act)) or ("went through", ())
            assert error in ACCESS_ERRORS, entry
        with matrix.undone():
            matrix.register([REGISTERED[guard][-1]], "mallory")
            told = matrix.told(matrix.send(sample.act._replace(caller="mallory")))
            assert told is None or told[0] not in ACCESS_ERRORS, entry
