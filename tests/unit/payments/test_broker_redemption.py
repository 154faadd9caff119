"""What a winning ticket does."""

from __future__ import annotations

from dataclasses import replace

from offchain.tickets.win_check import MAX_WIN_PROB
from tests.support.payments import RAND
from tests.support.reverts import reverts

FACE_VALUE = 3 * 10**15


def test_tick42_the_deposit_pays_and_the_recipient_earns_the_face_value(payments):
    deposit, reserve, fees = payments.deposit(), payments.reserve(), payments.fees()
    payments.redeem(payments.ticket(FACE_VALUE))
    assert payments.deposit() == deposit - FACE_VALUE
    assert payments.reserve() == reserve
    assert payments.fees() == fees + FACE_VALUE


def test_tick37_a_ticket_pays_once(payments):
    signed = payments.sign(payments.ticket())
    payments.redeem(signed)
    assert payments.market.broker.usedTickets(signed.hash)
    with reverts("TicketUsed", signed.hash):
        payments.redeem(signed)
    payments.market.next_round()
    with reverts("TicketUsed", signed.hash):
        payments.redeem(signed)


def test_tick37_a_used_ticket_stays_used_through_unlock_withdrawal_and_new_funds(payments):
    market, payer = payments.market, payments.payer
    market.broker.setTicketValidityPeriod(10, sender=market.owner)
    signed = payments.sign(payments.ticket())
    payments.redeem(signed)
    market.broker.unlock(sender=payer)
    market.next_round(market.broker.unlockPeriod())
    market.broker.withdraw(sender=payer)
    market.broker.fundDeposit(value=10**18, sender=payer)
    with reverts("TicketUsed", signed.hash):
        payments.redeem(signed)


def test_a_redemption_tells_of_transfer_and_ticket(payments):
    ticket = payments.ticket(FACE_VALUE)
    receipt = payments.redeem(ticket)
    transfer, redeemed = receipt.decode_logs()
    broker = payments.market.broker
    assert transfer == broker.WinningTicketTransfer(payments.payer, payments.recipient, FACE_VALUE)
    assert redeemed == broker.WinningTicketRedeemed(
        payments.payer, payments.recipient, FACE_VALUE, MAX_WIN_PROB, 1, RAND, ticket.aux_data()
    )


def test_a_ticket_without_face_value_is_used_up_without_a_transfer(payments):
    poor = replace(payments, payer=payments.submitter)
    signed = poor.sign(poor.ticket(0))
    receipt = poor.redeem(signed)
    assert [log.event_name for log in receipt.decode_logs()] == ["WinningTicketRedeemed"]
    assert poor.market.broker.usedTickets(signed.hash)


def test_tick42_the_reserve_pays_what_the_deposit_does_not(payments):
    deposit, reserve, fees = payments.deposit(), payments.reserve(), payments.fees()
    shortfall = 10**17
    receipt = payments.redeem(payments.ticket(deposit + shortfall))
    claimed, transfer, _ = receipt.decode_logs()
    broker = payments.market.broker
    assert claimed == broker.ReserveClaimed(payments.payer, payments.recipient, shortfall)
    assert transfer == broker.WinningTicketTransfer(payments.payer, payments.recipient, deposit + shortfall)
    assert payments.deposit() == 0
    assert payments.reserve() == reserve - shortfall
    assert payments.fees() == fees + deposit + shortfall


def test_a_share_of_the_reserve_that_falls_short_pays_what_it_holds(payments):
    """As the live protocol does: the funds cover the ticket, the recipient's share of the reserve does not."""
    deposit, reserve = payments.deposit(), payments.reserve()
    payments.redeem(payments.ticket(deposit + reserve))
    share = reserve // 2  # two orchestrators are in the pool
    assert payments.deposit() == 0
    assert payments.reserve() == reserve - share
    assert payments.fees() == deposit + share


def test_solv03_no_ether_moves_when_a_ticket_is_redeemed(payments):
    minter = payments.market.minter
    before = minter.balance
    payments.redeem(payments.ticket(FACE_VALUE))
    assert minter.balance == before
    assert payments.market.broker.balance == 0


def test_anybody_may_submit_a_ticket(payments, orchestrators):
    signed = payments.sign(payments.ticket())
    replace(payments, submitter=orchestrators[1]).redeem(signed)
    assert payments.fees() == 10**15


def test_tick38_a_ticket_made_in_the_round_before_is_good(payments):
    ticket = payments.ticket()
    payments.market.next_round()
    payments.redeem(ticket)
    assert payments.fees() == ticket.face_value


def test_tick43_fees_count_in_the_round_of_the_redemption(payments):
    market = payments.market
    ticket = payments.ticket()
    redeemed_in = market.next_round()
    payments.redeem(ticket)
    assert market.bonding.getTranscoder(payments.recipient).lastFeeRound == redeemed_in
