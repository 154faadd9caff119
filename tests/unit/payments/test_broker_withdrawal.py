"""Money of a sender on its way out: unlock, wait, withdraw."""

from __future__ import annotations

import pytest

from tests.support.reverts import decode_error, reverts

ACCEPT, REFUSE, CALL_BACK, WASTE_GAS, ANSWER_AT_LENGTH = range(5)


@pytest.fixture
def broker(market):
    return market.broker


@pytest.fixture
def funded(market, gateway):
    market.broker.fundDepositAndReserve(10**18, 2 * 10**18, value=3 * 10**18, sender=gateway)
    return gateway


def unlocked(market, account):
    """`account` has asked to withdraw and waited long enough."""
    market.broker.unlock(sender=account)
    market.next_round(market.broker.unlockPeriod())


def test_unlock_names_the_round_of_the_withdrawal(market, broker, funded):
    receipt = broker.unlock(sender=funded)
    withdraw_round = market.round + broker.unlockPeriod()
    assert receipt.events == [broker.Unlock(funded, market.round, withdraw_round)]
    assert broker.isUnlockInProgress(funded)
    assert broker.getSenderInfo(funded)[0][1] == withdraw_round


def test_unlock_needs_funds(broker, gateway):
    with reverts("NoFunds", gateway):
        broker.unlock(sender=gateway)


def test_a_reserve_alone_can_be_unlocked(broker, gateway):
    broker.fundReserve(value=1, sender=gateway)
    broker.unlock(sender=gateway)
    assert broker.isUnlockInProgress(gateway)


def test_unlock_is_asked_for_once(market, broker, funded):
    broker.unlock(sender=funded)
    with reverts("UnlockAlreadyInitiated", funded, market.round + broker.unlockPeriod()):
        broker.unlock(sender=funded)


def test_unlock_works_in_a_round_that_nobody_initialised(market, broker, funded):
    market.skip_to_round(market.round + 1)
    broker.unlock(sender=funded)
    assert broker.isUnlockInProgress(funded)


def test_a_new_unlock_period_leaves_unlocks_under_way_alone(market, broker, funded):
    broker.unlock(sender=funded)
    before = broker.getSenderInfo(funded)[0][1]
    broker.setUnlockPeriod(100, sender=market.owner)
    assert broker.getSenderInfo(funded)[0][1] == before


def test_cancel_unlock_locks_again(broker, funded):
    broker.unlock(sender=funded)
    assert broker.cancelUnlock(sender=funded).events == [broker.UnlockCancelled(funded)]
    assert not broker.isUnlockInProgress(funded)
    with reverts("NoUnlockInProgress", funded):
        broker.cancelUnlock(sender=funded)


def test_tick47_withdraw_pays_deposit_and_reserve_exactly(market, broker, funded):
    unlocked(market, funded)
    before, vault = funded.balance, market.minter.balance
    receipt = broker.withdraw(sender=funded)
    assert receipt.events == [broker.Withdrawal(funded, 10**18, 2 * 10**18)]
    assert funded.balance == before + 3 * 10**18 - receipt.total_fees_paid
    assert market.minter.balance == vault - 3 * 10**18
    assert broker.getSenderInfo(funded)[0][0] == broker.getSenderInfo(funded)[1][0] == 0


def test_tick47_nothing_is_withdrawn_before_the_round_named(market, broker, funded):
    broker.unlock(sender=funded)
    withdraw_round = market.round + broker.unlockPeriod()
    market.next_round(broker.unlockPeriod() - 1)
    with reverts("AccountLocked", funded, withdraw_round, withdraw_round - 1):
        broker.withdraw(sender=funded)
    market.skip_to_round(withdraw_round)
    broker.withdraw(sender=funded)


def test_tick47_nothing_is_withdrawn_without_an_unlock(broker, funded):
    with reverts("NoUnlockInProgress", funded):
        broker.withdraw(sender=funded)


def test_tick47_nothing_is_withdrawn_twice(market, broker, funded):
    unlocked(market, funded)
    broker.withdraw(sender=funded)
    with reverts("NoFunds", funded):
        broker.withdraw(sender=funded)


