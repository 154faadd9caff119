"""Taking stake and fees out."""

import pytest

from tests.support.books import delegator, lock
from tests.support.deployment import LPT, NOBODY, PURSE
from tests.support.events import logged, names
from tests.support.reverts import reverts

ETHER = 10**18


@pytest.fixture
def unbonding(bonding, bonded):
    """The delegator, with 200 of its 500 LPT under lock 0, to open in three rounds."""
    bonding.unbond(200 * LPT, sender=bonded)
    return bonded


@pytest.fixture
def earner(market, bonding, orchestrator, gateway):
    """The orchestrator, with one ether of fees to claim."""
    market.pay_fees(gateway, orchestrator, ETHER)
    market.next_round()
    return orchestrator


def test_an_open_lock_pays_its_owner(market, bonding, unbonding):
    here = market.next_round(3)
    receipt = bonding.withdrawStake(0, sender=unbonding)

    assert market.token.balanceOf(unbonding) == PURSE - 300 * LPT
    assert market.token.balanceOf(market.minter) == 1300 * LPT
    assert logged(receipt, bonding.WithdrawStake) == [(unbonding, 0, 200 * LPT, here)]
    assert lock(bonding, unbonding, 0) == (0, 0)
    assert not bonding.isValidUnbondingLock(unbonding, 0)


def test_withdrawing_stake_does_not_claim(market, bonding, unbonding):
    claimed = delegator(bonding, unbonding).last_claim_round
    market.next_round(3)
    receipt = bonding.withdrawStake(0, sender=unbonding)
    assert names(receipt, bonding) == ["WithdrawStake"]
    assert delegator(bonding, unbonding).last_claim_round == claimed


def test_bond15_a_lock_does_not_pay_before_its_round(market, bonding, unbonding):
    here = market.next_round(2)
    with reverts("UnbondingLockNotOpen", here + 1, here):
        bonding.withdrawStake(0, sender=unbonding)


def test_bond15_a_lock_pays_once(market, bonding, unbonding):
    market.next_round(3)
    bonding.withdrawStake(0, sender=unbonding)
    with reverts("UnbondingLockInvalid", unbonding, 0):
        bonding.withdrawStake(0, sender=unbonding)


def test_bond15_a_lock_that_was_bonded_again_does_not_pay(market, bonding, unbonding):
    bonding.rebond(0, sender=unbonding)
    market.next_round(3)
    with reverts("UnbondingLockInvalid", unbonding, 0):
        bonding.withdrawStake(0, sender=unbonding)


def test_a_lock_is_its_owners_alone(market, bonding, unbonding, delegators):
    market.next_round(3)
    with reverts("UnbondingLockInvalid", delegators[1], 0):
        bonding.withdrawStake(0, sender=delegators[1])


def test_fees_go_to_whom_the_owner_names(market, bonding, earner, stranger):
    before = stranger.balance
    receipt = bonding.withdrawFees(stranger, ETHER // 4, sender=earner)

    assert stranger.balance == before + ETHER // 4
    assert market.minter.balance == ETHER - ETHER // 4
    assert delegator(bonding, earner).fees == ETHER - ETHER // 4
    assert logged(receipt, bonding.WithdrawFees) == [(earner, stranger, ETHER // 4)]


def test_withdrawing_fees_claims_first(bonding, earner, stranger):
    receipt = bonding.withdrawFees(stranger, ETHER, sender=earner)
    assert names(receipt, bonding) == ["EarningsClaimed", "WithdrawFees"]
    assert delegator(bonding, earner).fees == 0


def test_no_fees_at_all_can_be_withdrawn(bonding, stranger):
    receipt = bonding.withdrawFees(stranger, 0, sender=stranger)
    assert logged(receipt, bonding.WithdrawFees) == [(stranger, stranger, 0)]


def test_more_fees_than_there_are_cannot_be_withdrawn(bonding, earner):
    with reverts("FeesInsufficient", ETHER + 1, ETHER):
        bonding.withdrawFees(earner, ETHER + 1, sender=earner)


def test_fees_cannot_go_to_nobody(bonding, earner):
    with reverts("FeeRecipientZeroAddress"):
        bonding.withdrawFees(NOBODY, 1, sender=earner)


def test_fees_that_are_not_taken_stay_the_owners(market, bonding, earner):
    """The Minter takes no ether from just anybody, so it cannot be the receiver."""
    with reverts("EthTransferFailed", market.minter, 1):
        bonding.withdrawFees(market.minter, 1, sender=earner)
    assert bonding.pendingFees(earner, 0) == ETHER


CALL_BACK = 2  # a mood of HarnessReceiver


def test_solv65_a_receiver_that_calls_back_is_paid_once(market, bonding, orchestrator, gateway, project, owner):
    contract = owner.deploy(project.HarnessReceiver)
    market.token.transfer(contract, 1000 * LPT, sender=owner)
    contract.act(market.token, market.token.approve.encode_input(bonding, 1000 * LPT), sender=owner)
    contract.act(bonding, bonding.bond.encode_input(1000 * LPT, orchestrator), sender=owner)
    market.next_round()
    market.pay_fees(gateway, orchestrator, ETHER)
    fees = bonding.pendingFees(contract, 0)
    withdraw_all = bonding.withdrawFees.encode_input(contract, fees)
    contract.behave(CALL_BACK, bonding, withdraw_all, sender=owner)

    contract.act(bonding, withdraw_all, sender=owner)

    assert contract.calledBack()
    assert not contract.callBackSucceeded()
    assert contract.balance == fees > 0
    assert bonding.pendingFees(contract, 0) == 0
