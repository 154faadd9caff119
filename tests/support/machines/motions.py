"""What proposals are made of: calls in words, their calldata, and what executing them does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.property.models.refusal import RefusedError
from tests.property.models.treasury import Purse, Settings
from tests.support.abi import codec
from tests.support.calldata import Contract
from tests.support.hashes import keccak
from tests.support.world import World

__all__ = ["MOTIONS", "Bill", "Motion", "Motions"]

Motion = tuple[str, str, int]  # kind, a name, an amount
Effect = Callable[[Purse, Settings], None]
Made = tuple[Contract, int, bytes, Effect]  # target, wei, calldata, and what comes of it

CANCELLER = keccak(text="CANCELLER_ROLE")
MINTER_ROLE = keccak(text="MINTER_ROLE")
PROPOSAL = codec("(address[],uint256[],bytes[],bytes32)")
OPERATION = codec("(address[],uint256[],bytes[],bytes32,bytes32)")


@dataclass(frozen=True)
class Bill:
    """A proposal as the governor's functions take it."""

    targets: list[str]
    values: list[int]
    datas: list[bytes]
    description: str
    effects: list[Effect]

    @cached_property
    def call(self) -> tuple[list[str], list[int], list[bytes], bytes]:
        return self.targets, self.values, self.datas, keccak(text=self.description)

    @cached_property
    def id(self) -> int:
        return int.from_bytes(keccak(PROPOSAL.encode(self.call)), "big")

    def operation(self, governor: str) -> bytes:
        """By which the treasury knows it: the governor's address in the salt keeps others from taking it."""
        *calls, described = self.call
        salt = int(governor, 16) << 96 ^ int.from_bytes(described, "big")
        return keccak(OPERATION.encode((*calls, bytes(32), salt.to_bytes(32, "big"))))

    def effect(self, purse: Purse, settings: Settings) -> None:
        for effect in self.effects:
            effect(purse, settings)


class Motions:
    """Makes bills; names are of people."""

    def __init__(self, world: World) -> None:
        self.world, self.treasury = world, world.contracts["Treasury"]

    def bill(self, motions: Sequence[Motion], description: str) -> Bill:
        made = [MOTIONS[kind](self, self.world.address(name), amount) for kind, name, amount in motions]
        return Bill(
            targets=[target.address for target, *_ in made],
            values=[value for _, value, *_ in made],
            datas=[data for _, _, data, _ in made],
            description=description,
            effects=[effect for *_, effect in made],
        )


def _pay(m: Motions, to: str, amount: int) -> Made:
    token = m.world.token
    return token, 0, token.encode("transfer", to, amount), lambda purse, _: purse.pay(to, amount)


def _send(m: Motions, to: str, amount: int) -> Made:
    return Contract("LivepeerToken", to), amount, b"", lambda purse, _: purse.send(to, amount)


def _setting(owner: str, function: str, effect: Callable[[Settings, int], None]) -> Callable[[Motions, str, int], Made]:
    """What a proposal alone may set: of the governor, or of its treasury."""

    def make(m: Motions, _: str, value: int) -> Made:
        target = m.world.contracts[owner]
        return target, 0, target.encode(function, value), lambda _, settings: effect(settings, value)

    return make


def _guardian(m: Motions, name: str, _: int) -> Made:
    data = m.treasury.encode("grantRole", CANCELLER, name)
    return m.treasury, 0, data, lambda _, settings: settings.guardians.add(name)


def _relay(m: Motions, to: str, amount: int) -> Made:
    """The governor itself has no LPT to pay with."""
    governor, token = m.world.governor, m.world.token
    data = governor.encode("relay", token.address, 0, token.encode("transfer", to, amount))

    def effect(_: Purse, __: Settings) -> None:
        if amount:
            raise RefusedError("ERC20InsufficientBalance", governor.address, 0, amount)

    return governor, 0, data, effect


def _forbidden(
    contract: str, function: str, arguments: Callable[[str, int], tuple[Any, ...]], error: str, *rest: object
) -> Callable[[Motions, str, int], Made]:
    """VOTE-59: what a treasury has no business with; it is told its own address, and `rest`."""

    def make(m: Motions, to: str, amount: int) -> Made:
        target = m.world.contracts[contract]

        def effect(purse: Purse, _: Settings) -> None:
            raise RefusedError(error, purse.owner, *rest)

        return target, 0, target.encode(function, *arguments(to, amount)), effect

    return make


MOTIONS: dict[str, Callable[[Motions, str, int], Made]] = {
    "pay": _pay,
    "send": _send,
    "delay": _setting("LivepeerGovernor", "setVotingDelay(uint48)", lambda s, n: setattr(s, "delay", n)),
    "period": _setting("LivepeerGovernor", "setVotingPeriod(uint32)", Settings.set_period),
    "published delay": _setting("LivepeerGovernor", "setVotingDelay(uint256)", lambda s, n: setattr(s, "delay", n)),
    "published period": _setting("LivepeerGovernor", "setVotingPeriod(uint256)", Settings.set_period),
    "threshold": _setting("LivepeerGovernor", "setProposalThreshold", lambda s, n: setattr(s, "threshold", n)),
    "quorum": _setting("LivepeerGovernor", "updateQuorumNumerator", Settings.set_quorum),
    "wait": _setting("Treasury", "updateDelay", lambda s, n: setattr(s, "wait", n)),
    "guardian": _guardian,
    "relay": _relay,
    "seize": _forbidden("Controller", "transferOwnership", lambda to, _: (to,), "CallerNotOwner"),
    "pause": _forbidden("Controller", "pause", lambda *_: (), "CallerNotOwner"),
    "tune": _forbidden("BondingManager", "setUnbondingPeriod", lambda *_: (1,), "CallerNotControllerOwner"),
    "drain": _forbidden("Minter", "trustedWithdrawETH", lambda to, n: (to, n), "CallerNotBondingManagerOrTicketBroker"),
    "mint": _forbidden("LivepeerToken", "mint", lambda to, n: (to, n), "AccessControlUnauthorizedAccount", MINTER_ROLE),
}
