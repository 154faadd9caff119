"""What holders of LPT and orchestrators do by hand, through the commands: what each shows, sends and leaves behind."""

from __future__ import annotations

import pytest

from tests.support.deployment import ALL_OF, LPT
from tests.support.ops import Ops

# What lives as long as the session comes before what lives as long as the module.
pytestmark = pytest.mark.usefixtures("owner", "stranger", "gateway", "delegators", "orchestrators")


@pytest.fixture(scope="module")
def ops(market):
    return Ops(market.controller.address)


@pytest.fixture(scope="module")
def pool(market, orchestrators):
    """Four orchestrators with 400, 300, 200 and 100 LPT, active since this round; none has called reward."""
    for number, account in enumerate(orchestrators[:4]):
        market.register(account, (400 - 100 * number) * LPT)
    market.next_round()
    return orchestrators[:4]


def bonded(market, account):
    return market.bonding.getDelegator(account)[0]


# Bonding


def test_a_first_bond_approves_and_tells_what_it_did(ops, market, pool, stranger, owner):
    market.token.transfer(stranger, 50 * LPT, sender=owner)
    done = ops("bond", "30 LPT", "--to", pool[3].address, sender=stranger)
    assert "0 LPT -> 30 LPT (30000000000000000000 wei)" in done.text("bonded")
    assert f"nobody -> {pool[3].address}" in done.text("delegate")
    assert "100 LPT (100000000000000000000 wei) -> 130 LPT" in done.text("stake")
    assert done.text("pool") == f"{pool[3].address}: place 4 of 4"
    assert done.text("hint") == f"between {pool[2].address} and nobody"
    assert "let the BondingManager take 30 LPT (30000000000000000000 wei) (LivepeerToken" in done.text("step 1")
    assert "BondingManager.bondWithHint" in done.text("step 2")
    assert done.text("sent").count("gas") == 2
    assert "Bond: newDelegate" in done.text("event")
    assert done.text("WARNING") == ""
    assert bonded(market, stranger) == 30 * LPT
    assert market.token.allowance(stranger, market.bonding) == 0


def test_more_goes_to_the_present_delegate(ops, market, pool, delegators):
    market.bond(delegators[0], 10 * LPT, pool[1])
    done = ops("bond", "5 LPT", sender=delegators[0])
    assert done.text("delegate") == pool[1].address
    assert done.text("counts") == "with the stake that is bonded"
    assert bonded(market, delegators[0]) == 15 * LPT


def test_all_is_what_the_account_holds(ops, market, pool, stranger, owner):
    market.token.transfer(stranger, 7, sender=owner)
    ops("bond", "all", "--to", pool[0].address, sender=stranger)
    assert bonded(market, stranger) == 7


def test_bond_hints_are_the_places_that_the_pool_gives(ops, market, pool, delegators):
    """The move lifts the last to the second place; hint and order agree."""
    done = ops("bond", "250 LPT", "--to", pool[3].address, sender=delegators[0])
    assert f"{pool[3].address}: place 4 of 4 -> place 2 of 4" in done.text("pool")
    assert done.text("hint") == f"between {pool[0].address} and {pool[1].address}"
    assert market.pool() == [account.address for account in (pool[0], pool[3], pool[1], pool[2])]


def test_moving_stake_shows_both_places(ops, market, pool, delegators):
    market.bond(delegators[0], 150 * LPT, pool[2])
    market.next_round()
    for account in pool:
        market.bonding.reward(sender=account)
    done = ops("bond", "0", "--to", pool[3].address, sender=delegators[0])
    order = market.pool()
    shown = {line.split(":")[0]: int(line.split()[-3]) for line in done.text("pool").splitlines()}
    assert shown == {account.address: order.index(account.address) + 1 for account in (pool[2], pool[3])}
    assert market.bonding.getDelegator(delegators[0])[2] == pool[3].address


