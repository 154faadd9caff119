"""Who may call what, and what everybody else is told: the roles that the table of entry points names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from eth_utils.crypto import keccak

__all__ = ["ACCESS_ERRORS", "GUARDS", "Guard", "Refusal"]

Refusal = tuple[str, tuple[Any, ...]]  # an error and its arguments
EMPTY_ARRAY = 0x31  # the panic of taking from an empty queue


@dataclass(frozen=True, slots=True)
class Guard:
    """A role.

    Attributes:
        allowed: names of callers; None for everybody.
        refusal: what others are told, by the caller's name; addresses are names too.
        special: what some are told instead.
    """

    allowed: frozenset[str] | None
    refusal: Callable[[str], Refusal] = lambda _caller: ("", ())
    special: Mapping[str, Refusal] = field(default_factory=dict)

    def admits(self, caller: str) -> bool:
        return self.allowed is None or caller in self.allowed

    def tells(self, caller: str) -> Refusal:
        return self.special.get(caller) or self.refusal(caller)


def _only(*allowed: str, error: str) -> Guard:
    """Others are told who they are."""
    return Guard(frozenset(allowed), lambda caller: (error, (caller,)))


def _registered(contract: str, caller: str) -> Guard:
    return Guard(frozenset({caller}), lambda who: ("CallerNotContract", (who, keccak(text=contract))))


def _role(role: str | None, *allowed: str) -> Guard:
    """A role of OpenZeppelin's access control; None is that of the administrator."""
    id_ = keccak(text=role) if role else bytes(32)
    return Guard(frozenset(allowed), lambda caller: ("AccessControlUnauthorizedAccount", (caller, id_)))


GUARDS: dict[str, Guard] = {
    "anybody": Guard(None),
    "registry-owner": _only("owner", error="CallerNotOwner"),
    "controller-owner": _only("owner", error="CallerNotControllerOwner"),
    "controller": _only("Controller", error="CallerNotController"),
    "bonding-manager": _registered("BondingManager", "BondingManager"),
    "ticket-broker": _registered("TicketBroker", "TicketBroker"),
    "rounds-manager": _registered("RoundsManager", "RoundsManager"),
    "verifier": _registered("Verifier", "verifier"),
    "bonding-manager-or-ticket-broker": _only(
        "BondingManager", "TicketBroker", error="CallerNotBondingManagerOrTicketBroker"
    ),
    "minter-or-ticket-broker": _only("Minter", "TicketBroker", error="CallerNotMinterOrTicketBroker"),
    "votes-recorder": Guard(
        frozenset({"BondingManager"}), lambda caller: ("InvalidCaller", (caller, "BondingManager"))
    ),
    "reward-caller": Guard(frozenset({"gus"}), lambda caller: ("CallerNotRewardCaller", (caller, "olga"))),
    "role-holder": Guard(frozenset({"mallory"}), lambda _caller: ("AccessControlBadConfirmation", ())),
    "token-admin": _role(None, "owner"),
    "token-minter": _role("MINTER_ROLE", "Minter"),
    "token-burner": _role("BURNER_ROLE", "Minter"),
    "treasury-deployer": Guard(
        frozenset(),
        lambda caller: ("CallerNotDeployer", (caller,)),
        {"ex-owner": ("InvalidInitialization", ())},
    ),
    "treasury-proposer": _role("PROPOSER_ROLE", "LivepeerGovernor"),
    "treasury-executor": _role("EXECUTOR_ROLE", "LivepeerGovernor"),
    "treasury-canceller": _role("CANCELLER_ROLE", "LivepeerGovernor"),
    "treasury-admin": _role("TIMELOCK_ADMIN_ROLE", "Treasury"),
    "treasury-itself": _only("Treasury", error="TimelockUnauthorizedCaller"),
    "governor-initialiser": Guard(
        frozenset(),
        lambda caller: ("CallerNotControllerOwner", (caller,)),
        {"owner": ("InvalidInitialization", ())},
    ),
    # Through an executed proposal only: the treasury itself finds that nothing was executed.
    "proposal": Guard(
        frozenset(),
        lambda caller: ("GovernorOnlyExecutor", (caller,)),
        {"Treasury": ("Panic", (EMPTY_ARRAY,))},
    ),
    "proposer": Guard(frozenset({"olga"}), lambda caller: ("GovernorUnableToCancel", ("PENDING", caller))),
    "no-deposits": Guard(frozenset(), lambda _caller: ("GovernorDisabledDeposit", ())),
    "governor-owner": _only("owner", error="CallerNotOwner"),
    "governor-itself": _only("Governor", error="CallerNotGovernor"),
    "faucet-owner": _only("owner", error="OwnableUnauthorizedAccount"),
}

# What nobody is told by a function that is for everybody.
ACCESS_ERRORS = {
    "AccessControlUnauthorizedAccount",
    "AccessControlBadConfirmation",
    "CallerNotBondingManagerOrTicketBroker",
    "CallerNotContract",
    "CallerNotController",
    "CallerNotControllerOwner",
    "CallerNotDeployer",
    "CallerNotGovernor",
    "CallerNotMinterOrTicketBroker",
    "CallerNotOwner",
    "CallerNotRewardCaller",
    "GovernorOnlyExecutor",
    "GovernorUnableToCancel",
    "InvalidCaller",
    "OwnableUnauthorizedAccount",
    "TimelockUnauthorizedCaller",
}
