"""A redemption that is to pay a stated minimum, or keep the ticket."""

from __future__ import annotations

import pytest

from scripts._lib.sources import contract_id
from tests.support.deployment import LPT, NOBODY
from tests.support.reverts import reverts


@pytest.fixture
def short(payments):
    """A ticket of whose face value the recipient can have all but half the reserve now."""
    return payments.sign(payments.ticket(payments.deposit() + payments.reserve()))


def redeem(payments, signed, minimum):
    broker = payments.market.broker
    return broker.redeemWinningTicketForAtLeast(*signed.arguments, minimum, sender=payments.submitter)


def test_tick41_a_ticket_that_pays_in_full_is_redeemed_as_ever(payments):
    signed = payments.sign(payments.ticket(10**15))
    call = payments.market.broker.redeemWinningTicketForAtLeast.call
    assert call(*signed.arguments, 10**15, sender=payments.submitter) == 10**15
    receipt = redeem(payments, signed, 10**15)
    assert [log.event_name for log in receipt.decode_logs()] == ["WinningTicketTransfer", "WinningTicketRedeemed"]
    assert payments.fees() == 10**15
    with reverts("TicketUsed", signed.hash):
        redeem(payments, signed, 0)


def test_tick41_a_ticket_that_would_pay_less_stays_redeemable(payments, short):
    before = payments.info()
    payable = before.deposit + before.reserve // 2
    for minimum in (payable + 1, short.fields[2], 2**256 - 1):
        with reverts("RedemptionBelowMinimum", payable, minimum):
            redeem(payments, short, minimum)
    assert payments.info() == before
    assert not payments.market.broker.usedTickets(short.hash)
    assert payments.fees() == 0
    redeem(payments, short, payable)
    assert payments.fees() == payable


def test_tick41_what_is_kept_pays_in_full_once_the_sender_has_funded_more(payments, short):
    face_value = short.fields[2]
    with reverts("RedemptionBelowMinimum", payments.deposit() + payments.reserve() // 2, face_value):
        redeem(payments, short, face_value)
    payments.market.broker.fundDeposit(value=payments.reserve(), sender=payments.payer)
    redeem(payments, short, face_value)
    assert payments.fees() == face_value


def test_tick41_a_ticket_worth_nothing_pays_no_minimum(payments):
    signed = payments.sign(payments.ticket(0))
    with reverts("RedemptionBelowMinimum", 0, 1):
        redeem(payments, signed, 1)
    redeem(payments, signed, 0)
    assert payments.market.broker.usedTickets(signed.hash)


def test_tick41_every_other_check_comes_first(payments, orchestrators, short):
    losing = payments.sign(payments.ticket(win_prob=0))
    with reverts("TicketNotWinning", losing.hash):
        redeem(payments, losing, 2**256 - 1)
    outsider = payments.sign(payments.ticket(recipient=orchestrators[3].address))
    with reverts("TranscoderNotActive", orchestrators[3], payments.market.round):
        redeem(payments, outsider, 2**256 - 1)
    payments.market.controller.pause(sender=payments.market.owner)
    with reverts("SystemPaused"):
        redeem(payments, short, 2**256 - 1)


def test_tickets_of_six_rounds_are_told_apart_by_what_is_remembered_of_four(payments, orchestrators):
    """A creation round is confirmed once and remembered; a round further on takes its place, and an older one none."""
    market = payments.market
    market.broker.setTicketValidityPeriod(10, sender=market.owner)
    tickets = []
    for nonce in range(6):
        tickets.append(payments.ticket(10**12, sender_nonce=nonce))
        market.next_round()
    for ticket in [*tickets, *tickets[::-1]]:  # each place is taken twice, then once more from behind
        wrong = payments.sign(payments.ticket(10**12, creation_round=ticket.creation_round))
        with reverts(
            "TicketCreationRoundHashMismatch",
            ticket.creation_round,
            bytes(market.rounds.blockHashForRound(market.round)),
            ticket.creation_round_block_hash,
        ):
            payments.redeem(wrong)
        again = payments.sign(payments.ticket(10**12, sender_nonce=100 + len(tickets), **created(ticket)))
        tickets.append(ticket)
        payments.redeem(again)
    assert payments.fees() == 12 * 10**12


def created(ticket):
    return {
        "creation_round": ticket.creation_round,
        "creation_round_block_hash": ticket.creation_round_block_hash,
    }


@pytest.mark.parametrize("name", ["BondingManager", "Minter", "RoundsManager"])
def test_a_contract_that_is_not_registered_is_named(payments, name):
    broker, market, missing = payments.market.broker, payments.market, contract_id(name)
    calls = {
        "BondingManager": [lambda: payments.redeem(payments.ticket())],
        "Minter": [
            lambda: broker.fundDeposit(value=1, sender=payments.payer),
            lambda: broker.withdraw(sender=payments.payer),
        ],
        "RoundsManager": [lambda: broker.unlock(sender=payments.payer), lambda: broker.getSenderInfo(payments.payer)],
    }[name]
    market.controller.setContractInfo(missing, NOBODY, bytes(20), sender=market.owner)
    for call in calls:
        with reverts("ContractNotRegistered", missing):
            call()


def test_a_reserve_without_claimants_pays_nothing_beyond_the_deposit(payments, orchestrators):
    """All have left the pool: the recipient is active for the round and still has no share."""
    for orchestrator in orchestrators[:2]:
        payments.market.bonding.unbond(1000 * LPT, sender=orchestrator)
    deposit = payments.deposit()
    signed = payments.sign(payments.ticket(deposit + 1))
    with reverts("RedemptionBelowMinimum", deposit, deposit + 1):
        redeem(payments, signed, deposit + 1)
    redeem(payments, signed, deposit)
    assert payments.deposit() == 0
    assert payments.market.broker.usedTickets(signed.hash)
