"""Whether the chain holds what a deployment declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import ape
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak
from hexbytes import HexBytes

from scripts._lib.errors import DeploymentCheckError
from scripts._lib.instances import Deployment, instance, owner_of, registrations
from scripts._lib.params import Parameters
from scripts._lib.reads import NoAnswer, Read, read_each, request_all
from scripts._lib.roles import (
    ADMIN_ROLE,
    CANCELLER_ROLE,
    EXECUTOR_ROLE,
    MINTER_ROLE,
    NAMES,
    PROPOSER_ROLE,
    TIMELOCK_ADMIN_ROLE,
    role_holders,
)
from scripts._lib.sources import PROXIED, contract_id
from scripts._lib.transactions import code_hash

NOBODY = "0x" + "00" * 20
INVALID_INITIALIZATION = "0x" + keccak(text="InvalidInitialization()")[:4].hex()
STAGED = keccak(text="UpdateStaged((address[],uint256[],bytes[],uint256),uint256)")
EXECUTED = keccak(text="UpdateExecuted((address[],uint256[],bytes[],uint256))")
CANCELLED = keccak(text="UpdateCancelled((address[],uint256[],bytes[],uint256))")


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison.

    Attributes:
        topic: what it belongs to, for the report.
        what: what was compared.
        expected: by the parameters or the record.
        found: on chain; a {Read} until it has been asked.
    """

    topic: str
    what: str
    expected: Any
    found: Any

    @property
    def holds(self) -> bool:
        return not isinstance(self.found, NoAnswer) and bool(self.expected == self.found)

    def __str__(self) -> str:
        return f"{self.what}: expected {_text(self.expected)}, found {_text(self.found)}"


def require_as_declared(deployment: Deployment, parameters: Parameters) -> list[Check]:
    """Reads everything back that was declared.

    Raises:
        DeploymentCheckError: lists every difference.
    """
    checks = inspect(deployment, parameters)
    if differences := [str(check) for check in checks if not check.holds]:
        raise DeploymentCheckError(differences)
    return checks


def inspect(deployment: Deployment, parameters: Parameters) -> list[Check]:
    """Every comparison, whatever its outcome."""
    topics = {
        "parameters": _parameters(deployment, parameters),
        "registered": _registrations(deployment),
        "proxies": _proxies(deployment),
        "owners": _owners(deployment, parameters),
        "roles": _roles(deployment, parameters),
        "initialised": _initialised(deployment),
        "locked": _locked(deployment),
    }
    return _asked([Check(topic, *check) for topic, checks in topics.items() for check in checks])


def table(checks: Iterable[Check]) -> list[str]:
    """A line for each topic: how many comparisons, and how many of them hold."""
    by_topic: dict[str, list[bool]] = {}
    for check in checks:
        by_topic.setdefault(check.topic, []).append(check.holds)
    return [f"  {topic:<12}{sum(held):>3} of {len(held):>3} as declared" for topic, held in by_topic.items()]


Comparison = tuple[str, Any, Any]  # what, expected, found


def _asked(checks: list[Check]) -> list[Check]:
    """The same with answers in place of questions."""
    answers = iter(read_each([check.found for check in checks if isinstance(check.found, Read)]))
    return [replace(check, found=next(answers)) if isinstance(check.found, Read) else check for check in checks]


def _parameters(d: Deployment, p: Parameters) -> Iterator[Comparison]:
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
    yield "votingDelay", p.voting_delay, Read(d.livepeer_governor.votingDelay)
    yield "votingPeriod", p.voting_period, Read(d.livepeer_governor.votingPeriod)
    yield "proposalThreshold", p.proposal_threshold, Read(d.livepeer_governor.proposalThreshold)
    yield "quorumNumerator", p.quorum, Read(d.livepeer_governor.quorumNumerator)
    yield "quota", p.quota, Read(d.livepeer_governor.quota)
    yield "treasury's minDelay", p.treasury_min_delay, Read(d.treasury.getMinDelay)
    if d.faucet is not None:
        yield "faucet's token", d.token.address, Read(d.faucet.token)
        yield "faucet's requestAmount", p.faucet_request_amount, Read(d.faucet.requestAmount)
        yield "faucet's requestWait", p.faucet_request_wait, Read(d.faucet.requestWait)
    if d.rounds_manager.lastInitializedRound() == 0:  # anybody may begin a round, and with it these move
        yield "inflation", p.inflation, Read(d.minter.inflation)
        yield "totalSupply", p.genesis_supply, Read(d.token.totalSupply)


def _registrations(d: Deployment) -> Iterator[Comparison]:
    for name, address in registrations(d.record).items():
        yield f"Controller's {name}", address, Read(d.controller.getContract, contract_id(name))
    for name, part in d.record.parts.items():
        yield f"code of {name}", part.code_hash, code_hash(part.address)


