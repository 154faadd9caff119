"""A proxy runs what the Controller has registered, on its own storage."""

from __future__ import annotations

import pytest
from ape.exceptions import VirtualMachineError

from scripts._lib.sources import contract_id
from tests.support.deployment import NOBODY
from tests.support.reverts import reverts

TARGET = contract_id("ServiceRegistryTarget")


@pytest.fixture
def implementations(market, project):
    """Implementations behind the market's proxies, by name."""
    names = ("BondingManager", "TicketBroker", "RoundsManager", "ServiceRegistry")
    return {
        name: project.get_contract(name).at(market.controller.getContract(contract_id(name + "Target")))
        for name in names
    }


def test_reg61_a_proxy_answers_for_itself(market):
    assert market.registry.controller() == market.controller
    assert market.registry.targetContractId() == TARGET


def test_reg61_a_proxy_without_target_refuses_every_call(market, owner, stranger):
    market.controller.setContractInfo(TARGET, NOBODY, bytes(20), sender=owner)
    with reverts("TargetNotRegistered", TARGET):
        market.registry.setServiceURI("https://a:1", sender=stranger)
    with reverts("TargetNotRegistered", TARGET):
        market.registry.getServiceURI(stranger)
    assert market.registry.targetContractId() == TARGET


def test_reg61_a_proxy_whose_controller_is_no_contract_refuses_every_call(market, project, owner, stranger):
    """An account without code answers nothing: it must not be read as an address."""
    orphan = owner.deploy(project.ManagerProxy, stranger, TARGET)
    registry = project.ServiceRegistry.at(orphan.address)
    with reverts("TargetNotRegistered", TARGET):
        registry.setServiceURI("https://a:1", sender=stranger)
    assert registry.targetContractId() == TARGET


def test_reg61_a_proxy_whose_controller_fails_refuses_every_call(market, project, owner, stranger):
    orphan = owner.deploy(project.ManagerProxy, market.token, TARGET)  # a contract without `getContract`
    with reverts("TargetNotRegistered", TARGET):
        project.ServiceRegistry.at(orphan.address).setServiceURI("https://a:1", sender=stranger)


def test_reg61_an_implementation_has_no_id_of_its_own(implementations):
    assert {contract.targetContractId() for contract in implementations.values()} == {bytes(32)}


def test_reg61_a_new_implementation_finds_the_storage_of_the_old(market, project, owner, stranger):
    market.registry.setServiceURI("https://a:1", sender=stranger)
    successor = owner.deploy(project.ServiceRegistry, market.controller)
    market.controller.setContractInfo(TARGET, successor, bytes(20), sender=owner)
    assert market.registry.getServiceURI(stranger) == "https://a:1"
    assert successor.getServiceURI(stranger) == ""


def test_reg61_errors_come_through_as_they_are(market, gateway):
    with reverts("NoFunds", gateway):
        market.broker.unlock(sender=gateway)


def test_reg61_ether_that_comes_without_a_call_is_refused(market, gateway):
    for contract in (market.broker, market.registry, market.bonding, market.minter):
        with reverts(""):
            gateway.transfer(contract, 1)


def test_reg60_only_the_controller_moves_a_proxy_or_an_implementation(market, implementations, stranger, owner):
    for contract in (market.broker, market.rounds, market.registry, market.minter, *implementations.values()):
        for caller in (stranger, owner):
            with reverts("CallerNotController", caller):
                contract.setController(stranger, sender=caller)


def test_reg61_an_implementation_called_directly_holds_no_money_and_obeys_the_owner(market, implementations, gateway):
    broker = implementations["TicketBroker"]
    with reverts("CallerNotMinterOrTicketBroker", broker):
        broker.fundDeposit(value=1, sender=gateway)
    with reverts("CallerNotControllerOwner", gateway):
        broker.setUnlockPeriod(1, sender=gateway)
    with reverts("NoFunds", gateway):
        broker.withdraw(sender=gateway)


def test_reg61_an_implementation_called_directly_begins_no_round(market, implementations, stranger):
    with pytest.raises(VirtualMachineError, match="Division by zero"):  # it has no round length
        implementations["RoundsManager"].initializeRound(sender=stranger)
