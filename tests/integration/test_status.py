"""What `ape run status` shows is what the chain holds, for people and for machines."""

from __future__ import annotations

import json

import pytest

from scripts._lib.ops.clock import Clock
from scripts._lib.ops.protocol import Protocol
from scripts._lib.sources import contract_id
from scripts._lib.status.active_set import RewardCalls
from tests.support.commands import ROOT
from tests.support.deployment import LPT, NOBODY
from tests.support.ops import Ops, find_command, run_connected

pytestmark = pytest.mark.usefixtures("owner", "stranger", "gateway", "delegators", "orchestrators")


@pytest.fixture(scope="module")
def ops(market):
    return Ops(market.controller.address)


@pytest.fixture(scope="module")
def story(market, orchestrators, owner):
    """Round 11: all four call reward. 12: the first two. 13: nobody opens it. 14: the first, and the fourth loses its
    seat to the fifth; the second has published where it is."""
    first, second, third, fourth, fifth = orchestrators[:5]
    for number, account in enumerate((first, second, third, fourth)):
        market.register(account, (400 - 100 * number) * LPT)
    market.next_round()
    for account in (first, second, third, fourth):
        market.bonding.reward(sender=account)
    market.next_round()
    for account in (first, second):
        market.bonding.reward(sender=account)
    market.registry.setServiceURI("https://second.example:8935", sender=second)
    market.next_round(2)
    market.bonding.reward(sender=first)
    market.register(fifth, 50_000 * LPT)
    return orchestrators


def machine(ops, *arguments):
    return json.loads(ops("status", "--json", *arguments).output)


def test_round_stake_and_parameters_are_those_of_the_contracts(ops, market, story, owner):
    shown = machine(ops)
    assert shown["format"] == 1
    assert shown["owner"] == owner.address
    assert shown["paused"] is False
    rounds, minter, bonding = market.rounds, market.minter, market.bonding
    assert shown["round"] == {
        "number": 14,
        "initialized": True,
        "locked": False,
        "last_initialized": 14,
        "block": rounds.blockNum(),
        "start_block": rounds.currentRoundStartBlock(),
        "lock_block": rounds.currentRoundStartBlock() + 45,
        "blocks_left": rounds.currentRoundStartBlock() + 50 - rounds.blockNum(),
        "seconds_left": None,
    }
    assert shown["supply"] == {
        "active_stake": str(bonding.currentRoundTotalActiveStake()),
        "next_active_stake": str(bonding.nextRoundTotalActiveStake()),
        "total_supply": str(market.token.totalSupply()),
        "inflation": minter.inflation(),
        "mintable": str(minter.currentMintableTokens()),
        "minted": str(minter.currentMintedTokens()),
    }
    assert shown["parameters"]["unbonding_period"] == 3
    assert shown["parameters"]["pool_max_size"] == 4
    assert shown["contracts"]["BondingManager"] == market.bonding.address
    assert shown["treasury"] == {"address": market.treasury.address, "lpt": "0", "eth": str(market.treasury.balance)}


def test_orchestrators_stand_in_the_order_of_the_pool_and_then_who_leaves(ops, market, story):
    first, second, _, fourth, fifth = (account.address for account in story[:5])
    shown = machine(ops, "--rounds", "4")["orchestrators"]
    assert [(seat["rank"], seat["account"]) for seat in shown] == [*enumerate(market.pool(), 1), (None, fourth)]
    seats = {seat["account"]: seat for seat in shown}
    assert seats[fourth]["active"]
    assert seats[fourth]["deactivation_round"] == 15
    assert not seats[fifth]["active"]
    assert seats[fifth]["activation_round"] == 15
    assert seats[second]["uri"] == "https://second.example:8935"
    assert seats[first]["stake"] == str(market.bonding.transcoderTotalStake(first))
    assert (seats[first]["reward_cut"], seats[first]["fee_share"]) == (100_000, 500_000)


def test_reward_calls_of_the_last_rounds(ops, story):
    first, second, third, fourth, fifth = (account.address for account in story[:5])
    seats = {seat["account"]: seat["rewards"] for seat in machine(ops, "--rounds", "4")["orchestrators"]}
    skipped = "uninitialized"
    assert seats[first] == {"11": "called", "12": "called", "13": skipped, "14": "called"}
    assert seats[second] == {"11": "called", "12": "called", "13": skipped, "14": "open"}
    assert seats[third] == {"11": "called", "12": "missed", "13": skipped, "14": "open"}
    assert seats[fourth] == {"11": "called", "12": "missed", "13": skipped, "14": "open"}
    assert seats[fifth] == {"11": "inactive", "12": "inactive", "13": skipped, "14": "inactive"}
    assert machine(ops, "--rounds", "0")["orchestrators"][0]["rewards"] == {}


