"""From a proposal to what the treasury does; the pause where a Governor owns the Controller: through the commands."""

from __future__ import annotations

import pytest

from tests.support.deployment import LPT
from tests.support.ops import Ops

pytestmark = pytest.mark.usefixtures("owner", "stranger", "gateway", "delegators", "orchestrators")

DELAY, PERIOD = 1, 3  # rounds, as deployed
FUNDS = 1_000 * LPT


@pytest.fixture(scope="module")
def ops(market):
    return Ops(market.controller.address)


@pytest.fixture(scope="module")
def treasury_funds(market, owner):
    market.token.transfer(market.treasury, FUNDS, sender=owner)


@pytest.fixture(scope="module")
def voters(market, treasury_funds, orchestrators, delegators):
    """Two orchestrators with 1,000 and 400 LPT, and a delegator with 300 LPT of the first's; their votes count."""
    market.register(orchestrators[0], 700 * LPT)
    market.register(orchestrators[1], 400 * LPT)
    market.bond(delegators[0], 300 * LPT, orchestrators[0])
    market.next_round()
    market.next_round()
    return orchestrators[0], orchestrators[1], delegators[0]


def number_of(done):
    return done.text("number")


def test_a_payment_from_proposal_to_receipt(ops, market, voters, stranger):
    first, second, delegator = voters
    done = ops(
        "propose", "--pay", "7 LPT", "--to", stranger.address, "--description", "# A payment\nfor work", sender=second
    )
    number = number_of(done)
    start = market.round + DELAY
    assert done.text("title") == "A payment"
    assert done.text("action 1") == f"pay 7 LPT (7000000000000000000 wei) to {stranger.address}"
    assert "400 LPT (400000000000000000000 wei) are yours; 100 LPT" in done.text("votes")
    assert f"with the stake of round {start + 1}, from round {start + 1}, in" in done.text("voting")
    assert done.text("WARNING") == ""
    assert "has been proposed, word for word" in ops.refused(
        "propose", "--pay", "7 LPT", "--to", stranger.address, "--description", "# A payment\nfor work", sender=second
    )
    assert f"begins in round {start + 1}" in ops.refused("vote", "last", "for", sender=first)

    market.next_round(2)
    done = ops("vote", number, "against", sender=first)
    assert "at most 1,000 LPT (1000000000000000000000 wei) as of round" in done.text("your votes")
    assert "less that of delegators who vote themselves" in done.text("your votes")
    assert done.text("against").splitlines() == ["0 LPT", "1,000 LPT (1000000000000000000000 wei)"]
    done = ops("vote", number, "for", "--reason", "it is due", sender=delegator)
    assert "300 LPT" in done.text("your votes")
    assert f"your delegate {first.address}, which has voted: takes them back from its vote" in done.text("overrides")
    assert "reason it is due" in done.text("event")
    assert done.text("against").splitlines()[-1] == "700 LPT (700000000000000000000 wei)"
    ops("vote", "last", "for", sender=second)
    assert "has voted on" in ops.refused("vote", number, "for", sender=second)
    assert "had no votes at the beginning of round" in ops.refused("vote", number, "for", sender=stranger)
    assert "lasts until round" in ops.refused("queue", number, sender=stranger)
    assert f"proposal {number} is active, not queued" in ops.refused("execute", number, sender=stranger)

    market.next_round(PERIOD)
    done = ops("queue", number, sender=stranger)
    assert done.exit_code == 0
    ops("execute", number, sender=stranger)
    assert market.token.balanceOf(stranger) == 7 * LPT
    assert market.token.balanceOf(market.treasury) == FUNDS - 7 * LPT
    assert "is executed, not queued" in ops.refused("execute", number, sender=stranger)


def test_a_file_of_actions(ops, market, voters, stranger, tmp_path):
    file = tmp_path / "proposal.yaml"
    file.write_text(
        f"""
        description: |
          # Several things
          at once
        actions:
          - {{pay: 1 ETH, to: "{stranger.address}"}}
          - {{pay: 2000 LPT, to: "{stranger.address}"}}
          - {{call: BondingManager.setTreasuryBalanceCeiling, arguments: [5]}}
          - {{target: "{stranger.address}", data: "0x1234"}}
        """
    )
    done = ops("propose", str(file), sender=voters[0])
    assert done.text("title") == "Several things"
    assert done.text("action 1") == f"pay 1 ETH (1000000000000000000 wei) to {stranger.address}"
    assert done.text("action 3") == "BondingManager.setTreasuryBalanceCeiling(5)"
    warnings = done.text("WARNING")
    assert "action 1 would fail" in warnings  # no ETH
    assert "action 2 would fail" in warnings  # too little LPT
    assert "action 3 would fail" in warnings  # not the owner
    assert "action 4 calls an address without a contract" in warnings

    shown = ops("status").output
    assert "Several things" in shown
    assert "pending" in shown
    assert "only " + voters[0].address in ops.refused("cancel", "last", sender=stranger)
    done = ops("cancel", "last", sender=voters[0])
    assert done.text("action 1") == f"pay 1 ETH (1000000000000000000 wei) to {stranger.address}"
    assert done.text("action 2") == f"pay 2,000 LPT (2000000000000000000000 wei) to {stranger.address}"
    assert done.text("action 3") == "BondingManager.setTreasuryBalanceCeiling(ceiling 5)"
    assert done.text("action 4") == f"call {stranger.address} and 0x1234"
    assert "is canceled, not pending" in ops.refused("cancel", "last", sender=voters[0])


