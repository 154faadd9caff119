"""Ways to ether, at the end of which stands a contract that calls back, refuses, wastes gas or answers at length."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import Any, NamedTuple

from tests.matrices.calls import EXECUTE, TICKET, Sample, ticket_of
from tests.matrices.scene import NOBODY, Act, Scene
from tests.support.calldata import deploy

__all__ = ["ROUTES", "Mood", "Route", "as_receiver", "behave", "calls_back"]

WEI = 1_000
STRUCT = "(address[],uint256[],bytes[],uint256)"


class Mood(IntEnum):
    """As HarnessReceiver has them."""

    ACCEPT, REFUSE, CALL_BACK, WASTE_GAS, ANSWER_AT_LENGTH = range(5)


class Route(NamedTuple):
    """A way to ether.

    Attributes:
        receiver: who is paid.
        prepare: brings about what the payment needs.
        pay: the call that pays; it goes through if the receiver lets it.
        refused: the error, and its arguments, if the receiver refuses; by the receiver's own error if None.
        about: the contracts that are called back where another way, of the same code, is tried with all of them.
    """

    receiver: str
    prepare: Callable[[Scene], object]
    pay: Callable[[Scene], Act]
    refused: tuple[str, tuple[Any, ...]] | None = None
    about: tuple[str, ...] = ()


def _redeem(recipient: str) -> Callable[[Scene], object]:
    return lambda scene: scene.do(
        Act("gina", "TicketBroker", f"redeemWinningTicket({TICKET},bytes,uint256)", ticket_of(scene, recipient))
    )


def _withdraw_fees(caller: str, receiver: str) -> Callable[[Scene], Act]:
    return lambda _scene: Act(caller, "BondingManager", "withdrawFees(address,uint256)", (receiver, WEI))


def _proposal(name: str) -> Callable[[Scene], Act]:
    return lambda scene: Act("mallory", "LivepeerGovernor", EXECUTE, scene.proposals[name].call)


def _governor(scene: Scene) -> Act:
    return Act("mallory", "Governor", f"execute({STRUCT})", ((["rosa"], [WEI], [b""], 0),), WEI)


def _stage(scene: Scene) -> None:
    scene.do(Act("owner", "Governor", f"stage({STRUCT},uint256)", ((["rosa"], [WEI], [b""], 0), 0)))


def _schedule(scene: Scene) -> None:
    """As the governor would: once as a batch and once alone."""
    types, head = "bytes32,bytes32", (bytes(32), bytes(32))
    one, many = ("rosa", WEI, b"", *head, 0), (["rosa"], [WEI], [b""], *head, 0)
    scene.do(Act("LivepeerGovernor", "Treasury", f"schedule(address,uint256,bytes,{types},uint256)", one))
    scene.do(Act("LivepeerGovernor", "Treasury", f"scheduleBatch(address[],uint256[],bytes[],{types},uint256)", many))


def _treasury(scene: Scene) -> Act:
    arguments = ("rosa", WEI, b"", bytes(32), bytes(32))
    return Act("LivepeerGovernor", "Treasury", "execute(address,uint256,bytes,bytes32,bytes32)", arguments)


def _treasury_batch(scene: Scene) -> Act:
    arguments = (["rosa"], [WEI], [b""], bytes(32), bytes(32))
    return Act("LivepeerGovernor", "Treasury", "executeBatch(address[],uint256[],bytes[],bytes32,bytes32)", arguments)


def _end_poll(scene: Scene) -> None:
    """A poll takes no ether, but it may have been sent there before."""
    with scene.undone():
        address = scene.open_poll()
    scene.engine.call(scene.names["mallory"], address, b"", WEI)
    assert scene.open_poll() == address
    scene.engine.mine(scene.number("PollCreator", "POLL_PERIOD"))
    scene.next_round()


def _become_minter(scene: Scene) -> None:
    """The next Minter is the receiver."""
    minter = deploy(scene.engine, scene.names["mallory"], "HarnessHostileMinter", scene.names["Controller"])
    scene.receivers["new minter"] = minter
    scene.names["new minter"] = scene.callers["new minter"] = minter.address


def _failed(receiver: str, amount: int = WEI) -> tuple[str, tuple[Any, ...]]:
    return "EthTransferFailed", (receiver, amount)


STAKING = ("BondingManager", "TicketBroker", "RoundsManager", "Minter")
GOVERNANCE = ("LivepeerGovernor", "Treasury")

ROUTES = {
    "fees of a delegator": Route("rosa", _redeem("olga"), _withdraw_fees("rosa", "rosa"), _failed("rosa")),
    "fees of an orchestrator": Route("ruth", _redeem("ruth"), _withdraw_fees("ruth", "ruth"), _failed("ruth"), STAKING),
    "fees for another": Route("rosa", _redeem("olga"), _withdraw_fees("dora", "rosa"), _failed("rosa"), STAKING),
    "deposit": Route(
        "rosa", lambda scene: None, lambda scene: Act("rosa", "TicketBroker", "withdraw()"), _failed("rosa", 10**18)
    ),
    "proposal": Route("rosa", lambda scene: None, _proposal("payment")),
    "relay": Route("rosa", lambda scene: None, _proposal("relayed payment"), about=GOVERNANCE),
    "treasury": Route("rosa", _schedule, _treasury, about=GOVERNANCE),
    "treasury batch": Route("rosa", _schedule, _treasury_batch, about=GOVERNANCE),
    "update": Route("rosa", _stage, _governor),
    "poll": Route("rosa", _end_poll, lambda scene: Act("rosa", "Poll", "destroy()")),
    "migration": Route(
        "new minter",
        _become_minter,
        lambda scene: Act("owner", "Minter", "migrateToNewMinter(address)", ("new minter",)),
    ),
}


def behave(scene: Scene, receiver: str, mood: Mood, target: str = NOBODY, data: bytes = b"") -> None:
    """How the receiver is from now on; `target` and `data` are what it calls back with."""
    contract = scene.receivers[receiver]
    behaviour = contract.encode("behave", mood, target, data)
    assert scene.engine.call(scene.names["mallory"], contract.address, behaviour).refusal is None


def calls_back(scene: Scene, receiver: str) -> tuple[bool, bytes | None]:
    """Whether it has, and what the refusal was; None if what it called went through."""
    contract = scene.receivers[receiver]

    def ask(function: str) -> bytes:
        return scene.engine.view(contract.address, contract.encode(function))

    answer = ask("callBackAnswer")
    length = int.from_bytes(answer[32:64], "big")
    refusal = None if any(ask("callBackSucceeded")) else answer[64 : 64 + length]
    return any(ask("calledBack")), refusal


def as_receiver(known: Iterator[Sample], receiver: str) -> Iterator[Sample]:
    """The samples' calls as the receiver would make them: for itself, and without ether."""
    for sample in known:
        old = sample.act.caller
        yield Sample(
            _turned(sample.act, old, receiver)._replace(value=0),
            tuple(_turned(act, old, receiver) for act in sample.before),
        )


def _turned(act: Act, old: str, new: str) -> Act:
    if act.caller != old:
        return act
    arguments = tuple(new if argument == old else argument for argument in act.arguments)
    return act._replace(caller=new, arguments=arguments)
