"""A Minter hands over everything that it holds to its successor, and to nobody else."""

from __future__ import annotations

import pytest
from eth_utils.crypto import keccak

from scripts._lib.sources import contract_id
from tests.support.deployment import LPT, NOBODY
from tests.support.reverts import reverts

MINTER = contract_id("Minter")
SHARES = (220_500, 500, 500_000_000)


@pytest.fixture
def vault(market, gateway, orchestrators):
    """The market with stake and deposits."""
    market.broker.fundDepositAndReserve(10**18, 10**18, value=2 * 10**18, sender=gateway)
    market.register(orchestrators[0], 1000 * LPT)
    return market


@pytest.fixture
def successor(project, vault):
    return vault.owner.deploy(project.Minter, vault.controller, *SHARES)


def test_mint32_a_migration_moves_everything(vault, successor):
    tokens, ether = vault.token.balanceOf(vault.minter), vault.minter.balance
    vault.minter.migrateToNewMinter(successor, sender=vault.owner)
    assert vault.token.balanceOf(vault.minter) == vault.minter.balance == 0
    assert (vault.token.balanceOf(successor), successor.balance) == (tokens, ether)


def test_mint32_after_a_migration_everybody_is_paid_by_the_successor(vault, successor, gateway, orchestrators):
    vault.minter.migrateToNewMinter(successor, sender=vault.owner)
    vault.controller.setContractInfo(MINTER, successor, bytes(20), sender=vault.owner)
    vault.token.grantRole(keccak(text="MINTER_ROLE"), successor, sender=vault.owner)
    vault.next_round()
    vault.bonding.reward(sender=orchestrators[0])
    vault.broker.unlock(sender=gateway)
    vault.next_round(vault.broker.unlockPeriod())
    vault.broker.withdraw(sender=gateway)
    assert successor.balance == 0
    assert vault.token.balanceOf(successor) == vault.bonding.pendingStake(orchestrators[0], 0)


def test_mint32_a_migration_goes_to_a_registered_kin_only(project, vault, successor, owner):
    minter = vault.minter
    with reverts("NewMinterIsCurrent"):
        minter.migrateToNewMinter(minter, sender=owner)
    with reverts("NewMinterZeroAddress"):
        minter.migrateToNewMinter(NOBODY, sender=owner)
    elsewhere = owner.deploy(project.Controller)
    foreign = owner.deploy(project.Minter, elsewhere, *SHARES)
    with reverts("NewMinterForeignController", vault.controller, elsewhere):
        minter.migrateToNewMinter(foreign, sender=owner)
    with reverts("MinterNotRegistered", minter):
        successor.migrateToNewMinter(minter, sender=owner)


def test_reg60_only_the_owner_migrates(vault, successor, stranger):
    with reverts("CallerNotControllerOwner", stranger):
        vault.minter.migrateToNewMinter(successor, sender=stranger)


def test_mint32_a_migration_works_while_the_system_is_paused(vault, successor):
    vault.controller.pause(sender=vault.owner)
    vault.minter.migrateToNewMinter(successor, sender=vault.owner)
    assert vault.minter.balance == 0
