"""Bugs that the deployed contracts of the live protocol once had, by the numbers of facts: security 1a.

README.md says of each number where its test is; here are those that no other test is about.
"""

from __future__ import annotations

from collections import Counter
from itertools import permutations
from typing import Any

import ape
import pytest
from eth_utils.crypto import keccak

from tests.support.books import delegator, earnings
from tests.support.deployment import LPT, NOBODY
from tests.support.events import logged
from tests.support.reverts import reverts

ETHER = 10**18
N4 = (NOBODY,) * 4


def test_d02_the_order_of_claims_changes_nobody_s_payout(market, bonding, pair, three, gateway):
    """2018: an orchestrator's share was reckoned from what was left, so who claimed first received more."""
    everybody = [pair[0], *three]
    for nonce in (1, 2):
        bonding.reward(sender=pair[0])
        market.pay_fees(gateway, pair[0], ETHER, nonce=nonce)
        market.next_round()
    outcomes = set()
    for order in permutations(everybody):
        with ape.chain.isolate():
            for account in order:
                bonding.claimEarnings(0, sender=account)
            outcomes.add(tuple(delegator(bonding, account)[:2] for account in everybody))
    assert len(outcomes) == 1


def test_d03_totals_are_what_events_add_up_to(market, bonding, pair, three, ledger):
    """2018: a counter of all that is bonded missed what was bonded again, and inflation followed it."""
    receipts = [
        market.bond(three[0], 500 * LPT, pair[0]),
        bonding.unbond(200 * LPT, sender=three[1]),
        bonding.unbond(3_000 * LPT, sender=three[2]),
        bonding.rebond(0, sender=three[1]),
        bonding.rebondFromUnbonded(pair[1], 0, sender=three[2]),
        bonding.reward(sender=pair[0]),
        bonding.reward(sender=pair[1]),
        bonding.transferBond(three[0], 100 * LPT, *N4, sender=three[1]),
        bonding.unbond(50 * LPT, sender=pair[1]),
    ]
    behind = Counter({pair[0].address: 16_000 * LPT, pair[1].address: 8_000 * LPT})
    for receipt in receipts:
        for to, old, _, amount, bonded in logged(receipt, bonding.Bond):
            assert old == to, bonded  # nobody moves here
            behind[to] += amount
        for to, _, _, amount, _ in logged(receipt, bonding.Unbond):
            behind[to] -= amount
        for to, _, _, amount in logged(receipt, bonding.Rebond):
            behind[to] += amount
        for to, amount in logged(receipt, bonding.Reward):
            behind[to] += amount
    assert {account.address: bonding.transcoderTotalStake(account) for account in pair} == dict(behind)
    assert bonding.nextRoundTotalActiveStake() == sum(behind.values())
    market.next_round()
    assert bonding.getTotalBonded() == sum(behind.values())
    unowned = sum(behind.values()) - sum(bonding.pendingStake(account, 0) for account in (*pair, *three))
    ledger.check(unowned_lpt=unowned)


def never(market: Any, orchestrator: Any) -> None:
    market.next_round(2)


def this_round(market: Any, orchestrator: Any) -> None:
    market.bonding.reward(sender=orchestrator)


def last_round(market: Any, orchestrator: Any) -> None:
    market.bonding.reward(sender=orchestrator)
    market.next_round()


def three_rounds_ago(market: Any, orchestrator: Any) -> None:
    market.bonding.reward(sender=orchestrator)
    market.next_round(3)


HISTORIES = [never, this_round, last_round, three_rounds_ago]


@pytest.mark.parametrize("paid", [False, True], ids=["unpaid", "paid"])
@pytest.mark.parametrize("history", HISTORIES, ids=lambda h: h.__name__)
def test_d04_whoever_joins_begins_with_what_it_brings(market, bonding, pair, three, delegators, gateway, history, paid):
    """2021: a round without a factor counted as a factor of zero, from which everything ever earned was a gain."""
    first, second = pair
    history(market, first)
    if paid:
        market.pay_fees(gateway, first, ETHER)
    market.bond(delegators[3], 1_000 * LPT, first)
    bonding.reward(sender=second)
    bonding.transferBond(delegators[4], 500 * LPT, *N4, sender=three[0])
    market.bond(delegators[5], 700 * LPT, second)
    bonding.bond(0, first, sender=delegators[5])
    newcomers = dict(zip(delegators[3:6], (1_000, 500, 700), strict=True))
    for _ in range(2):
        for account, stake in newcomers.items():
            assert bonding.pendingStake(account, 0) == stake * LPT
            assert bonding.pendingFees(account, 0) == 0
        market.next_round()
    bonding.reward(sender=first)
    for account, stake in newcomers.items():
        gained = bonding.pendingStake(account, 0) - stake * LPT
        assert 0 < gained < market.minter.currentMintedTokens() * stake // 16_000


def test_d06_an_upgrade_leaves_every_account_with_what_it_had(
    project, market, bonding, pair, three, gateway, ledger, owner
):
    """2021: factors were to be rescaled by an upgrade, and were not on every path. Ours reads what is there."""
    bonding.reward(sender=pair[0])
    market.pay_fees(gateway, pair[0], ETHER)
    market.next_round()
    bonding.claimEarnings(0, sender=three[0])
    bonding.unbond(10 * LPT, sender=three[1])
    before = ledger.look(market.round - 1)
    target = owner.deploy(project.BondingManager, market.controller)
    id_ = ape.convert(bonding.targetContractId(), bytes)
    market.controller.setContractInfo(id_, target, bytes(20), sender=owner)
    after = ledger.look(market.round - 1)
    assert after.without_block() == before.without_block()


def test_d16_no_vote_is_lost_to_a_round_without_fees(market, bonding, pair, three, gateway):
    """2023: the voting power's view reckoned fees as well, with an unset factor at the end, and reverted."""
    bonding.reward(sender=pair[0])
    market.pay_fees(gateway, pair[0], ETHER)
    market.next_round()
    bonding.claimEarnings(0, sender=three[0])
    assert earnings(bonding, pair[0], market.round).fee_factor > 0
    market.next_round(2)
    bonding.reward(sender=pair[0])
    assert earnings(bonding, pair[0], market.round).fee_factor == 0
    market.next_round()
    for account in three:
        assert market.votes.getPastVotes(account, market.round - 1) == bonding.pendingStake(account, 0)
    assert market.votes.getPastVotes(pair[0], market.round - 1) == bonding.transcoderTotalStake(pair[0])


def test_d22_nobody_is_trusted_with_others_stake(market, bonding, pair, three, stranger):
    """2026: who bonds for others without being asked must itself have asked them. Nobody is registered as such here."""
    assert market.controller.getContract(keccak(text="L2Migrator")) == NOBODY
    for account in three:
        before = delegator(bonding, account)
        with reverts("ClaimNotAuthorized", stranger, account):
            bonding.bondForWithHint(1, account, pair[1], *N4, sender=stranger)
        assert delegator(bonding, account) == before
