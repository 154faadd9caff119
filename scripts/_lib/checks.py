"""Whether the chain holds what a deployment declared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts._lib.errors import DeploymentCheckError
from scripts._lib.instances import Deployment, instance, registrations
from scripts._lib.params import Parameters
from scripts._lib.reads import Read, read_each
from scripts._lib.roles import ADMIN_ROLE, BURNER_ROLE, MINTER_ROLE
from scripts._lib.sources import PROXIED, contract_id

Check = tuple[str, Any, Any]  # what, expected, found; a {Read} among them is asked before they are compared


def require_as_declared(deployment: Deployment, parameters: Parameters) -> int:
    """Reads everything back that was declared.

    Returns:
        How many values were compared.

    Raises:
        DeploymentCheckError: lists every difference.
    """
    checks = [
        *_parameters(deployment, parameters),
        *_registrations(deployment, parameters),
        *_wiring(deployment),
        *_powers(deployment, parameters),
    ]
    checks = _asked(checks)
    differences = [f"{what}: expected {want}, found {got}" for what, want, got in checks if want != got]
    if differences:
        raise DeploymentCheckError(differences)
    return len(checks)


def _asked(checks: list[Check]) -> list[Check]:
    """The same with answers in place of questions."""
    answers = iter(read_each([found for _, _, found in checks if isinstance(found, Read)]))
    return [(what, want, next(answers) if isinstance(got, Read) else got) for what, want, got in checks]


def _parameters(d: Deployment, p: Parameters) -> Iterator[Check]:
    yield "unbondingPeriod", p.unbonding_period, Read(d.bonding_manager.unbondingPeriod)
    yield "numActiveTranscoders", p.num_active_transcoders, Read(d.bonding_manager.getTranscoderPoolMaxSize)
    cut_rate = Read(d.bonding_manager.nextRoundTreasuryRewardCutRate)
    yield "treasuryRewardCutRate", p.treasury_reward_cut_rate, cut_rate
    yield "treasuryBalanceCeiling", p.treasury_balance_ceiling, Read(d.bonding_manager.treasuryBalanceCeiling)
    yield "roundLength", p.round_length, Read(d.rounds_manager.roundLength)
    yield "roundLockAmount", p.round_lock_amount, Read(d.rounds_manager.roundLockAmount)
    yield "unlockPeriod", p.unlock_period, Read(d.ticket_broker.unlockPeriod)
    yield "ticketValidityPeriod", p.ticket_validity_period, Read(d.ticket_broker.ticketValidityPeriod)
    yield "inflationChange", p.inflation_change, Read(d.minter.inflationChange)
    yield "targetBondingRate", p.target_bonding_rate, Read(d.minter.targetBondingRate)
    if d.rounds_manager.lastInitializedRound() == 0:  # anybody may begin a round, and with it these move
        yield "inflation", p.inflation, Read(d.minter.inflation)
        yield "totalSupply", p.genesis_supply, Read(d.token.totalSupply)


def _registrations(d: Deployment, p: Parameters) -> Iterator[Check]:
    expected = registrations(d.record)
    if p.treasury is not None:
        expected["Treasury"] = p.treasury
    for name, address in expected.items():
        yield f"Controller's {name}", address, Read(d.controller.getContract, contract_id(name))


def _wiring(d: Deployment) -> Iterator[Check]:
    controller = d.controller.address
    yield "Minter's controller", controller, Read(d.minter.controller)
    for name in PROXIED:
        proxy, implementation = instance(d.record, name), instance(d.record, name, behind_proxy=True)
        yield f"{name} proxy's controller", controller, Read(proxy.controller)
        yield f"{name} proxy's target", contract_id(name + "Target"), Read(proxy.targetContractId)
        yield f"{name} implementation's controller", controller, Read(implementation.controller)


def _powers(d: Deployment, p: Parameters) -> Iterator[Check]:
    deployer = d.record.deployer
    yield "paused", False, Read(d.controller.paused)
    yield "owner", p.owner, Read(d.controller.owner)
    yield "Minter may mint", True, Read(d.token.hasRole, MINTER_ROLE, d.minter.address)
    yield "owner administers the token", True, Read(d.token.hasRole, ADMIN_ROLE, p.owner)
    yield "deployer administers the token", p.owner == deployer, Read(d.token.hasRole, ADMIN_ROLE, deployer)
    yield "deployer may mint", False, Read(d.token.hasRole, MINTER_ROLE, deployer)
    yield "deployer may burn", False, Read(d.token.hasRole, BURNER_ROLE, deployer)
