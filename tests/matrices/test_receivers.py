"""Who is paid ether may be a contract that means ill: on every way to ether, with every function to call back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.matrices.calls import Sample, samples
from tests.matrices.eth_payments import payments_in_sources, payments_in_table
from tests.matrices.receivers import ROUTES, Mood, Route, as_receiver, behave, calls_back
from tests.matrices.scene import Act, Scene

State = dict[str, Any]


def test_solv65_every_place_that_sends_ether_has_a_row() -> None:
    table = payments_in_table()
    assert payments_in_sources() == set(table)
    tried = {route for row in table.values() if isinstance(row, list) for route in row}
    assert tried == set(ROUTES)


@pytest.mark.parametrize("name", ROUTES)
def test_solv65_calling_back_does_what_calling_afterwards_would_have_done(matrix: Scene, name: str) -> None:
    """Whatever the receiver calls in the middle of its payment: the same refusal, or the same state of every contract,
    to the last word of storage, as if it had been paid first and called then."""
    route, amiss, through = ROUTES[name], [], 0
    with matrix.undone():
        route.prepare(matrix)
        for sample in as_receiver(iter(samples(matrix).values()), route.receiver):
            if route.about and sample.act.contract not in route.about:
                continue
            within = paid_and_called(matrix, route, sample, within=True)
            afterwards = paid_and_called(matrix, route, sample, within=False)
            through += within[0] is None
            if within != afterwards:
                amiss.append(f"{sample.act.contract}.{sample.act.function}: {difference(within, afterwards)}")
    assert not amiss, "\n".join(amiss)
    assert through > 3, "hardly anything that was called back went through"


def paid_and_called(scene: Scene, route: Route, sample: Sample, within: bool) -> tuple[bytes | None, State]:
    """How the receiver's call has ended, and what there is then."""
    target, data = scene.contracts[sample.act.contract].address, scene.encode(sample.act)
    with scene.undone():
        for act in sample.before:
            scene.send(act)
        if within:
            behave(scene, route.receiver, Mood.CALL_BACK, target, data)
            scene.engine.mine(1)
            scene.do(route.pay(scene))
            called, refusal = calls_back(scene, route.receiver)
            assert called
        else:
            behave(scene, route.receiver, Mood.ACCEPT)
            scene.do(route.pay(scene))
            refusal = scene.send(sample.act).refusal
        return refusal, state_without(scene, route.receiver) if refusal is None else {}


def state_without(scene: Scene, receiver: str) -> State:
    """Everything but what the receiver itself remembers."""
    state: State = scene.engine.state()
    address = scene.receivers[receiver].address.lower()
    return {**state, address: state[address][0]}


def difference(within: tuple[bytes | None, State], afterwards: tuple[bytes | None, State]) -> str:
    if within[0] != afterwards[0]:
        return f"{within[0]!r} within, {afterwards[0]!r} afterwards"
    accounts = {a for a in within[1] | afterwards[1] if within[1].get(a) != afterwards[1].get(a)}
    return f"differs in {accounts}"


@pytest.mark.parametrize("name", ROUTES)
def test_solv65_a_receiver_that_refuses_or_wastes_gas_harms_only_itself(matrix: Scene, name: str) -> None:
    """The payment is refused and nothing has moved; it goes through as soon as the receiver lets it."""
    route = ROUTES[name]
    with matrix.undone():
        route.prepare(matrix)
        for mood in (Mood.REFUSE, Mood.WASTE_GAS):
            behave(matrix, route.receiver, mood)
            before = matrix.engine.state()
            outcome = matrix.send(route.pay(matrix))
            assert outcome.refusal is not None
            if mood == Mood.REFUSE or route.refused:
                assert matrix.told(outcome) == (route.refused or ("Refused", ()))
            assert matrix.engine.state() == before
        behave(matrix, route.receiver, Mood.ACCEPT)
        matrix.do(route.pay(matrix))


@pytest.mark.parametrize("name", ROUTES)
def test_solv65_a_receiver_is_paid_once_however_long_its_answer(matrix: Scene, name: str) -> None:
    """What it is paid is what left the contract that paid; a second time there is nothing to be had in the same way."""
    route = ROUTES[name]
    with matrix.undone():
        route.prepare(matrix)
        behave(matrix, route.receiver, Mood.ANSWER_AT_LENGTH)
        address = matrix.receivers[route.receiver].address
        held, total = matrix.engine.balance(address), ether(matrix)
        matrix.do(route.pay(matrix))
        paid = matrix.engine.balance(address) - held
        assert paid > 0
        assert ether(matrix) == total
        again = matrix.send(route.pay(matrix))
        assert matrix.engine.balance(address) - held in (paid, 2 * paid)
        if again.refusal is None:
            assert name in TWICE, name


TWICE = {
    "fees of a delegator": "more fees than that were there",
    "fees of an orchestrator": "as above",
    "fees for another": "as above",
    "migration": "what is paid then is nothing",
    "poll": "what is paid then is nothing",
}


def ether(scene: Scene) -> int:
    return sum(balance for balance, _ in scene.engine.state().values())


def test_solv65_who_is_called_back_in_the_middle_of_a_batch_cannot_have_it_twice(matrix: Scene) -> None:
    """A treasury that pays two: the first can neither have the rest paid anew, nor take the place of the second."""
    with matrix.undone():
        batch = matrix.proposals["two payments"].call
        execute = Act("rosa", "LivepeerGovernor", "execute(address[],uint256[],bytes[],bytes32)", batch)
        data = matrix.encode(execute)
        behave(matrix, "rosa", Mood.CALL_BACK, matrix.names["LivepeerGovernor"], data)
        held = {name: matrix.engine.balance(matrix.names[name]) for name in ("rosa", "dora")}
        matrix.do(execute._replace(caller="mallory"))
        called, refusal = calls_back(matrix, "rosa")
        assert called
        assert refusal is not None
        paid = {name: matrix.engine.balance(matrix.names[name]) - held[name] for name in held}
        assert paid == {"rosa": 5, "dora": 7}
