"""A protocol in full swing changes its Minter (facts: protocol 6.2)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from eth_utils.crypto import keccak

from scripts._lib.sources import contract_id
from tests.support.deployment import LPT
from tests.support.ledger import Ledger
from tests.support.payments import Payments
from tests.support.reckoning import Sheet

ETHER = 10**18
MINTER_ROLE = keccak(text="MINTER_ROLE")


@pytest.fixture
def busy(market, bonding, one, delegators, gateway):
    """A delegator, a lock, fees, a deposit and a reserve."""
    market.bond(delegators[0], 5_000 * LPT, one)
    market.next_round()
    market.broker.fundDepositAndReserve(3 * ETHER, ETHER, value=4 * ETHER, sender=gateway)
    payments = Payments(market, gateway, one, gateway)
    payments.redeem(payments.ticket(ETHER))
    bonding.unbond(1_000 * LPT, sender=delegators[0])
    return payments


def migrate(project, market):
    """As the owner would: paused, so that nothing is paid from a vault that is half moved."""
    owner, old = market.owner, market.minter
    market.controller.pause(sender=owner)
    shares = (old.inflation(), old.inflationChange(), old.targetBondingRate())
    new = owner.deploy(project.Minter, market.controller, *shares)
    old.migrateToNewMinter(new, sender=owner)
    market.controller.setContractInfo(contract_id("Minter"), new, bytes(20), sender=owner)
    market.token.grantRole(MINTER_ROLE, new, sender=owner)
    market.token.revokeRole(MINTER_ROLE, old, sender=owner)
    market.controller.unpause(sender=owner)
    return replace(market, minter=new)


def test_everything_is_there_after_a_migration_and_can_be_had(
    project, accounts, market, bonding, one, busy, delegators, gateway
):
    people = [accounts[i] for i in range(20)]
    before = Ledger(market, people).look()
    old = market.minter
    market = migrate(project, market)
    ledger = Ledger(market, people)
    after = ledger.look()

    assert (market.token.balanceOf(old), old.balance) == (0, 0)
    assert (after.system.vault_lpt, after.system.vault_eth) == (15_000 * LPT, 4 * ETHER)
    assert after.accounts == before.accounts
    assert after.locks == before.locks
    dust = ETHER - sum(a.pending_fees for a in after.accounts.values())
    assert 0 <= dust <= 2
    ledger.check(unowned_eth=dust)

    busy.redeem(busy.ticket(ETHER, sender_nonce=2))
    fees = bonding.pendingFees(one, 0)
    balance = old.balance, market.minter.balance
    bonding.withdrawFees(delegators[5], fees, sender=one)
    assert market.minter.balance == balance[1] - fees
    market.broker.unlock(sender=gateway)
    market.next_round(3)
    bonding.withdrawStake(0, sender=delegators[0])
    market.broker.withdraw(sender=gateway)
    assert market.token.balanceOf(delegators[0]) == 96_000 * LPT
    assert market.minter.balance == 2 * ETHER - fees


def test_a_new_minter_mints_from_the_first_round_that_begins_with_it(project, market, bonding, one, reward_for):
    """In the round of the migration it has no budget: who calls reward then receives nothing, and has had its call."""
    supply, inflation = market.token.totalSupply(), market.minter.inflation()
    market = migrate(project, market)
    assert market.minter.currentMintableTokens() == 0
    bonding.reward(sender=one)
    assert market.token.totalSupply() == supply

    market.next_round()
    inflation += market.minter.inflationChange()
    assert market.minter.inflation() == inflation
    budget = supply * inflation // 10**9
    assert market.minter.currentMintableTokens() == budget
    bonding.reward(sender=one)
    sheet = Sheet()
    sheet.reward(budget, 10_000 * LPT)
    assert bonding.pendingStake(one, 0) == sheet.stake(10_000 * LPT, Sheet().mark()) + sheet.own
    assert market.token.balanceOf(market.minter) == 10_000 * LPT + budget