def _proxies(d: Deployment) -> Iterator[Comparison]:
    controller = d.controller.address
    for name in PROXIED:
        proxy, target = instance(d.record, name), contract_id(name + "Target")
        yield f"{name}'s controller", controller, Read(proxy.controller)
        yield f"{name}'s target", target, Read(proxy.targetContractId)
        yield f"{name}'s version", d.record.implementations[name].address, Read(d.controller.getContract, target)


def _owners(d: Deployment, p: Parameters) -> Iterator[Comparison]:
    owner = owner_of(p, d.record)
    yield "paused", False, Read(d.controller.paused)
    yield "owner", owner, Read(d.controller.owner)
    yield "Governor's owner", p.governor_owner, Read(d.governor.owner)
    yield "updates that wait at the Governor", 0, _waiting_updates(d)
    if d.faucet is not None:
        yield "faucet's owner", owner, Read(d.faucet.owner)


def _roles(d: Deployment, p: Parameters) -> Iterator[Comparison]:
    """Who holds each role, by the events of the token and the treasury: nobody is forgotten."""
    votes = {d.livepeer_governor.address}
    declared = {
        "token": (d.token.address, {ADMIN_ROLE: {owner_of(p, d.record)}, MINTER_ROLE: {d.minter.address}}),
        "treasury": (
            d.treasury.address,
            {
                TIMELOCK_ADMIN_ROLE: {d.treasury.address},
                PROPOSER_ROLE: votes,
                CANCELLER_ROLE: votes,
                EXECUTOR_ROLE: votes,
            },
        ),
    }
    for name, (address, expected) in declared.items():
        found = role_holders(address, d.record.block)
        for role in dict.fromkeys([*NAMES, *found]):
            yield f"{name}'s {NAMES.get(role, '0x' + role.hex())}", expected.get(role, set()), found.get(role, set())


def _initialised(d: Deployment) -> Iterator[Comparison]:
    """Contracts know one another; none has been left as it was created."""
    controller = d.controller.address
    for name in ("Minter", "MerkleSnapshot", "ProtocolLens"):
        yield f"{name}'s controller", controller, Read(instance(d.record, name).controller)
    yield "PollCreator's BondingManager", d.bonding_manager.address, Read(d.poll_creator.bondingManager)
    yield "LivepeerGovernor's name", "LivepeerGovernor", Read(d.livepeer_governor.name)
    yield "LivepeerGovernor's timelock", d.treasury.address, Read(d.livepeer_governor.timelock)
    yield "LivepeerGovernor's token", d.bonding_votes.address, Read(d.livepeer_governor.token)


def _locked(d: Deployment) -> Iterator[Comparison]:
    """Nobody can set up, or has set up, what is not to be set up (again).

    An implementation behind a proxy obeys the same Controller as the proxy, so that its owner-only functions have the
    same owner; no contract of the protocol knows its address, it answers to no id of its own, and it owns nothing. What
    anybody calls there writes only to storage that nobody reads.
    """
    for name in PROXIED:
        bare = instance(d.record, name, behind_proxy=True)
        yield f"{name} implementation's controller", d.controller.address, Read(bare.controller)
        yield f"{name} implementation's target", bytes(32), Read(bare.targetContractId)
        yield f"{name} implementation's LPT", 0, Read(d.token.balanceOf, bare.address)
        yield f"{name} implementation's wei", 0, ape.chain.provider.get_balance(bare.address)
    bare_governor = instance(d.record, "LivepeerGovernor", behind_proxy=True)
    again = {
        "LivepeerGovernor": (d.livepeer_governor.initialize, (1, 1, 0, 0, 0), d.controller.owner()),
        "LivepeerGovernor implementation": (bare_governor.initialize, (1, 1, 0, 0, 0), d.controller.owner()),
        "Treasury": (d.treasury.initialize, (0, [], [], NOBODY), d.record.deployer),
    }
    for name, (method, arguments, sender) in again.items():
        yield f"{name}, initialised once more", INVALID_INITIALIZATION, _refusal(method, arguments, sender)


def _refusal(method: Any, arguments: tuple[Any, ...], sender: str) -> str:
    """Data of the revert that a call would meet, `accepted` if it would not; nothing is sent."""
    call = {"from": sender, **Read(method, *arguments).call}
    (response,) = request_all([("eth_call", [call, "latest"])])
    if "error" not in response:
        return "accepted"
    error = response["error"]
    return str(error.get("data") or error.get("message"))


def _waiting_updates(d: Deployment) -> int:
    """Updates that are neither executed nor cancelled: an earlier owner of the Governor may have left some."""
    wanted = {"address": d.governor.address, "fromBlock": hex(d.record.block), "toBlock": "latest"}
    topics = [HexBytes(log["topics"][0]) for log in ape.chain.provider.make_request("eth_getLogs", [wanted])]
    return topics.count(STAGED) - topics.count(EXECUTED) - topics.count(CANCELLED)


def _text(value: Any) -> str:
    if isinstance(value, set | frozenset):
        return ", ".join(sorted(to_checksum_address(v) for v in value)) or "nobody"
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)
