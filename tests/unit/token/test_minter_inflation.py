"""What a round may create: inflation steers the bonding rate towards its target."""

from __future__ import annotations

import pytest
from ape.exceptions import VirtualMachineError

from scripts._lib.sources import contract_id
from tests.support.deployment import LPT, NOBODY
from tests.support.reverts import reverts

ONE = 10**9  # shares are of 1e9 (LIP-40)


@pytest.mark.parametrize("broken", [0, 1, 2])
def test_a_minter_is_made_of_valid_shares(project, market, owner, broken):
    shares = [ONE, ONE, ONE]
    assert owner.deploy(project.Minter, market.controller, *shares).inflation() == ONE
    shares[broken] = ONE + 1
    with reverts("InvalidPercentage", ONE + 1, ONE):
        owner.deploy(project.Minter, market.controller, *shares)


@pytest.mark.parametrize("name", ["targetBondingRate", "inflationChange"])
def test_reg60_the_owner_sets_target_and_step(market, stranger, name):
    minter = market.minter
    setter, getter = getattr(minter, f"set{name[0].upper()}{name[1:]}"), getattr(minter, name)
    for value in (0, ONE):
        assert setter(value, sender=market.owner).events == [minter.ParameterUpdate(name)]
        assert getter() == value
    with reverts("InvalidPercentage", ONE + 1, ONE):
        setter(ONE + 1, sender=market.owner)
    with reverts("CallerNotControllerOwner", stranger):
        setter(1, sender=stranger)


def bond_share(market, orchestrator, share):
    """`share` (of 1e9) of the supply is bonded in the next round, to the wei."""
    stake = market.token.totalSupply() * share // ONE
    market.fund(orchestrator, stake)
    market.register(orchestrator, stake)


@pytest.mark.parametrize(("share", "direction"), [(499_999_999, 1), (500_000_000, 0), (500_000_001, -1)])
def test_mint30_inflation_moves_one_step_towards_the_target(market, orchestrators, share, direction):
    bond_share(market, orchestrators[0], share)
    before, step = market.minter.inflation(), market.minter.inflationChange()
    market.next_round()
    assert market.minter.inflation() == before + direction * step


def test_mint30_skipped_rounds_move_nothing(market):
    before, step = market.minter.inflation(), market.minter.inflationChange()
    market.next_round(10)
    assert market.minter.inflation() == before + step


def test_mint30_inflation_never_falls_below_nothing(market, orchestrators):
    bond_share(market, orchestrators[0], 600_000_000)
    market.minter.setInflationChange(ONE, sender=market.owner)
    for _ in range(2):
        market.next_round()
        assert market.minter.inflation() == 0
        assert market.minter.currentMintableTokens() == 0


def test_mint30_inflation_has_no_ceiling_as_on_the_live_network(market):
    market.minter.setInflationChange(ONE, sender=market.owner)
    before = market.minter.inflation()
    market.next_round()
    market.next_round()
    assert market.minter.inflation() == before + 2 * ONE


def test_mint29_the_budget_is_inflation_times_supply_rounded_down(market, orchestrators):
    market.register(orchestrators[0], 1000 * LPT + 1)
    for _ in range(3):
        market.next_round()
        minter, supply = market.minter, market.token.totalSupply()
        assert minter.currentMintableTokens() == supply * minter.inflation() // ONE
        assert minter.currentMintedTokens() == 0
        market.bonding.reward(sender=orchestrators[0])  # makes the next supply a crooked number


