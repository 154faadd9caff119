"""Where a node says that it can be reached."""

from __future__ import annotations

import pytest

from tests.support.deployment import NOBODY
from tests.support.reverts import reverts

URIS = ["https://orchestrator.example:8935", "", "x" * 31, "x" * 32, "x" * 1000, "https://пример.example"]


@pytest.mark.parametrize("uri", URIS)
def test_reg64_an_account_publishes_its_uri(market, stranger, uri):
    registry = market.registry
    receipt = registry.setServiceURI(uri, sender=stranger)
    assert receipt.events == [registry.ServiceURIUpdate(stranger, uri)]
    assert registry.getServiceURI(stranger) == uri


def test_reg64_a_uri_is_replaced_by_a_shorter_one_and_taken_back(market, stranger):
    for uri in ("x" * 100, "y", "z" * 31, "x" * 32, "", "x" * 64, "я" * 15, "y" * 33, "y"):
        market.registry.setServiceURI(uri, sender=stranger)
        assert market.registry.getServiceURI(stranger) == uri


def test_reg64_nobody_writes_anothers_uri(market, stranger, gateway):
    market.registry.setServiceURI("https://a:1", sender=stranger)
    market.registry.setServiceURI("https://b:1", sender=gateway)
    assert market.registry.getServiceURI(stranger) == "https://a:1"


def test_an_account_that_never_said_has_no_uri(market, delegators):
    assert market.registry.getServiceURI(delegators[5]) == ""


def test_reg63_a_uri_can_be_changed_while_the_system_is_paused(market, stranger):
    market.controller.pause(sender=market.owner)
    market.registry.setServiceURI("https://a:1", sender=stranger)
    assert market.registry.getServiceURI(stranger) == "https://a:1"


def test_reg64_a_second_instance_without_a_controller_works_by_itself(market, project, owner, stranger, gateway):
    """As the registry of AI services on the live network: no proxy, and a Controller that knows nothing of it."""
    services = owner.deploy(project.ServiceRegistry, NOBODY)
    receipt = services.setServiceURI("https://ai:1", sender=stranger)
    assert receipt.events == [services.ServiceURIUpdate(stranger, "https://ai:1")]
    assert services.getServiceURI(stranger) == "https://ai:1"
    assert (services.getServiceURI(gateway), market.registry.getServiceURI(stranger)) == ("", "")
    assert (services.controller(), services.targetContractId()) == (NOBODY, bytes(32))
    with reverts("CallerNotController", stranger):
        services.setController(stranger, sender=stranger)