def test_what_cannot_be_proposed_is_told(ops, voters, stranger, tmp_path):
    def write(text):
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.yaml"
        path.write_text(text)
        return str(path)

    describe = ("--description", "x")
    for arguments, reason in (
        ((), "nothing to propose: name a file, or a payment"),
        (("--pay", "1 LPT"), "a payment needs both"),
        (("--pay", "1 LPT", "--to", stranger.address), "say what this is for"),
        (("--pay", "0", "--to", stranger.address, *describe), "a payment of nothing"),
        (("--pay", "1 LPT", "--to", "0x12", *describe), "receiver '0x12' is no address"),
        ((write("- a"),), "must hold `description` and a list of `actions`"),
        ((write("actions: []\nother: 1"),), "knows no other"),
        ((write("actions: [{pay: 1 LPT}]"),), "action 1: each action is {pay: "),
        ((write("actions: [{pay: 1 LPT, to: 0x1234}]"),), "an address stands in quotes"),
        ((write("actions: [{call: Nobody.does}]"),), "'Nobody.does' is not Contract.function"),
        ((write("actions: [{call: Minter.inflation}]"),), "Minter has no function inflation that changes anything"),
        ((write("actions: [{call: Minter.setInflationChange, arguments: [1, 2]}]"),), "action 1: "),
        ((write("actions: ["),), "cannot be read"),
    ):
        assert reason in ops.refused("propose", *arguments, sender=voters[0]), arguments
    said = ops.refused("propose", "--pay", "1 LPT", "--to", stranger.address, *describe, sender=stranger)
    assert "a proposal takes 100 LPT" in said
    assert "no proposal '77': give its number, or 'last'" in ops.refused("vote", "77", "for", sender=voters[0])


def test_an_owner_pauses_and_lets_go_on(ops, market, owner, stranger):
    said = ops.refused("pause", sender=stranger)
    assert f"only the Controller's owner {owner.address} may" in said
    done = ops("pause", sender=owner)
    assert done.text("system").splitlines() == ["running -> paused", "paused"]
    assert market.controller.paused()
    assert "is paused already" in ops.refused("pause", sender=owner)
    ops("unpause", sender=owner)
    assert not market.controller.paused()
    assert "is not paused" in ops.refused("unpause", sender=owner)


@pytest.fixture
def governed(market, owner):
    """The Controller belongs to the protocol's Governor, which belongs to `owner`."""
    governor = market.deployment.governor
    market.controller.transferOwnership(governor, sender=owner)
    return governor


def test_the_governor_pauses_at_once(ops, market, governed, owner, stranger):
    said = ops.refused("pause", sender=stranger)
    assert (
        f"the Controller belongs to the Governor {governed.address}, whose owner {owner.address} has to stage" in said
    )
    done = ops("pause", sender=owner)
    assert done.text("sent").count("gas") == 2
    assert market.controller.paused()
    ops("unpause", sender=owner)
    assert not market.controller.paused()


def test_the_governor_pauses_after_a_delay(ops, market, governed, owner, stranger, chain):
    done = ops("pause", "--delay", "5", sender=owner)
    assert "5 blocks after staging; run this again then" in done.text("due")
    assert not market.controller.paused()
    assert "that is staged, and anybody can execute it from block" in ops.refused("pause", sender=stranger)
    chain.mine(5)
    done = ops("pause", sender=stranger)
    assert "due since block" in done.text("staged")
    assert market.controller.paused()


def test_signers_of_an_owner_without_key_get_the_transaction(ops, market, governed, owner):
    result = ops.run("pause", "--dry-run", "--account", owner.address)
    stage, _ = [line.split() for line in result.output.splitlines() if line.startswith("to ")]
    assert (stage[1], stage[3]) == (governed.address, "0")
    assert stage[5].startswith("0x" + bytes(governed.stage.encode_input(([], [], [], 0), 0))[:4].hex())
    assert not market.controller.paused()
