"""A sender unlocks and withdraws while recipients still draw on its reserve (facts: protocol 5.3 to 5.5)."""

from __future__ import annotations

import pytest

from tests.support.deployment import LPT
from tests.support.events import logged
from tests.support.payments import Payments
from tests.support.reckoning import Sheet
from tests.support.reverts import reverts

ETHER = 10**18


@pytest.fixture
def two_payments(market, pair, gateway, stranger):
    return [Payments(market, gateway, recipient, stranger) for recipient in pair]


def test_recipients_draw_on_the_reserve_until_the_unlock_period_is_over(market, ledger, pair, two_payments, gateway):
    """And what they draw before it is the sender's no more."""
    first, second = two_payments
    market.broker.fundDepositAndReserve(ETHER, 4 * ETHER, value=5 * ETHER, sender=gateway)
    receipt = market.broker.unlock(sender=gateway)
    opens = market.round + 2
    assert logged(receipt, market.broker.Unlock) == [(gateway, market.round, opens)]

    first.redeem(first.ticket(2 * ETHER))  # the whole deposit, and one of its share of two
    assert first.info() == (0, opens, 3 * ETHER, ETHER)
    assert market.broker.claimableReserve(gateway, pair[0]) == ETHER
    assert market.broker.claimableReserve(gateway, pair[1]) == 2 * ETHER
    receipt = second.redeem(second.ticket(3 * ETHER))  # covered by the whole reserve, but its share is two
    assert logged(receipt, market.broker.WinningTicketTransfer) == [(gateway, pair[1], 2 * ETHER)]
    assert logged(receipt, market.broker.ReserveClaimed) == [(gateway, pair[1], 2 * ETHER)]
    assert second.info() == (0, opens, ETHER, 3 * ETHER)

    market.next_round()
    with reverts("AccountLocked", gateway, opens, opens - 1):
        market.broker.withdraw(sender=gateway)
    second.redeem(second.ticket(ETHER // 2, sender_nonce=2))  # a new round: half of what is left
    late = first.ticket(ETHER // 2, sender_nonce=3)
    market.next_round()
    with reverts("SenderUnlocked", gateway, opens, opens):
        first.redeem(late)
    receipt = market.broker.withdraw(sender=gateway)
    assert logged(receipt, market.broker.Withdrawal) == [(gateway, 0, ETHER // 2)]
    assert first.info() == (0, opens, 0, 0)

    sheets = []
    for paid in ((2 * ETHER,), (2 * ETHER, ETHER // 2)):
        sheet = Sheet()
        for amount in paid:
            sheet.fees(amount, 10_000 * LPT)
        sheets.append(sheet.earned(10_000 * LPT, Sheet().mark()) + sheet.own_fees)
    assert [p.fees() for p in two_payments] == sheets
    ledger.check(unowned_eth=4 * ETHER + ETHER // 2 - sum(sheets))


def test_claims_of_a_round_still_count_after_a_withdrawal_and_a_return_in_it(
    market, ledger, pair, two_payments, gateway
):
    """Who has drawn its share of the old reserve draws only what the new one adds to it."""
    first, second = two_payments
    market.broker.setUnlockPeriod(0, sender=market.owner)
    market.broker.fundReserve(value=4 * ETHER, sender=gateway)
    first.redeem(first.ticket(2 * ETHER))
    market.broker.unlock(sender=gateway)
    market.broker.withdraw(sender=gateway)

    receipt = market.broker.fundReserve(value=4 * ETHER, sender=gateway)

    assert logged(receipt, market.broker.UnlockCancelled) == [(gateway,)]
    assert first.info() == (0, 0, 4 * ETHER, 2 * ETHER)
    claimable = [market.broker.claimableReserve(gateway, recipient) for recipient in pair]
    assert claimable == [ETHER, 3 * ETHER]  # (4 + 2) / 2 each, less what it has drawn
    second.redeem(second.ticket(3 * ETHER, sender_nonce=2))
    first.redeem(first.ticket(ETHER, sender_nonce=3))
    assert first.info() == (0, 0, 0, 6 * ETHER)
    with reverts("FundsInsufficient", gateway, 1, 0, 0):
        first.redeem(first.ticket(1, sender_nonce=4))
    ledger.check(unowned_eth=6 * ETHER - first.fees() - second.fees())
    assert first.fees() + second.fees() >= 6 * ETHER - 4


def test_an_account_that_was_withdrawn_stays_closed_until_its_owner_funds_it(
    market, ledger, two_payments, gateway, stranger
):
    """Money that somebody else puts in cannot be spent, and does not reopen it; the owner can take it out."""
    first, _ = two_payments
    market.broker.fundDeposit(value=ETHER, sender=gateway)
    market.broker.unlock(sender=gateway)
    market.next_round(2)
    market.broker.withdraw(sender=gateway)
    opened = market.round
    market.broker.fundDepositAndReserveFor(gateway, ETHER, ETHER, value=2 * ETHER, sender=stranger)
    with reverts("SenderUnlocked", gateway, opened, opened):
        first.redeem(first.ticket(ETHER))
    assert first.info() == (ETHER, opened, ETHER, 0)
    market.broker.withdraw(sender=gateway)
    market.broker.fundDeposit(value=ETHER, sender=gateway)
    assert first.info() == (ETHER, 0, 0, 0)
    first.redeem(first.ticket(ETHER))
    assert first.fees() == ETHER
    ledger.check()