def test_a_newcomer_is_told_whose_seat_it_takes(ops, market, pool, orchestrators):
    done = ops("bond", "120 LPT", "--to", orchestrators[4].address, sender=orchestrators[4])
    assert f"not in the pool -> place 4 of 4; {pool[3].address} loses its seat" in done.text("pool")
    assert market.pool()[3] == orchestrators[4].address


def test_a_newcomer_with_too_little_is_warned(ops, market, pool, orchestrators):
    done = ops("bond", "100 LPT", "--to", orchestrators[4].address, sender=orchestrators[4])
    assert "is not among the orchestrators of the next round" in done.text("WARNING")
    assert market.pool()[3] == pool[3].address


def test_nothing_is_earned_with_an_account_that_is_no_orchestrator(ops, market, pool, delegators, stranger):
    said = ops.refused("bond", "1 LPT", "--to", stranger.address, sender=delegators[0])
    assert "is no orchestrator, so stake bonded to it earns nothing" in said
    done = ops("bond", "1 LPT", "--to", stranger.address, "--unregistered", sender=delegators[0])
    assert "earns nothing until it bonds to itself" in done.text("WARNING")
    assert bonded(market, delegators[0]) == LPT


def test_an_amount_without_unit_is_questioned(ops, market, pool, delegators):
    done = ops("bond", "100", "--to", pool[0].address, sender=delegators[0])
    assert "for LPT write '100 LPT'" in done.text("WARNING")
    assert bonded(market, delegators[0]) == 100


# The reward that a claim forfeits


CLAIMING = (
    ("bond", "1 LPT"),
    ("bond", "0", "--to", "another"),
    ("unbond", "1 LPT"),
    ("rebond", "0"),
    ("withdraw fees", "1 wei"),
    ("claim",),
    ("transfer-bond", "stranger", "1 LPT"),
)


def test_a_claim_before_reward_warns_of_what_it_costs(ops, market, pool, delegators, stranger, gateway):
    """Of the very amount: what the account has more of if it waits."""
    delegator, orchestrator = delegators[0], pool[0]
    names = {"another": pool[1].address, "stranger": stranger.address}

    def warnings():
        for name, *arguments in CLAIMING:
            yield ops(name, *(names.get(a, a) for a in arguments), "--dry-run", sender=delegator).text("WARNING")

    market.bond(delegator, 100 * LPT, orchestrator)
    market.next_round()
    market.bonding.unbond(LPT, sender=delegator)
    market.next_round()
    market.pay_fees(gateway, orchestrator, 10**15)
    told = set()
    for warning in warnings():
        assert f"{orchestrator.address} has not called reward in round {market.round}" in warning
        told.add(int(warning.split(" wei), and of fees")[0].split("(")[-1]))

    before = market.bonding.pendingStake(delegator, 0)
    market.bonding.reward(sender=orchestrator)
    gained = market.bonding.pendingStake(delegator, 0) - before
    assert gained > 0
    assert len(told) == 1
    assert abs(told.pop() - gained) <= 100  # factors are rounded, by less than this for stakes of this size
    assert set(warnings()) == {""}


def test_the_orchestrator_itself_is_warned_too(ops, pool):
    assert "you have not called reward" in ops("unbond", "1 LPT", "--dry-run", sender=pool[0]).text("WARNING")


def test_who_has_claimed_in_the_round_has_nothing_left_to_forfeit(ops, market, pool, delegators):
    market.bond(delegators[0], LPT, pool[0])
    assert ops("bond", "1 LPT", "--dry-run", sender=delegators[0]).text("WARNING") == ""


# Unbonding, and back


def test_unbonding_says_when_and_keeps_the_lock(ops, market, pool, delegators):
    market.bond(delegators[0], 10 * LPT, pool[0])
    market.next_round()
    done = ops("unbond", "4 LPT", sender=delegators[0])
    opens = market.round + 3
    blocks = market.rounds.currentRoundStartBlock() + 3 * 50 - market.rounds.blockNum()
    lock = f"4 LPT (4000000000000000000 wei), open from round {opens}"
    assert done.text("lock").splitlines() == [
        f"0: {lock}, in {blocks + 1} blocks",
        f"0      {lock}, in {blocks} blocks",
    ]
    assert tuple(market.bonding.getDelegatorUnbondingLock(delegators[0], 0)) == (4 * LPT, opens)