def test_senders_come_with_most_funds_first_page_by_page(ops, market, delegators, story):
    for number, account in enumerate(delegators[:5], 1):
        market.broker.fundDepositAndReserve(number * 10**15, 10**15, value=(number + 1) * 10**15, sender=account)
    market.broker.unlock(sender=delegators[4])
    shown = machine(ops, "--senders", "2", "--page", "1")["senders"]
    assert (shown["count"], shown["pages"], shown["deposits"], shown["reserves"]) == (
        5,
        3,
        str(15 * 10**15),
        str(5 * 10**15),
    )
    assert shown["shown"][0] == {
        "account": delegators[4].address,
        "deposit": str(5 * 10**15),
        "reserve": str(10**15),
        "reserve_claimed": "0",
        "withdraw_round": market.round + 2,
    }
    assert [row["account"] for row in machine(ops, "--senders", "2", "--page", "3")["senders"]["shown"]] == [
        delegators[0].address
    ]
    assert machine(ops, "--senders", "2", "--page", "4")["senders"]["shown"] == []


def test_people_see_tables(ops, market, story, owner):
    market.broker.fundDeposit(value=10**15, sender=owner)
    shown = ops("status", "--rounds", "4").output
    assert "14, initialised" in shown
    assert "4 of 4 seats of the next round taken" in shown
    assert "●●/●" in shown
    assert "●✗/○" in shown
    assert "(until round 14)" in shown
    assert "(from round 15 on)" in shown
    assert "https://second.example:8935" in shown
    assert "Senders: 1 with 0.001 ETH of deposits" in shown


def test_a_round_that_nobody_opened_and_a_pause_are_seen(ops, market, story, owner):
    market.skip_to_round(market.round + 1)
    market.controller.pause(sender=owner)
    shown = machine(ops)
    assert shown["paused"] is True
    assert shown["round"]["initialized"] is False
    text = ops("status").output
    assert "PAUSED" in text
    assert "NOT initialised" in text


def test_a_uri_that_looks_like_markup_is_shown_as_it_is(ops, market, story):
    market.registry.setServiceURI("[red]x[/]", sender=story[0])
    assert "[red]x[/]" in ops("status").output


def test_a_node_that_answers_for_few_blocks_at_a_time_is_asked_often(market, story, chain, monkeypatch):
    """Reward calls are the same, found piece by piece; and where even that is refused the rest is still shown."""
    from scripts._lib.ops import logs

    provider = chain.provider
    protocol = Protocol.find(provider, None, market.controller.address)
    clock = Clock.read(protocol, provider)
    at_once = RewardCalls.read(protocol, clock, 4)
    assert at_once.fault is None
    assert len(at_once.calls) == 7
    asked, get_logs = [], provider.web3.eth.get_logs

    def few(question):
        low, high = int(question["fromBlock"], 16), int(question["toBlock"], 16)
        asked.append(high - low + 1)
        if high - low + 1 > limit:
            raise ValueError("query exceeds the range of blocks")
        return get_logs(question)

    monkeypatch.setattr(provider.web3.eth, "get_logs", few)
    monkeypatch.setattr(logs, "MIN_BLOCKS", 30)
    limit = 60
    assert RewardCalls.read(protocol, clock, 4) == at_once
    assert len(asked) > 4
    limit = 10
    refused = RewardCalls.read(protocol, clock, 4)
    assert "the node has no events of blocks" in refused.fault
    assert refused.calls == frozenset()


def test_nothing_is_shown_of_what_is_no_controller(market):
    result = run_connected(
        find_command("status"), "--controller", market.token.address, "--network", "ethereum:local:foundry"
    )
    assert result.exit_code == 1
    assert "is no Controller" in result.output


def test_every_key_is_documented(ops, market, story, gateway):
    market.broker.fundDeposit(value=1, sender=gateway)
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert [key for key in keys(machine(ops)) if f"`{key}`" not in text] == []


def keys(value):
    """Names at every depth, without those that are rounds or contracts."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            if key not in ("contracts", "rewards"):
                yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)


def test_the_lens_tells_the_same_as_the_published_views(ops, project, market, story, owner):
    """And nothing depends on it: an address that answers nothing is as good as none."""
    lens = owner.deploy(project.ProtocolLens, market.controller)
    shown = []
    for address in (lens.address, NOBODY, story[0].address):
        market.controller.setContractInfo(contract_id("ProtocolLens"), address, bytes(20), sender=owner)
        shown.append(machine(ops)["orchestrators"])
    assert shown[0] == shown[1] == shown[2]
    assert len(shown[0]) == 5