def test_mint29_rewards_never_exceed_the_budget_and_meet_it_but_for_rounding(market, orchestrators):
    stakes = [1000 * LPT, 1500 * LPT + 7, 3 * LPT]
    for orchestrator, stake in zip(orchestrators, stakes, strict=False):
        market.register(orchestrator, stake)
    market.next_round()
    minter, total = market.minter, sum(stakes)
    budget, supply = minter.currentMintableTokens(), market.token.totalSupply()
    expected = 0
    for orchestrator, stake in zip(orchestrators, stakes, strict=False):
        market.bonding.reward(sender=orchestrator)
        expected += budget * (stake * ONE // total) // ONE  # the share is rounded down before it is applied
        assert minter.currentMintedTokens() == expected <= budget
    assert market.token.totalSupply() == supply + expected
    assert budget - expected <= len(stakes) * (budget // ONE + 1)
    assert minter.currentMintableTokens() == budget


def test_mint29_a_share_above_the_whole_is_refused(market, accounts):
    bonding = accounts[market.bonding.address]
    bonding.balance = 10**18
    budget = market.minter.currentMintableTokens()
    with reverts("MintedExceedsMintable", budget * (ONE + 1) // ONE, budget):
        market.minter.createReward(ONE + 1, ONE, sender=bonding)
    market.minter.createReward(1, 1, sender=bonding)
    assert market.minter.currentMintedTokens() == budget


@pytest.mark.parametrize("rate", [0, 1, 10**26, 10**27 // 3, 10**27])
def test_mint29_a_reward_with_a_cut_is_a_reward_and_a_payment_out_of_it(market, accounts, treasury, rate):
    """The two calls that it stands for, to the wei and to the order of the token's events."""
    minter, token, bonding = market.minter, market.token, accounts[market.bonding.address]
    bonding.balance = 10**18
    minter.createReward(1, 3, sender=bonding)
    reward = minter.currentMintedTokens()
    vault, held, minted = token.balanceOf(minter), token.balanceOf(treasury), minter.currentMintedTokens()

    cut = reward * rate // 10**27
    answer = minter.createRewardWithCut.call(1, 3, rate, treasury, sender=bonding)
    assert (answer.rewards, answer.cut) == (reward - cut, cut)
    receipt = minter.createRewardWithCut(1, 3, rate, treasury, sender=bonding)
    assert token.balanceOf(treasury) == held + cut
    assert token.balanceOf(minter) == vault + reward - cut
    assert minter.currentMintedTokens() == minted + reward
    paid = [token.Transfer(minter, treasury, cut)] if cut else []
    assert receipt.events == [
        token.Transfer(NOBODY, minter, reward),
        token.Mint(minter, reward),
        *paid,
    ]


def test_mint29_a_cut_above_the_whole_is_refused(market, accounts, treasury):
    bonding = accounts[market.bonding.address]
    bonding.balance = 10**18
    with pytest.raises(VirtualMachineError, match="underflow or overflow"):
        market.minter.createRewardWithCut(1, 1, 10**27 + 10**18, treasury, sender=bonding)


def test_lpt_on_l1_counts_where_a_bridge_knows_of_it(market, project, owner):
    """Without a bridge registered there is none; `HarnessSupplyCache` speaks for the bridge's contract."""
    local = market.token.totalSupply()
    assert market.minter.getGlobalTotalSupply() == local
    cache = owner.deploy(project.HarnessSupplyCache, 123 * LPT)
    market.controller.setContractInfo(contract_id("L2LPTDataCache"), cache, bytes(20), sender=owner)
    assert market.minter.getGlobalTotalSupply() == local + 123 * LPT
    market.next_round()
    minter = market.minter
    assert minter.currentMintableTokens() == (local + 123 * LPT) * minter.inflation() // ONE


def test_the_supply_ends_at_104_bits_and_the_rounds_go_on(market, project, owner):
    limit, left = 2**104 - 1, 5 * LPT + 7
    cache = owner.deploy(project.HarnessSupplyCache, limit - left - market.token.totalSupply())
    market.controller.setContractInfo(contract_id("L2LPTDataCache"), cache, bytes(20), sender=owner)
    market.next_round()
    assert market.minter.getGlobalTotalSupply() == limit - left
    assert market.minter.currentMintableTokens() == left

    beyond = owner.deploy(project.HarnessSupplyCache, 2**160)
    market.controller.setContractInfo(contract_id("L2LPTDataCache"), beyond, bytes(20), sender=owner)
    market.next_round()
    assert market.minter.currentMintableTokens() == 0


@pytest.fixture
def lonely(project, owner, stranger):
    """A Minter of a token that nobody has any of; the stranger is its RoundsManager, nobody its BondingManager."""
    controller, token = owner.deploy(project.Controller), owner.deploy(project.LivepeerToken)
    controller.unpause(sender=owner)
    for name, contract in (("LivepeerToken", token), ("RoundsManager", stranger)):
        controller.setContractInfo(contract_id(name), contract, bytes(20), sender=owner)
    return owner.deploy(project.Minter, controller, ONE // 10, ONE // 100, ONE // 2)


def test_a_round_without_a_bonding_manager_does_not_begin(lonely, stranger):
    with reverts("ContractNotRegistered", contract_id("BondingManager")):
        lonely.setCurrentRewardTokens(sender=stranger)


def test_mint30_of_no_supply_nothing_is_bonded_and_inflation_rises(lonely, market, project, owner, stranger):
    controller = project.Controller.at(lonely.controller())
    controller.setContractInfo(contract_id("BondingManager"), market.bonding, bytes(20), sender=owner)
    lonely.setCurrentRewardTokens(sender=stranger)
    assert (lonely.inflation(), lonely.currentMintableTokens()) == (ONE // 10 + ONE // 100, 0)