def test_an_orchestrator_that_unbonds_everything_is_told_that_it_resigns(ops, market, pool, delegators):
    market.bond(delegators[0], 10 * LPT, pool[0])
    market.next_round()
    done = ops("unbond", "all", sender=pool[0])
    assert "you resign as an orchestrator from the next round on; 10 LPT" in done.text("WARNING")
    assert "place 1 of 4 -> not in the pool" in done.text("pool")
    assert market.pool() == [account.address for account in pool[1:]]


def test_unbonding_hints_are_the_places_that_the_pool_gives(ops, market, pool):
    done = ops("unbond", "250 LPT", sender=pool[0])
    assert f"{pool[0].address}: place 1 of 4 -> place 3 of 4" in done.text("pool")
    assert market.pool()[2] == pool[0].address


def test_rebonding_while_bonded_and_from_nothing(ops, market, pool, delegators):
    market.bond(delegators[0], 10 * LPT, pool[3])
    market.next_round()
    market.bonding.unbond(4 * LPT, sender=delegators[0])
    assert "6 LPT (6000000000000000000 wei) -> 10 LPT" in ops("rebond", "0", sender=delegators[0]).text("bonded")
    market.bonding.unbond(10 * LPT, sender=delegators[0])
    done = ops("rebond", "1", "--to", pool[2].address, sender=delegators[0])
    assert f"nobody -> {pool[2].address}" in done.text("delegate")
    assert "place 3 of 4" in done.text("pool")
    assert market.bonding.getDelegator(delegators[0])[2] == pool[2].address


def test_stake_is_withdrawn_when_its_lock_is_open(ops, market, pool, delegators):
    market.bond(delegators[0], 10 * LPT, pool[0])
    market.next_round()
    for amount in (1, 2, 3):
        market.bonding.unbond(amount * LPT, sender=delegators[0])
    market.next_round(3)
    held = market.token.balanceOf(delegators[0])
    ops("withdraw stake", "1", sender=delegators[0])
    assert market.token.balanceOf(delegators[0]) == held + 2 * LPT
    done = ops("withdraw stake", "all", sender=delegators[0])
    assert done.text("sent").count("withdrawStake") == 2
    assert market.token.balanceOf(delegators[0]) == held + 6 * LPT


def test_fees_go_to_whom_they_are_sent(ops, market, pool, gateway, stranger):
    market.pay_fees(gateway, pool[0], 10**16)
    market.next_round()
    before = stranger.balance
    done = ops("withdraw fees", "0.001 ETH", "--to", stranger.address, sender=pool[0])
    assert "0.001 ETH" in done.text("event")
    assert stranger.balance == before + 10**15
    ops("withdraw fees", "all", "--to", stranger.address, sender=pool[0])
    assert stranger.balance == before + 10**16


def test_stake_is_given_to_another_account(ops, market, pool, delegators, stranger):
    market.bond(delegators[0], 10 * LPT, pool[1])
    market.next_round()
    market.bonding.reward(sender=pool[1])
    before = market.pool()
    done = ops("transfer-bond", stranger.address, "4 LPT", sender=delegators[0])
    assert "TransferBond" in done.text("event")
    assert bonded(market, stranger) == 4 * LPT
    assert market.bonding.getDelegator(stranger)[2] == pool[1].address
    assert market.pool() == before


# Orchestrators


def test_the_reward_foretold_is_the_reward_given(ops, market, pool):
    market.next_round()
    done = ops("reward", sender=pool[1])
    stakes = [int(line.split("(")[-1].split()[0]) for line in done.text("stake").splitlines()]
    foretold, reached = stakes
    assert foretold == reached == market.bonding.transcoderTotalStake(pool[1])
    minted = market.minter.currentMintedTokens()
    assert f"({minted} wei)" in done.text("minted")


