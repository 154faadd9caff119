"""The world of property machines on the chain that Ape is connected to, deployed by the deploy script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from eth_utils.crypto import keccak

from scripts._lib.deployment import deploy as deploy_protocol
from scripts._lib.instances import Deployment
from scripts._lib.params import PRECISE_PERC, load_parameters
from scripts._lib.sources import PIECES, contract_id, pieces
from tests.property.models.protocol import Terms
from tests.support.ape_engine import ApeEngine
from tests.support.calldata import deploy
from tests.support.engine import Engine
from tests.support.world import EVERYBODY, LPT, Actor, Facts, World

__all__ = ["build_world"]

POOL_SIZE = 2
ROUND_LENGTH = 20
WEALTH = 900_000 * LPT
UNLIMITED = 2**256 - 1


def build_world(accounts: Any) -> World:
    """`accounts` are Ape's test accounts, the first becomes the owner."""
    owner = accounts[0]
    parameters = replace(
        load_parameters("local"),
        owner=owner.address,
        genesis_holder=owner.address,
        governor_owner=owner.address,
        faucet_supply=0,
        treasury_reward_cut_rate=PRECISE_PERC // 10,
        round_length=ROUND_LENGTH,
        num_active_transcoders=POOL_SIZE,
    )
    deployment = deploy_protocol(parameters, owner)
    actors = dict(_actors(accounts))
    verifier = accounts[2 + len(actors)]
    _appoint(deployment, owner, verifier)
    engine = ApeEngine()
    facts = Facts(
        contracts=_contracts(deployment, parameters) | _lenses(engine, deployment, owner.address),
        implementations=_implementations(deployment),
        owner=owner.address,
        verifier=verifier.address,
        actors=actors,
        terms=_terms(parameters, deployment.treasury.address),
        wealth=WEALTH,
    )
    world = World(engine, facts)
    _enrich(world)
    return world


def _appoint(deployment: Deployment, owner: Any, verifier: Any) -> None:
    """A verifier may slash, and the Minter burn what it takes."""
    deployment.controller.setContractInfo(contract_id("Verifier"), verifier, bytes(20), sender=owner)
    deployment.token.grantRole(keccak(text="BURNER_ROLE"), deployment.minter, sender=owner)


def _contracts(deployment: Deployment, parameters: Any) -> dict[str, tuple[str, str]]:
    return {p.name: (p.contract, deployment.record.address(p.name)) for p in pieces(parameters)}


def _implementations(deployment: Deployment) -> dict[str, tuple[str, str]]:
    known = deployment.record.implementations
    return {piece.name: (piece.contract, known[piece.name].address) for piece in PIECES if piece.proxied}


def _lenses(engine: Engine, deployment: Deployment, owner: str) -> dict[str, tuple[str, str]]:
    lenses = (
        deploy(engine, owner, "HarnessProtocolLens", deployment.controller.address),
        deploy(engine, owner, "HarnessVotesLens", deployment.bonding_votes.address),
    )
    return {lens.name: (lens.name, lens.address) for lens in lenses}


def _actors(accounts: Any) -> Iterator[tuple[str, Actor]]:
    for index, name in enumerate(EVERYBODY, start=2):
        account = accounts[index]
        yield name, Actor(name, account.address, bytes.fromhex(account.private_key.removeprefix("0x")))


def _terms(parameters: Any, treasury: str) -> Terms:
    return Terms(
        supply=parameters.genesis_supply,
        round_length=parameters.round_length,
        round_lock_amount=parameters.round_lock_amount,
        inflation=parameters.inflation,
        inflation_change=parameters.inflation_change,
        target_bonding_rate=parameters.target_bonding_rate,
        num_active_transcoders=parameters.num_active_transcoders,
        unbonding_period=parameters.unbonding_period,
        treasury=treasury,
        treasury_cut=parameters.treasury_reward_cut_rate,
        unlock_period=parameters.unlock_period,
        ticket_validity_period=parameters.ticket_validity_period,
    )


def _enrich(world: World) -> None:
    for actor in world.actors.values():
        for sender, function, arguments in (
            (world.owner, "transfer", (actor.address, world.wealth)),
            (actor.address, "approve", (world.bonding.address, UNLIMITED)),
        ):
            outcome = world.engine.call(sender, world.token.address, world.token.encode(function, *arguments))
            assert outcome.refusal is None, f"{actor.name} could not be given LPT"
