"""The protocol with a handful of people in it, as property machines find it: deployed by the deploy script, small.

Small means: a pool of two, so that evictions happen; short rounds, periods of two rounds. Everybody has LPT, approved
for bonding, and ether; nobody has staked anything, and no round is initialised.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from eth_utils.crypto import keccak

from scripts._lib.deployment import deploy as deploy_protocol
from scripts._lib.instances import Deployment
from scripts._lib.params import LPT, PRECISE_PERC, load_parameters
from scripts._lib.sources import contract_id
from tests.property.models.books import NOBODY
from tests.property.models.protocol import Terms
from tests.support.calldata import Contract, deploy
from tests.support.engine import Engine
from tests.support.lens import Lens
from tests.support.votes_lens import VotesLens

__all__ = ["DELEGATORS", "EVERYBODY", "GATEWAYS", "LPT", "ORCHESTRATORS", "Actor", "World", "build_world"]

ORCHESTRATORS = ("olga", "otto", "oona", "oleg")  # more than fit into the pool, even a grown one
DELEGATORS = ("dora", "dirk", "dina")
GATEWAYS = ("gina", "gus")
EVERYBODY = (*ORCHESTRATORS, *DELEGATORS, *GATEWAYS, "mallory")  # the last has no business here

POOL_SIZE = 2
ROUND_LENGTH = 20
WEALTH = 900_000 * LPT
UNLIMITED = 2**256 - 1


@dataclass(frozen=True, slots=True)
class Actor:
    name: str
    address: str
    key: bytes


@dataclass(frozen=True, slots=True)
class World:
    """Contracts at the addresses that clients use, people by name, and the terms that the model needs.

    Attributes:
        verifier: an account that may slash, which nobody can on the live network.
        wealth: LPT wei that each actor begins with.
    """

    engine: Engine
    controller: Contract
    token: Contract
    bonding: Contract
    rounds: Contract
    broker: Contract
    lens: Lens
    votes_lens: VotesLens
    owner: str
    treasury: str
    verifier: str
    actors: dict[str, Actor]
    terms: Terms
    wealth: int

    def address(self, name: str) -> str:
        return self.others[name] if name in self.others else self.actors[name].address

    @property
    def others(self) -> dict[str, str]:
        """Accounts that are looked at, but do not act as people do."""
        return {"nobody": NOBODY, "owner": self.owner, "treasury": self.treasury}

    @property
    def names(self) -> dict[str, str]:
        """Everybody's name by address."""
        return {self.address(name): name for name in (*self.others, *self.actors)}

    @property
    def wallets(self) -> dict[str, int]:
        """LPT wei that everybody begins with, by address."""
        people = {actor.address: self.wealth for actor in self.actors.values()}
        return people | {self.owner: self.terms.supply - sum(people.values())}


def build_world(engine: Engine, accounts: Any) -> World:
    """Deploys through Ape; `accounts` are its test accounts, the first becomes the owner."""
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
    treasury = deployment.treasury.address
    actors = dict(_actors(accounts))
    verifier = accounts[2 + len(actors)]
    _appoint(deployment, owner, verifier)
    engine = type(engine)()  # all of this has gone past it
    lens = deploy(engine, owner.address, "HarnessProtocolLens", deployment.controller.address)
    votes_lens = deploy(engine, owner.address, "HarnessVotesLens", deployment.bonding_votes.address)
    looked_at = [NOBODY, owner.address, treasury, *(a.address for a in actors.values())]
    world = World(
        engine=engine,
        **_contracts(deployment),
        lens=Lens(engine, lens, looked_at, _senders(actors)),
        votes_lens=VotesLens(engine, votes_lens, looked_at),
        owner=owner.address,
        treasury=treasury,
        verifier=verifier.address,
        actors=actors,
        terms=_terms(parameters, treasury),
        wealth=WEALTH,
    )
    _enrich(world)
    return world


def _appoint(deployment: Deployment, owner: Any, verifier: Any) -> None:
    """A verifier may slash, and the Minter burn what it takes."""
    deployment.controller.setContractInfo(contract_id("Verifier"), verifier, bytes(20), sender=owner)
    deployment.token.grantRole(keccak(text="BURNER_ROLE"), deployment.minter, sender=owner)


def _contracts(deployment: Deployment) -> dict[str, Contract]:
    return {
        "controller": Contract("Controller", deployment.controller.address),
        "token": Contract("LivepeerToken", deployment.token.address),
        "bonding": Contract("BondingManager", deployment.bonding_manager.address),
        "rounds": Contract("RoundsManager", deployment.rounds_manager.address),
        "broker": Contract("TicketBroker", deployment.ticket_broker.address),
    }


def _actors(accounts: Any) -> Iterator[tuple[str, Actor]]:
    for index, name in enumerate(EVERYBODY, start=2):
        account = accounts[index]
        yield name, Actor(name, account.address, bytes.fromhex(account.private_key.removeprefix("0x")))


def _senders(actors: dict[str, Actor]) -> list[str]:
    return [actors[name].address for name in (*GATEWAYS, "mallory")]


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