def test_a_reward_tells_the_treasury_s_part(ops, market, pool, owner):
    market.bonding.setTreasuryRewardCutRate(10**26, sender=owner)
    market.next_round()
    done = ops("reward", sender=pool[0])
    paid = market.token.balanceOf(market.treasury)
    assert paid > 0
    assert f"({paid} wei)" in done.text("treasury")


def test_rates_are_set_once_reward_has_been_called(ops, market, pool):
    market.bonding.reward(sender=pool[0])
    done = ops("transcoder", "--reward-cut", "12.5%", "--fee-share", "40%", sender=pool[0])
    assert "10% -> 12.5%, kept by you" in done.text("reward cut")
    assert tuple(market.bonding.getTranscoder(pool[0])[1:3]) == (ALL_OF // 8, ALL_OF * 2 // 5)
    ops("transcoder", "--fee-share", "50%", sender=pool[0])
    assert tuple(market.bonding.getTranscoder(pool[0])[1:3]) == (ALL_OF // 8, ALL_OF // 2)


def test_a_reward_caller_calls_for_the_orchestrator(ops, market, pool, stranger):
    ops("set-reward-caller", stranger.address, sender=pool[0])
    assert market.bonding.transcoderToRewardCaller(pool[0]) == stranger.address
    done = ops("reward", "--for", pool[0].address, sender=stranger)
    assert "rewardForTranscoderWithHint" in done.text("sent")
    assert market.bonding.getTranscoder(pool[0])[0] == market.round
    ops("set-reward-caller", "none", sender=pool[0])
    assert "has not made" in ops.refused("reward", "--for", pool[1].address, sender=stranger)


def test_a_node_is_found_where_it_says(ops, market, pool):
    done = ops("set-uri", "https://orchestrator.example:8935", sender=pool[0])
    assert done.text("URI").splitlines() == [
        "none -> https://orchestrator.example:8935",
        "https://orchestrator.example:8935",
    ]
    assert market.registry.getServiceURI(pool[0]) == "https://orchestrator.example:8935"
    assert "is published already" in ops.refused("set-uri", "https://orchestrator.example:8935", sender=pool[0])


def test_claiming_tells_what_was_earned(ops, market, pool, delegators, gateway):
    market.bond(delegators[0], 100 * LPT, pool[0])
    market.next_round()
    market.bonding.reward(sender=pool[0])
    market.pay_fees(gateway, pool[0], 10**15)
    stake, fees = market.bonding.pendingStake(delegators[0], 0), market.bonding.pendingFees(delegators[0], 0)
    done = ops("claim", sender=delegators[0])
    assert f"({stake} wei)" in done.text("bonded")
    assert f"({fees} wei)" in done.text("fees")
    assert (bonded(market, delegators[0]), market.bonding.getDelegator(delegators[0])[1]) == (stake, fees)


def test_a_round_is_opened_with_the_budget_foretold(ops, market, pool, stranger):
    market.skip_to_round(market.round + 2)
    done = ops("initialize-round", sender=stranger)
    assert "1 rounds before this one were never initialised" in done.text("WARNING")
    foretold, reached = done.text("mintable").splitlines()
    assert foretold == reached
    assert market.rounds.currentRoundInitialized()


def test_a_position_is_everything_about_an_account(ops, market, pool, gateway, delegators):
    market.bond(delegators[0], 10 * LPT, pool[0])
    market.next_round()
    market.bonding.unbond(LPT, sender=delegators[0])
    market.broker.fundDeposit(value=10**15, sender=delegators[0])
    shown = ops("position", delegators[0].address)
    assert f"9 LPT (9000000000000000000 wei) to {pool[0].address}" in shown.text("bonded")
    assert "1 LPT" in shown.text("lock 0")
    assert shown.text("deposit") == "0.001 ETH (1000000000000000 wei)"
    own = ops("position", pool[0].address)
    assert "active, place 1 of 4 in the pool" in own.text("orchestrator")
    assert "reward cut 10%, fee share 50%" in own.text("rates")
