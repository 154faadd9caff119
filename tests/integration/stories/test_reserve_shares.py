"""Shares of a reserve when the pool is not what it was when the round began (facts: protocol 5.4, 7.3 no. 1 and 2).

Who may draw is decided by the active set of the round, by how many the reserve is divided by the pool of the next.
"""

from __future__ import annotations

import pytest

from tests.support.deployment import LPT
from tests.support.events import logged
from tests.support.payments import Payments
from tests.support.reverts import reverts

ETHER = 10**18


@pytest.fixture
def reserve(market, pair, gateway, stranger):
    """Twelve ether in reserve, no deposit; one who pays each of the two."""
    market.broker.fundReserve(value=12 * ETHER, sender=gateway)
    return [Payments(market, gateway, recipient, stranger) for recipient in pair]


def claimable(market, gateway, recipients) -> list[int]:
    return [market.broker.claimableReserve(gateway, recipient) for recipient in recipients]


def test_a_pool_that_grows_in_the_round_makes_shares_smaller_and_never_negative(
    market, ledger, pair, reserve, gateway, orchestrators
):
    first, second = reserve
    assert claimable(market, gateway, orchestrators[:4]) == [6 * ETHER, 6 * ETHER, 0, 0]
    first.redeem(first.ticket(5 * ETHER))
    assert claimable(market, gateway, pair) == [ETHER, 6 * ETHER]

    market.register(orchestrators[2], 10_000 * LPT)
    assert claimable(market, gateway, orchestrators[:3]) == [0, 4 * ETHER, 0]  # 12 / 3 each; one has drawn 5
    market.register(orchestrators[3], 10_000 * LPT)
    assert claimable(market, gateway, orchestrators[:4]) == [0, 3 * ETHER, 0, 0]

    receipt = first.redeem(first.ticket(ETHER, sender_nonce=2))  # covered by the reserve, but nothing is its to draw
    assert logged(receipt, market.broker.WinningTicketTransfer) == []
    assert first.info() == (0, 0, 7 * ETHER, 5 * ETHER)
    second.redeem(second.ticket(3 * ETHER, sender_nonce=3))
    assert claimable(market, gateway, orchestrators[:4]) == [0, 0, 0, 0]

    market.next_round()
    assert claimable(market, gateway, orchestrators[:4]) == [ETHER] * 4
    assert first.info() == (0, 0, 4 * ETHER, 0)
    ledger.check(unowned_eth=8 * ETHER - first.fees() - second.fees())


def test_a_pool_that_shrinks_in_the_round_lets_one_draw_all_that_is_left_and_no_more(
    market, bonding, ledger, pair, reserve, gateway
):
    first, second = reserve
    second.redeem(second.ticket(6 * ETHER))
    bonding.unbond(10_000 * LPT, sender=pair[1])
    assert bonding.getTranscoderPoolSize() == 1
    assert claimable(market, gateway, pair) == [6 * ETHER, 6 * ETHER]  # a share is twelve now; six are left for both
    with reverts("FundsInsufficient", gateway, 7 * ETHER, 0, 6 * ETHER):
        first.redeem(first.ticket(7 * ETHER, sender_nonce=2))
    first.redeem(first.ticket(6 * ETHER, sender_nonce=2))
    assert first.info() == (0, 0, 0, 12 * ETHER)
    ledger.check(unowned_eth=12 * ETHER - first.fees() - second.fees())


def test_an_empty_pool_lets_nobody_draw_though_both_are_active(market, bonding, ledger, pair, reserve, gateway):
    for account in pair:
        bonding.unbond(10_000 * LPT, sender=account)
    assert [bonding.isActiveTranscoder(account) for account in pair] == [True, True]
    assert claimable(market, gateway, pair) == [0, 0]
    ledger.check()


def test_what_is_added_in_the_round_is_shared_like_the_rest(market, ledger, pair, reserve, gateway):
    first, _ = reserve
    first.redeem(first.ticket(6 * ETHER))
    assert claimable(market, gateway, pair) == [0, 6 * ETHER]
    market.broker.fundReserve(value=2 * ETHER, sender=gateway)
    assert claimable(market, gateway, pair) == [ETHER, 7 * ETHER]
    ledger.check(unowned_eth=6 * ETHER - first.fees())
