"""Where a node says that it can be reached."""

from __future__ import annotations

import pytest

URIS = ["https://orchestrator.example:8935", "", "x" * 31, "x" * 32, "x" * 1000, "https://пример.example"]


@pytest.mark.parametrize("uri", URIS)
def test_reg64_an_account_publishes_its_uri(market, stranger, uri):
    registry = market.registry
    receipt = registry.setServiceURI(uri, sender=stranger)
    assert receipt.events == [registry.ServiceURIUpdate(stranger, uri)]
    assert registry.getServiceURI(stranger) == uri


def test_reg64_a_uri_is_replaced_by_a_shorter_one_and_taken_back(market, stranger):
    for uri in ("x" * 100, "y", ""):
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