def test_an_account_stays_unlocked_after_its_withdrawal_until_it_funds_itself(market, broker, funded, stranger):
    """Fundings by others can be withdrawn at once, as on the live protocol; tickets of the account pay nothing."""
    unlocked(market, funded)
    broker.withdraw(sender=funded)
    assert broker.isUnlockInProgress(funded)
    broker.fundDepositAndReserveFor(funded, 5, 0, value=5, sender=stranger)
    assert broker.withdraw(sender=funded).events == [broker.Withdrawal(funded, 5, 0)]
    assert broker.fundDeposit(value=1, sender=funded).events[0] == broker.UnlockCancelled(funded)


def test_reg63_nobody_leaves_while_the_system_is_paused(market, broker, funded):
    broker.unlock(sender=funded)
    market.controller.pause(sender=market.owner)
    for call in (broker.unlock, broker.cancelUnlock, broker.withdraw):
        with reverts("SystemPaused"):
            call(sender=funded)


@pytest.fixture
def hostile(project, market, owner, gateway):
    """A contract as a sender, unlocked; a gateway's money lies beside its own."""
    contract = owner.deploy(project.HarnessReceiver)
    market.broker.fundDepositAndReserveFor(contract, 10**18, 10**18, value=2 * 10**18, sender=owner)
    market.broker.fundDeposit(value=50 * 10**18, sender=gateway)
    contract.act(market.broker, market.broker.unlock.encode_input(), sender=owner)
    market.next_round(market.broker.unlockPeriod())
    return contract


def withdraw_as(contract, market, owner, **kwargs):
    return contract.act(market.broker, market.broker.withdraw.encode_input(), sender=owner, **kwargs)


def test_a_contract_withdraws_as_anybody_does(market, hostile, owner):
    withdraw_as(hostile, market, owner)
    assert hostile.balance == 2 * 10**18


def test_solv02_a_receiver_that_refuses_keeps_its_money_in_the_account(market, hostile, owner):
    hostile.behave(REFUSE, market.broker, b"", sender=owner)
    with reverts("EthTransferFailed", hostile, 2 * 10**18):
        withdraw_as(hostile, market, owner)
    assert market.broker.getSenderInfo(hostile)[0][0] == 10**18


@pytest.mark.parametrize("mood", [WASTE_GAS, ANSWER_AT_LENGTH])
def test_solv02_a_receiver_that_wastes_gas_hurts_nobody_else(market, hostile, owner, gateway, mood):
    hostile.behave(mood, market.broker, b"", sender=owner)
    if mood == WASTE_GAS:
        with reverts("EthTransferFailed", hostile, 2 * 10**18):
            withdraw_as(hostile, market, owner, gas=3_000_000)
    else:
        withdraw_as(hostile, market, owner, gas=3_000_000)
        assert hostile.balance == 2 * 10**18
    unlocked(market, gateway)
    market.broker.withdraw(sender=gateway)


def test_solv65_calling_back_into_withdraw_finds_an_empty_account(market, hostile, owner):
    hostile.behave(CALL_BACK, market.broker, market.broker.withdraw.encode_input(), sender=owner)
    withdraw_as(hostile, market, owner)
    assert hostile.calledBack()
    assert not hostile.callBackSucceeded()
    assert decode_error(bytes(hostile.callBackAnswer())) == ("NoFunds", (hostile.address,))
    assert hostile.balance == 2 * 10**18
    assert market.minter.balance == 50 * 10**18


def test_solv65_calling_back_into_the_minter_is_refused(market, hostile, owner):
    steal = market.minter.trustedWithdrawETH.encode_input(hostile, 10**18)
    hostile.behave(CALL_BACK, market.minter, steal, sender=owner)
    withdraw_as(hostile, market, owner)
    name, arguments = decode_error(bytes(hostile.callBackAnswer()))
    assert (name, arguments) == ("CallerNotBondingManagerOrTicketBroker", (hostile.address,))
    assert hostile.balance == 2 * 10**18
