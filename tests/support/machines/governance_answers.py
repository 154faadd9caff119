"""What views of the governor and its treasury answer, by the model; and who holds which role."""

from __future__ import annotations

from itertools import product
from typing import Any, ClassVar

from eth_utils.crypto import keccak

from tests.support.machines.answering import Answering, Answers
from tests.support.machines.core import always

__all__ = ["GovernanceAnswers", "Roles"]

ROLES_AT_A_TIME = 12
NO_ROLE = bytes(32)
TIMELOCK_ADMIN = keccak(text="TIMELOCK_ADMIN_ROLE")
TREASURY_ROLES = {name: keccak(text=f"{name}_ROLE") for name in ("PROPOSER", "EXECUTOR", "CANCELLER")}
MINTER, BURNER = (keccak(text=f"{name}_ROLE") for name in ("MINTER", "BURNER"))
UNSET, WAITING, READY, DONE = range(4)
MILLION = 10**6
RECENT = 4  # proposals
INTERFACES = ("ffffffff", "01ffc9a7", "7965db0b", "4e2312e0")  # none; ERC-165, access control, receiver of ERC-1155


class Roles(Answering):
    """REG-60: the roles of treasury and token are as deployed, and as given since; everybody is asked for, in turn."""

    def __init__(self) -> None:
        super().__init__()
        places = {name: contract.address for name, contract in self.world.contracts.items()} | self.world.addresses
        treasury = (NO_ROLE, TIMELOCK_ADMIN, *TREASURY_ROLES.values())
        self._pairs = [
            *product(["Treasury"], treasury, dict.fromkeys(places.values())),
            *product(["LivepeerToken"], (NO_ROLE, MINTER, BURNER), dict.fromkeys(places.values())),
        ]
        self._pairs.sort(key=lambda pair: pair[2] != self.world.owner)  # who has deployed them comes first
        self._next = 0

    @always
    def reg60_nobody_has_a_role_that_was_not_given(self) -> None:
        for _ in range(ROLES_AT_A_TIME):
            contract, role, account = self._pairs[self._next % len(self._pairs)]
            self._next += 1
            target = self.world.contracts[contract]
            data = target.encode("hasRole", role, account)
            held = self.world.engine.view(target.address, data)[-1] == 1
            assert held == self._holds(contract, role, account), f"REG-60: role {role.hex()} of {account} at {contract}"

    def _holds(self, contract: str, role: bytes, account: str) -> bool:
        world = self.world
        if contract == "Treasury":
            if role == TIMELOCK_ADMIN:
                return account == world.treasury
            guardians = self.governance.guardians if hasattr(self, "governance") else set()
            appointed = role == TREASURY_ROLES["CANCELLER"] and account in guardians
            return appointed or (role != NO_ROLE and account == world.governor.address)
        if role in (MINTER, BURNER) and account == world.minter.address:
            return True
        given = {"admin": NO_ROLE, "minter": MINTER, "burner": BURNER}
        roles = getattr(self, "roles", {("admin", world.owner)})
        return any(given[name] == role and account == whose for name, whose in roles)


def _proposal(m: Any, turn: int) -> Any:
    known = list(m.governance.proposals.values())[-RECENT:]
    return known[turn % len(known)] if known else None


def _bill(m: Any, proposal: Any) -> Any:
    return next(bill for bill in m.bills if bill.id == proposal.id)


def _of_proposal(value: Any) -> Any:
    def ask(m: Any, turn: int) -> Any:
        proposal = _proposal(m, turn)
        return ((proposal.id,), value(m, proposal)) if proposal else None

    return ask


def _voted(m: Any, turn: int) -> Any:
    proposal, people = _proposal(m, turn), m.model.active_set.members if turn % 2 else []
    people = people or list(m.world.addresses.values())
    who = people[turn * 3 % len(people)]
    return ((proposal.id, who), who in proposal.votes) if proposal else None


def _hash(m: Any, turn: int) -> Any:
    proposal = _proposal(m, turn)
    return (_bill(m, proposal).call, proposal.id) if proposal else None


def _operation_hash(m: Any, turn: int) -> Any:
    if not (proposal := _proposal(m, turn)):
        return None
    bill = _bill(m, proposal)
    *calls, described = bill.call
    salt = int(m.world.governor.address, 16) << 96 ^ int.from_bytes(described, "big")
    return (*calls, bytes(32), salt.to_bytes(32, "big")), proposal.operation


def _operation_state(m: Any, proposal: Any) -> int:
    if proposal.executed:
        return DONE
    if proposal.ready_at is None or proposal.vetoed:
        return UNSET
    return READY if m.slept >= proposal.ready_at else WAITING


