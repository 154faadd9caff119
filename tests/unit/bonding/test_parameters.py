"""Parameters, what the RoundsManager calls, and the Controller."""

import pytest
from eth_utils.crypto import keccak

from tests.support.deployment import LPT
from tests.support.events import logged
from tests.support.reverts import reverts
from tests.support.shares import PRECISE

SETTERS = [
    ("setUnbondingPeriod", "unbondingPeriod", 9, "unbondingPeriod"),
    ("setNumActiveTranscoders", "getTranscoderPoolMaxSize", 5, "numActiveTranscoders"),
    ("setTreasuryRewardCutRate", "nextRoundTreasuryRewardCutRate", PRECISE, "nextRoundTreasuryRewardCutRate"),
    ("setTreasuryBalanceCeiling", "treasuryBalanceCeiling", 2**256 - 1, "treasuryBalanceCeiling"),
]


@pytest.mark.parametrize(("setter", "getter", "value", "parameter"), SETTERS)
def test_the_owner_sets(bonding, owner, setter, getter, value, parameter):
    receipt = getattr(bonding, setter)(value, sender=owner)
    assert getattr(bonding, getter)() == value
    assert logged(receipt, bonding.ParameterUpdate) == [(parameter,)]


@pytest.mark.parametrize(("setter", "getter", "value", "parameter"), SETTERS)
def test_reg60_nobody_else_sets(bonding, stranger, setter, getter, value, parameter):
    with reverts("CallerNotControllerOwner", stranger):
        getattr(bonding, setter)(value, sender=stranger)


def test_parameters_can_be_set_while_paused(market, bonding, owner):
    market.controller.pause(sender=owner)
    bonding.setUnbondingPeriod(9, sender=owner)
    assert bonding.unbondingPeriod() == 9


@pytest.mark.parametrize("size", [0, 3, 4])
def test_the_pool_only_grows(bonding, owner, size):
    with reverts("PoolSizeNotIncreased", size, 4):
        bonding.setNumActiveTranscoders(size, sender=owner)


def test_the_pool_has_its_limit(bonding, owner):
    bonding.setNumActiveTranscoders(2**16 - 1, sender=owner)
    assert bonding.getTranscoderPoolMaxSize() == 2**16 - 1
    with reverts("PoolSizeTooLarge", 2**16, 2**16 - 1):
        bonding.setNumActiveTranscoders(2**16, sender=owner)


def test_the_treasury_gets_at_most_everything(bonding, owner):
    with reverts("InvalidPercentage", PRECISE + 1, PRECISE):
        bonding.setTreasuryRewardCutRate(PRECISE + 1, sender=owner)


def test_a_new_treasury_rate_begins_with_a_round(market, bonding, owner):
    bonding.setTreasuryRewardCutRate(PRECISE // 4, sender=owner)
    assert bonding.treasuryRewardCutRate() == 0
    market.skip_to_round(market.round + 1)
    receipt = market.rounds.initializeRound(sender=owner)
    assert bonding.treasuryRewardCutRate() == PRECISE // 4
    assert logged(receipt, bonding.ParameterUpdate) == [("treasuryRewardCutRate",)]


def test_an_unchanged_treasury_rate_is_not_told(market, bonding, owner):
    market.skip_to_round(market.round + 1)
    receipt = market.rounds.initializeRound(sender=owner)
    assert logged(receipt, bonding.ParameterUpdate) == []


def test_only_the_rounds_manager_begins_a_round(bonding, owner):
    with reverts("CallerNotContract", owner, keccak(text="RoundsManager")):
        bonding.setCurrentRoundTotalActiveStake(sender=owner)


def test_the_stake_of_a_round_is_that_of_the_pool_when_it_began(market, bonding, full_pool, delegators):
    market.bond(delegators[0], 50 * LPT, full_pool[0])
    assert bonding.currentRoundTotalActiveStake() == 1000 * LPT
    market.next_round(3)
    assert bonding.currentRoundTotalActiveStake() == 1050 * LPT


def test_the_controller_can_hand_the_contract_over(market, bonding, project, owner):
    other = owner.deploy(project.Controller)
    receipt = market.controller.updateController(keccak(text="BondingManager"), other, sender=owner)
    assert bonding.controller() == other
    assert logged(receipt, bonding.SetController) == [(other,)]


def test_reg60_nobody_but_the_controller_hands_it_over(bonding, owner):
    with reverts("CallerNotController", owner):
        bonding.setController(owner, sender=owner)


def test_the_proxy_names_its_implementation(market, bonding):
    assert bytes(bonding.targetContractId()) == keccak(text="BondingManagerTarget")
    implementation = market.controller.getContract(keccak(text="BondingManagerTarget"))
    assert implementation != bonding.address
