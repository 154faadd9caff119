"""Who may move what the Minter holds."""

from __future__ import annotations

import pytest
from eth_utils.crypto import keccak

from scripts._lib.sources import contract_id
from tests.support.deployment import NOBODY
from tests.support.reverts import reverts

BONDING_MANAGER, ROUNDS_MANAGER = contract_id("BondingManager"), contract_id("RoundsManager")


@pytest.fixture
def acting(accounts):
    """The account of a contract, able to pay for gas."""

    def impersonate(contract):
        account = accounts[contract.address]
        account.balance = 10**20
        return account

    return impersonate


@pytest.fixture
def vault(market, gateway):
    """The market, with 10 ETH and 10 LPT in its Minter."""
    market.broker.fundDeposit(value=10 * 10**18, sender=gateway)
    market.token.transfer(market.minter, 10 * 10**18, sender=market.owner)
    return market


def test_mint32_tokens_move_for_the_bonding_manager_only(vault, acting, stranger):
    minter = vault.minter
    minter.trustedTransferTokens(stranger, 5, sender=acting(vault.bonding))
    assert vault.token.balanceOf(stranger) == 5
    for caller in (stranger, vault.owner, acting(vault.broker), acting(vault.rounds), acting(minter)):
        for call, arguments in (
            (minter.trustedTransferTokens, (stranger, 1)),
            (minter.trustedBurnTokens, (1,)),
            (minter.createReward, (1, 2)),
            (minter.createRewardWithCut, (1, 2, 10**26, stranger)),
        ):
            with reverts("CallerNotContract", caller, BONDING_MANAGER):
                call(*arguments, sender=caller)


def test_mint32_ether_moves_for_the_bonding_manager_and_the_ticket_broker_only(vault, acting, stranger, delegators):
    minter, receiver = vault.minter, delegators[5]
    before = receiver.balance
    minter.trustedWithdrawETH(receiver, 3, sender=acting(vault.bonding))
    minter.trustedWithdrawETH(receiver, 4, sender=acting(vault.broker))
    assert receiver.balance == before + 7
    for caller in (stranger, vault.owner, acting(vault.rounds), acting(minter)):
        with reverts("CallerNotBondingManagerOrTicketBroker", caller):
            minter.trustedWithdrawETH(receiver, 1, sender=caller)


def test_mint32_ether_comes_from_the_ticket_broker_or_a_minter_only(vault, acting, stranger):
    minter, before = vault.minter, vault.minter.balance
    minter.depositETH(value=3, sender=acting(vault.broker))
    assert minter.balance == before + 3
    minter.depositETH(value=0, sender=acting(minter))
    for caller in (stranger, vault.owner, acting(vault.bonding)):
        with reverts("CallerNotMinterOrTicketBroker", caller):
            minter.depositETH(value=1, sender=caller)


def test_mint32_a_budget_is_set_by_the_rounds_manager_only(vault, acting, stranger):
    vault.minter.setCurrentRewardTokens(sender=acting(vault.rounds))
    for caller in (stranger, vault.owner, acting(vault.bonding), acting(vault.broker)):
        with reverts("CallerNotContract", caller, ROUNDS_MANAGER):
            vault.minter.setCurrentRewardTokens(sender=caller)


@pytest.mark.parametrize("name", ["BondingManager", "TicketBroker"])
def test_mint32_a_replaced_manager_loses_its_power_at_once(vault, acting, stranger, name):
    manager = acting({"BondingManager": vault.bonding, "TicketBroker": vault.broker}[name])
    key = {"BondingManager": "BondingManager", "TicketBroker": "JobsManager"}[name]
    vault.controller.setContractInfo(contract_id(key), stranger, bytes(20), sender=vault.owner)
    with reverts("CallerNotBondingManagerOrTicketBroker", manager):
        vault.minter.trustedWithdrawETH(manager, 1, sender=manager)


def test_mint32_an_unregistered_name_gives_nobody_power(vault, stranger):
    for key in ("BondingManager", "JobsManager", "Minter"):
        vault.controller.setContractInfo(contract_id(key), NOBODY, bytes(20), sender=vault.owner)
    with reverts("CallerNotBondingManagerOrTicketBroker", stranger):
        vault.minter.trustedWithdrawETH(stranger, 1, sender=stranger)


def test_reg63_nothing_leaves_the_vault_while_the_system_is_paused(vault, acting, stranger):
    vault.controller.pause(sender=vault.owner)
    bonding, rounds, minter = acting(vault.bonding), acting(vault.rounds), vault.minter
    for call, arguments, caller in (
        (minter.createReward, (1, 2), bonding),
        (minter.createRewardWithCut, (1, 2, 10**26, stranger), bonding),
        (minter.trustedTransferTokens, (stranger, 1), bonding),
        (minter.trustedBurnTokens, (1,), bonding),
        (minter.trustedWithdrawETH, (stranger, 1), bonding),
        (minter.setCurrentRewardTokens, (), rounds),
    ):
        with reverts("SystemPaused"):
            call(*arguments, sender=caller)
    minter.depositETH(value=1, sender=acting(vault.broker))  # allowed: LIP-40


def test_mint32_a_stranger_is_refused_as_such_also_while_the_system_is_paused(vault, stranger):
    """As on the live network: the Minter looks at who calls before it looks at the switch."""
    vault.controller.pause(sender=vault.owner)
    with reverts("CallerNotContract", stranger, BONDING_MANAGER):
        vault.minter.trustedTransferTokens(stranger, 1, sender=stranger)
    with reverts("CallerNotContract", stranger, ROUNDS_MANAGER):
        vault.minter.setCurrentRewardTokens(sender=stranger)
    with reverts("CallerNotBondingManagerOrTicketBroker", stranger):
        vault.minter.trustedWithdrawETH(stranger, 1, sender=stranger)


def test_no_more_ether_leaves_than_is_there(vault, acting, stranger):
    too_much = vault.minter.balance + 1
    with reverts("EthTransferFailed", stranger, too_much):
        vault.minter.trustedWithdrawETH(stranger, too_much, sender=acting(vault.bonding))


def test_tokens_burn_once_the_minter_may_burn(vault, acting):
    """On the live network it may not: slashing, which would burn, is out of reach."""
    role = keccak(text="BURNER_ROLE")
    with reverts("AccessControlUnauthorizedAccount", vault.minter, role):
        vault.minter.trustedBurnTokens(1, sender=acting(vault.bonding))
    vault.token.grantRole(role, vault.minter, sender=vault.owner)
    supply = vault.token.totalSupply()
    vault.minter.trustedBurnTokens(10**18, sender=acting(vault.bonding))
    assert vault.token.totalSupply() == supply - 10**18