def _of_operation(value: Any) -> Any:
    def ask(m: Any, turn: int) -> Any:
        proposal = _proposal(m, turn)
        return ((proposal.operation,), value(_operation_state(m, proposal))) if proposal else None

    return ask


def _weight(m: Any, turn: int) -> Any:
    people, round_ = list(m.world.addresses.values()), m.model.clock.round - 1 - turn % 2
    who = people[turn * 3 % len(people)]
    return ((who, round_), m._ballot_at(who, round_)[0]) if round_ in m.ends else None


def _weight_with_parameters(m: Any, turn: int) -> Any:
    question = _weight(m, turn)
    return ((*question[0], b""), question[1]) if question else None


def _numerator(m: Any, turn: int) -> Any:
    round_ = max(0, m.model.clock.round - turn % 4)
    return (round_,), m.governance.numerators[max(n for n in m.governance.numerators if n <= round_)]


def _nonce(m: Any, turn: int) -> Any:
    people = list(m.world.addresses.values())
    who = people[turn % len(people)]
    return (who,), m.governance.nonces.get(who, 0)


def _admin(m: Any, turn: int) -> Any:
    role = (*TREASURY_ROLES.values(), TIMELOCK_ADMIN)[turn % 4]
    return (role,), TIMELOCK_ADMIN


def _plain(value: Any) -> Any:
    return lambda m, turn: ((), value(m))


GOVERNOR = {
    "CLOCK_MODE()": _plain(lambda m: "mode=livepeer_round"),
    "COUNTING_MODE()": _plain(lambda m: "support=bravo&quorum=for,abstain,against"),
    "clock()": _plain(lambda m: m.model.clock.round),
    "getProposalId(address[],uint256[],bytes[],bytes32)": _hash,
    "getVotes(address,uint256)": _weight,
    "getVotesWithParams(address,uint256,bytes)": _weight_with_parameters,
    "hasVoted(uint256,address)": _voted,
    "hashProposal(address[],uint256[],bytes[],bytes32)": _hash,
    "name()": _plain(lambda m: "LivepeerGovernor"),
    "nonces(address)": _nonce,
    "proposalDeadline(uint256)": _of_proposal(lambda m, p: p.deadline),
    "proposalNeedsQueuing(uint256)": _of_proposal(lambda m, p: True),
    "proposalProposer(uint256)": _of_proposal(lambda m, p: p.proposer),
    "proposalSnapshot(uint256)": _of_proposal(lambda m, p: p.snapshot),
    "proposalThreshold()": _plain(lambda m: m.governance.settings.threshold),
    "proposalVotes(uint256)": _of_proposal(lambda m, p: m.governance.tally(p)),
    "quorumDenominator()": _plain(lambda m: MILLION),
    "quorumNumerator()": _plain(lambda m: m.governance.settings.quorum),
    "quorumNumerator(uint256)": _numerator,
    "quota()": _plain(lambda m: m.governance.quota),
    "state(uint256)": _of_proposal(lambda m, p: int(m.governance.state(p))),
    "timelock()": _plain(lambda m: m.world.treasury),
    "token()": _plain(lambda m: m.world.bonding_votes.address),
    "version()": _plain(lambda m: "1"),
    "votes()": _plain(lambda m: m.world.bonding_votes.address),
    "votingDelay()": _plain(lambda m: m.governance.settings.delay),
    "votingPeriod()": _plain(lambda m: m.governance.settings.period),
}
TREASURY = {
    "TIMELOCK_ADMIN_ROLE()": _plain(lambda m: TIMELOCK_ADMIN),
    "getMinDelay()": _plain(lambda m: m.governance.settings.wait),
    "getOperationState(bytes32)": _of_operation(lambda state: state),
    "getRoleAdmin(bytes32)": _admin,
    "hashOperationBatch(address[],uint256[],bytes[],bytes32,bytes32)": _operation_hash,
    "isOperation(bytes32)": _of_operation(lambda state: state != UNSET),
    "isOperationDone(bytes32)": _of_operation(lambda state: state == DONE),
    "isOperationPending(bytes32)": _of_operation(lambda state: state in (WAITING, READY)),
    "isOperationReady(bytes32)": _of_operation(lambda state: state == READY),
    "supportsInterface(bytes4)": lambda m, turn: (
        (bytes.fromhex(INTERFACES[turn % len(INTERFACES)]),),
        turn % len(INTERFACES) > 0,
    ),
}


class GovernanceAnswers(Roles):
    answers: ClassVar[Answers] = {
        **{("LivepeerGovernor", function): ask for function, ask in GOVERNOR.items()},
        **{("Treasury", function): ask for function, ask in TREASURY.items()},
    }
