"""LPT for who tries the protocol on a test network."""

from __future__ import annotations

import pytest

from tests.support.deployment import LPT
from tests.support.reverts import reverts

AMOUNT, HOURS = 10 * LPT, 24


@pytest.fixture
def faucet(project, market):
    """Holds enough for three requests."""
    faucet = market.owner.deploy(project.LivepeerTokenFaucet, market.token, AMOUNT, HOURS)
    market.token.transfer(faucet, 3 * AMOUNT, sender=market.owner)
    return faucet


def test_the_faucet_is_what_it_was_made_to_be(faucet, market, stranger):
    assert (faucet.token(), faucet.requestAmount(), faucet.requestWait()) == (market.token, AMOUNT, HOURS)
    assert faucet.owner() == market.owner
    assert (faucet.nextValidRequest(stranger), faucet.isWhitelisted(stranger)) == (0, False)


def test_everybody_may_ask_once_in_a_while(faucet, market, chain, stranger, gateway):
    receipt = faucet.request(sender=stranger)
    assert receipt.events == [market.token.Transfer(faucet, stranger, AMOUNT), faucet.Request(stranger, AMOUNT)]
    asked = chain.blocks[receipt.block_number].timestamp
    assert faucet.nextValidRequest(stranger) == asked + HOURS * 3600
    with reverts("RequestTooEarly", stranger, asked + HOURS * 3600):
        faucet.request(sender=stranger)
    faucet.request(sender=gateway)  # one's wait is not another's
    chain.mine(timestamp=asked + HOURS * 3600)
    faucet.request(sender=stranger)
    assert market.token.balanceOf(stranger) == 2 * AMOUNT


def test_who_is_on_the_whitelist_does_not_wait(faucet, market, stranger):
    faucet.addToWhitelist(stranger, sender=market.owner)
    for _ in range(2):
        faucet.request(sender=stranger)
    assert (faucet.isWhitelisted(stranger), faucet.nextValidRequest(stranger)) == (True, 0)
    faucet.removeFromWhitelist(stranger, sender=market.owner)
    faucet.request(sender=stranger)
    with reverts("RequestTooEarly", stranger, faucet.nextValidRequest(stranger)):
        faucet.request(sender=stranger)


def test_an_empty_faucet_gives_nothing_and_keeps_nobody_waiting(faucet, market, stranger):
    faucet.addToWhitelist(stranger, sender=market.owner)
    for _ in range(3):
        faucet.request(sender=stranger)
    faucet.removeFromWhitelist(stranger, sender=market.owner)
    with reverts("ERC20InsufficientBalance", faucet, 0, AMOUNT):
        faucet.request(sender=stranger)
    assert faucet.nextValidRequest(stranger) == 0


def test_reg60_the_whitelist_is_the_owners(faucet, stranger):
    for call in (faucet.addToWhitelist, faucet.removeFromWhitelist):
        with reverts("OwnableUnauthorizedAccount", stranger):
            call(stranger, sender=stranger)
