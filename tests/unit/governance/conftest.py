"""Governance beside the market: a treasury, a governor that proposes to it, and stake that votes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ape
import pytest
from eth_utils.crypto import keccak

from scripts._lib.sources import contract_id
from tests.support.deployment import LPT
from tests.support.votes import Recorder

DELAY, PERIOD, THRESHOLD, QUORUM, QUOTA = 1, 10, 100 * LPT, 333_300, 500_000  # as live (LIP-89)
AGAINST, FOR, ABSTAIN = range(3)
PENDING, ACTIVE, CANCELED, DEFEATED, SUCCEEDED, QUEUED, EXPIRED, EXECUTED = range(8)

ROLES = {
    name: keccak(text=name) for name in ("PROPOSER_ROLE", "EXECUTOR_ROLE", "CANCELLER_ROLE", "TIMELOCK_ADMIN_ROLE")
}


@pytest.fixture(scope="session", autouse=True)
def everybody(stranger: Any, gateway: Any, orchestrators: list[Any], delegators: list[Any]) -> None:
    """Who lives as long as the session is there before what lives as long as a module."""


@pytest.fixture(scope="module")
def timelock(project: Any, owner: Any) -> Any:
    """A treasury that its deployer administers, and nobody may use yet."""
    treasury = owner.deploy(project.Treasury)
    treasury.initialize(0, [], [], owner, sender=owner)
    return treasury


@pytest.fixture(scope="module")
def governor(project: Any, market: Any, owner: Any, timelock: Any) -> Any:
    """The LivepeerGovernor behind its proxy, with the parameters of the live network but for short rounds."""
    market.rounds.setRoundLength(20, sender=owner)
    implementation = owner.deploy(project.LivepeerGovernor, market.controller)
    proxy = owner.deploy(project.ManagerProxy, market.controller, contract_id("LivepeerGovernorTarget"))
    for name, address in (("LivepeerGovernorTarget", implementation), ("Treasury", timelock)):
        market.controller.setContractInfo(contract_id(name), address, bytes(20), sender=owner)
    governor = ape.chain.contracts.instance_at(
        proxy.address, contract_type=project.LivepeerGovernor.contract_type, detect_proxy=False, fetch_from_disk=False
    )
    governor.initialize(DELAY, PERIOD, THRESHOLD, QUORUM, QUOTA, sender=owner)
    for role in ("PROPOSER_ROLE", "EXECUTOR_ROLE", "CANCELLER_ROLE"):
        timelock.grantRole(ROLES[role], governor, sender=owner)
    timelock.renounceRole(ROLES["TIMELOCK_ADMIN_ROLE"], owner, sender=owner)
    return governor


@dataclass(frozen=True, slots=True)
class Proposal:
    """One that has been made; `call` repeats its calls for queueing, executing and cancelling."""

    governor: Any
    targets: Sequence[Any]
    values: Sequence[int]
    calldatas: Sequence[bytes]
    description: str
    receipt: Any

    @property
    def call(self) -> tuple[Any, ...]:
        return self.targets, self.values, self.calldatas, keccak(text=self.description)

    @property
    def id(self) -> int:
        return int(self.governor.hashProposal(*self.call))

    @property
    def state(self) -> int:
        return int(self.governor.state(self.id))

    @property
    def tally(self) -> tuple[int, int, int]:
        """Weight against, for and abstaining."""
        return tuple(self.governor.proposalVotes(self.id))

    def vote(self, voter: Any, support: int) -> Any:
        return self.governor.castVote(self.id, support, sender=voter)


@pytest.fixture
def record(market: Any, accounts: Any) -> Recorder:
    return Recorder.of(market, accounts)


@pytest.fixture
def token_payment(market: Any, stranger: Any) -> tuple[Any, int, bytes]:
    """A call that pays 7 LPT to the stranger."""
    return market.token, 0, market.token.transfer.encode_input(stranger, 7 * LPT)


@pytest.fixture
def propose(governor: Any) -> Any:
    """Proposes calls, each (target, value, calldata); answers with the proposal."""

    def make(proposer: Any, *calls: tuple[Any, int, bytes], description: str = "a payment") -> Proposal:
        targets, values, calldatas = (list(column) for column in zip(*calls, strict=True))
        addresses = [target.address for target in targets]
        receipt = governor.propose(addresses, values, calldatas, description, sender=proposer)
        return Proposal(governor, addresses, values, calldatas, description, receipt)

    return make
