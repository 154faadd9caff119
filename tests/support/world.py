"""The protocol with a handful of people in it, as property machines find it: deployed by the deploy script, small.

Small means: a pool of two, so that evictions happen; short rounds, periods of two rounds. Everybody has LPT, approved
for bonding, and ether; nobody has staked anything, and no round is initialised.

A world stands on a chain of Ape's ({build_world}), or on an EVM in process ({in_process_world}).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tests.property.models.books import NOBODY
from tests.property.models.protocol import Terms
from tests.support.calldata import Contract, deploy
from tests.support.engine import Engine
from tests.support.lens import Lens
from tests.support.votes_lens import VotesLens

if TYPE_CHECKING:
    from tests.support.quick_lens import QuickLens

__all__ = ["DELEGATORS", "EVERYBODY", "GATEWAYS", "LPT", "ORCHESTRATORS", "SMART", "Actor", "Facts", "World"]

LPT = 10**18
ORCHESTRATORS = ("olga", "otto", "oona", "oleg")  # more than fit into the pool, even a grown one
DELEGATORS = ("dora", "dirk", "dina")
GATEWAYS = ("gina", "gus")
EVERYBODY = (*ORCHESTRATORS, *DELEGATORS, *GATEWAYS, "mallory")  # the last has no business here
SMART = ("otto", "dina", "gus")  # have code on the EVM in process


@dataclass(frozen=True, slots=True)
class Actor:
    name: str
    address: str
    key: bytes


@dataclass(frozen=True, slots=True)
class Facts:
    """What a world is, whichever chain it stands on.

    Attributes:
        contracts: the contract and its address, by the name that the Controller knows it by, or its own; and
            `implementations` those behind proxies, at their own addresses.
        verifier: an account that may slash, which nobody can on the live network.
        wealth: LPT wei that each actor begins with.
    """

    contracts: Mapping[str, tuple[str, str]]
    implementations: Mapping[str, tuple[str, str]]
    owner: str
    verifier: str
    actors: Mapping[str, Actor]
    terms: Terms
    wealth: int


class World:
    """Contracts at the addresses that clients use, people by name, and the terms that the model needs.

    Attributes:
        contracts: all of them, by the name that the Controller knows them by, or their own; and `implementations`
            those behind proxies, at their own addresses.
        lens: tells the whole state; `quick_lens` too, on the EVM in process.
        senders: whose reserves are looked at.
        verifier: an account that may slash, which nobody can on the live network.
        wealth: LPT wei that each actor begins with.
        variant: creation code of contracts that are others than those compiled, by name.
        purses: LPT wei of those who begin with another sum than the rest, by address.
        inside: where the contract stands that a quick lens looks with.
        smart: names of those that are contracts, which may refuse ether, or call back when it arrives.
    """

    def __init__(self, engine: Engine, facts: Facts) -> None:
        self.engine, self.facts = engine, facts
        self.contracts = {name: Contract(*place) for name, place in facts.contracts.items()}
        self.implementations = {name: Contract(*place) for name, place in facts.implementations.items()}
        self.controller = self.contracts["Controller"]
        self.token = self.contracts["LivepeerToken"]
        self.minter = self.contracts["Minter"]
        self.bonding = self.contracts["BondingManager"]
        self.bonding_votes = self.contracts["BondingVotes"]
        self.rounds = self.contracts["RoundsManager"]
        self.broker = self.contracts["TicketBroker"]
        self.governor = self.contracts["LivepeerGovernor"]
        self.owner, self.verifier = facts.owner, facts.verifier
        self.treasury = self.contracts["Treasury"].address
        self.actors = dict(facts.actors)
        self.terms, self.wealth = facts.terms, facts.wealth
        self.smart: tuple[str, ...] = ()
        self.variant: Mapping[str, bytes] = {}
        self.purses: Mapping[str, int] = {}
        self.inside = ""
        # Accounts that are looked at, but do not act as people do.
        self.others = {"nobody": NOBODY, "owner": self.owner, "treasury": self.treasury}
        self.addresses = self.others | {name: actor.address for name, actor in self.actors.items()}
        looked_at = list(self.addresses.values())
        self.senders = [self.addresses[name] for name in (*GATEWAYS, "mallory")]
        self.lens = Lens(engine, self.contracts["HarnessProtocolLens"], looked_at, self.senders)
        self.quick_lens: QuickLens | None = None
        self.votes_lens = VotesLens(engine, self.contracts["HarnessVotesLens"], looked_at)

    def address(self, name: str) -> str:
        return self.addresses[name]

    def deploy(self, sender: str, name: str, *arguments: object) -> Contract:
        """One more contract, of the code that this world is made of."""
        return deploy(self.engine, sender, name, *arguments, code=self.variant.get(name, b""))

    @cached_property
    def names(self) -> dict[str, str]:
        """Everybody's name by address."""
        return {address: name for name, address in self.addresses.items()}

    @property
    def wallets(self) -> dict[str, int]:
        """LPT wei that everybody begins with, by address."""
        people = {actor.address: self.wealth for actor in self.actors.values()} | self.purses
        return people | {self.owner: self.terms.supply - sum(people.values())}
