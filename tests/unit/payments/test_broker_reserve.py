"""The reserve: an equal share a round for each active recipient."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.deployment import LPT

RESERVE = 6 * 10**18


@pytest.fixture
def reserve_only(payments):
    """The deposit is used up, so that every payment comes from the reserve."""
    payments.redeem(payments.ticket(payments.deposit(), sender_nonce=1000))
    return payments


def claimable(payments, claimant=None):
    return payments.market.broker.claimableReserve(payments.payer, claimant or payments.recipient)


def claimed(payments, claimant=None):
    return payments.market.broker.claimedReserve(payments.payer, claimant or payments.recipient)


def test_tick45_each_active_recipient_has_an_equal_share(reserve_only, orchestrators):
    assert claimable(reserve_only, orchestrators[0]) == claimable(reserve_only, orchestrators[1]) == RESERVE // 2


def test_tick45_nobody_else_has_a_share(reserve_only, orchestrators, stranger):
    assert claimable(reserve_only, orchestrators[2]) == claimable(reserve_only, stranger) == 0


def test_tick45_an_account_without_reserve_has_none_to_share(reserve_only, stranger, orchestrators):
    assert reserve_only.market.broker.claimableReserve(stranger, orchestrators[0]) == 0


def test_tick45_claims_of_one_do_not_lessen_anothers_share(reserve_only, orchestrators):
    reserve_only.redeem(reserve_only.ticket(10**18))
    assert claimable(reserve_only) == RESERVE // 2 - 10**18
    assert claimed(reserve_only) == 10**18
    assert claimable(reserve_only, orchestrators[1]) == RESERVE // 2
    assert claimed(reserve_only, orchestrators[1]) == 0


def test_tick45_no_more_than_the_share_is_claimed_in_a_round(reserve_only):
    reserve_only.redeem(reserve_only.ticket(RESERVE // 2))
    assert claimable(reserve_only) == 0
    receipt = reserve_only.redeem(reserve_only.ticket(1, sender_nonce=2))
    assert [log.event_name for log in receipt.decode_logs()] == ["WinningTicketRedeemed"]  # used up, for nothing
    assert reserve_only.reserve() == RESERVE // 2


def test_tick45_what_is_left_is_shared_anew_in_the_next_round(reserve_only):
    reserve_only.redeem(reserve_only.ticket(RESERVE // 2))
    assert reserve_only.info().claimed == RESERVE // 2
    reserve_only.market.next_round()
    assert reserve_only.info().claimed == 0
    assert claimed(reserve_only) == 0
    assert claimable(reserve_only) == RESERVE // 4


def test_claims_of_a_later_round_start_from_nothing(reserve_only):
    reserve_only.redeem(reserve_only.ticket(10**18))
    reserve_only.market.next_round()
    reserve_only.redeem(reserve_only.ticket(10**17, sender_nonce=2))
    assert claimed(reserve_only) == reserve_only.info().claimed == 10**17


def test_additions_are_shared_within_the_round(reserve_only):
    reserve_only.redeem(reserve_only.ticket(10**18))
    reserve_only.market.broker.fundReserve(value=2 * 10**18, sender=reserve_only.payer)
    assert claimable(reserve_only) == (RESERVE + 2 * 10**18) // 2 - 10**18
    assert reserve_only.market.broker.getReserveInfo(reserve_only.payer) == (RESERVE + 10**18, 10**18)


def test_a_share_is_rounded_down(payments, stranger):
    payments.market.broker.fundReserve(value=5, sender=stranger)
    assert payments.market.broker.claimableReserve(stranger, payments.recipient) == 2


def test_tick46_a_pool_that_grew_within_the_round_leaves_no_share_instead_of_failing(reserve_only, orchestrators):
    """The divisor is the next round's pool: four members where two were active when the half was claimed."""
    reserve_only.redeem(reserve_only.ticket(RESERVE // 2))
    for newcomer in orchestrators[2:4]:
        reserve_only.market.register(newcomer, 1000 * LPT)
    assert claimable(reserve_only) == 0
    reserve_only.redeem(reserve_only.ticket(1, sender_nonce=2))
    other = replace(reserve_only, recipient=orchestrators[1])
    assert claimable(other, orchestrators[1]) == RESERVE // 4
    other.redeem(other.ticket(RESERVE // 4, sender_nonce=3))
    assert other.fees() == RESERVE // 4


def test_tick46_a_pool_that_shrank_within_the_round_never_promises_more_than_is_left(reserve_only, orchestrators):
    market = reserve_only.market
    first, second = orchestrators[:2]
    reserve_only.redeem(reserve_only.ticket(RESERVE // 2))
    market.bonding.unbond(1000 * LPT, sender=first)  # leaves the pool, stays active for the round
    assert claimable(reserve_only, second) == RESERVE // 2  # its share would be all, half is left
    market.bonding.unbond(1000 * LPT, sender=second)
    assert claimable(reserve_only, first) == claimable(reserve_only, second) == 0  # nobody is in the pool


def test_tick45_an_inactive_newcomer_has_no_share_before_its_round(reserve_only, orchestrators):
    newcomer = orchestrators[2]
    reserve_only.market.register(newcomer, 1000 * LPT)
    assert claimable(reserve_only, newcomer) == 0
    reserve_only.market.next_round()
    assert claimable(reserve_only, newcomer) == RESERVE // 3


def test_claims_of_the_round_outlive_a_withdrawal(reserve_only):
    """As on the live protocol: claims of a round stay counted for who withdraws and funds anew within it."""
    market, payer = reserve_only.market, reserve_only.payer
    market.broker.unlock(sender=payer)
    market.next_round(market.broker.unlockPeriod() - 1)
    market.next_round()
    market.broker.cancelUnlock(sender=payer)
    reserve_only.redeem(reserve_only.ticket(10**18))
    market.broker.setUnlockPeriod(0, sender=market.owner)
    market.broker.unlock(sender=payer)
    market.broker.withdraw(sender=payer)
    assert reserve_only.info() == (0, market.round, 0, 10**18)
