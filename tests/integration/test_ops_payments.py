"""What a sender of tickets does by hand, through the commands."""

from __future__ import annotations

import pytest

from tests.support.ops import Ops

pytestmark = pytest.mark.usefixtures("gateway", "stranger")

ETH = 10**18


@pytest.fixture(scope="module")
def ops(market):
    return Ops(market.controller.address)


def held(market, account):
    (deposit, withdraw_round), (reserve, _) = market.broker.getSenderInfo(account)
    return deposit, reserve, withdraw_round


def test_funding_oneself_and_another(ops, market, gateway, stranger):
    done = ops("fund", "--deposit", "0.2 ETH", "--reserve", "0.1 ETH", sender=gateway)
    assert "0 ETH -> 0.2 ETH (200000000000000000 wei)" in done.text("deposit")
    assert "DepositFunded" in done.text("event")
    assert "ReserveFunded" in done.text("event")
    ops("fund", "--deposit", "0.1 ETH", "--for", gateway.address, sender=stranger)
    assert held(market, gateway) == (ETH * 3 // 10, ETH // 10, 0)


def test_the_way_out_and_back_in(ops, market, gateway):
    ops("fund", "--deposit", "1 ETH", sender=gateway)
    assert "has not asked to withdraw" in ops.refused("withdraw deposit", sender=gateway)
    done = ops("unlock", sender=gateway)
    assert f"round {market.round + 2}, in " in done.text("opens")
    assert held(market, gateway)[2] == market.round + 2
    assert "has asked already" in ops.refused("unlock", sender=gateway)
    assert "are locked until round" in ops.refused("withdraw deposit", sender=gateway)
    ops("unlock", "--cancel", sender=gateway)
    assert held(market, gateway)[2] == 0
    assert "nothing to take back" in ops.refused("unlock", "--cancel", sender=gateway)


def test_funding_takes_an_unlock_back_and_says_so(ops, market, gateway):
    ops("fund", "--deposit", "1 ETH", sender=gateway)
    ops("unlock", sender=gateway)
    done = ops("fund", "--reserve", "1 ETH", sender=gateway)
    assert "funding takes that back" in done.text("WARNING")
    assert held(market, gateway) == (ETH, ETH, 0)


def test_everything_is_withdrawn(ops, market, gateway):
    ops("fund", "--deposit", "1 ETH", "--reserve", "2 ETH", sender=gateway)
    ops("unlock", sender=gateway)
    market.skip_to_round(market.round + 2)
    before = gateway.balance
    done = ops("withdraw deposit", sender=gateway)
    assert "3 ETH" in done.output
    assert held(market, gateway)[:2] == (0, 0)
    assert before + 3 * ETH - ETH // 100 < gateway.balance < before + 3 * ETH


WRONG = [
    (("fund",), "nothing to fund: give --deposit, --reserve, or both"),
    (("fund", "--deposit", "20000 ETH"), "and gas"),
    (("fund", "--deposit", "1 LPT"), "this is about ETH"),
    (("fund", "--deposit", "all"), "is no amount"),
    (("fund", "--deposit", "1 ETH", "--for", "0x1234"), "sender '0x1234' is no address"),
    (("unlock",), "has neither deposit nor reserve: `ape run ops fund` comes first"),
    (("withdraw deposit",), "has neither deposit nor reserve"),
]


def test_wrong_input_is_told_before_anything_is_sent(ops, stranger):
    nonce = stranger.nonce
    for (name, *arguments), reason in WRONG:
        assert reason in ops.refused(name, *arguments, sender=stranger), (name, arguments)
    assert stranger.nonce == nonce
