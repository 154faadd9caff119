"""A batch redeems what can be redeemed, and says of each other ticket why it could not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from eth_utils.abi import function_signature_to_4byte_selector

from tests.support.reverts import decode_error, reverts

FACE_VALUE = 10**15


def names(receipt):
    return [log.event_name for log in receipt.decode_logs()]


@pytest.fixture
def signed(payments):
    """Three good tickets."""
    return [payments.sign(payments.ticket(FACE_VALUE, sender_nonce=n)) for n in (1, 2, 3)]


def test_tick48_a_batch_pays_as_single_redemptions_do(payments, signed):
    deposit = payments.deposit()
    receipt = payments.redeem_batch(signed)
    assert names(receipt) == ["WinningTicketTransfer", "WinningTicketRedeemed"] * 3
    assert payments.fees() == 3 * FACE_VALUE
    assert payments.deposit() == deposit - 3 * FACE_VALUE
    assert all(payments.market.broker.usedTickets(t.hash) for t in signed)


def test_tick48_a_ticket_that_fails_leaves_the_others_alone(payments, signed):
    losing = payments.sign(payments.ticket(FACE_VALUE, win_prob=0))
    receipt = payments.redeem_batch([signed[0], losing, signed[1]])
    assert names(receipt).count("WinningTicketRedeemed") == 2
    assert payments.fees() == 2 * FACE_VALUE
    assert not payments.market.broker.usedTickets(losing.hash)


def test_tick48_each_failure_is_told_with_its_reason(payments, signed):
    losing = payments.sign(payments.ticket(FACE_VALUE, win_prob=0))
    receipt = payments.redeem_batch([signed[0], losing, signed[0]])
    skipped = [log for log in receipt.decode_logs() if log.event_name == "WinningTicketSkipped"]
    assert [log.index for log in skipped] == [1, 2]
    assert [bytes(log.ticketHash) for log in skipped] == [losing.hash, signed[0].hash]
    assert {(log.sender, log.recipient) for log in skipped} == {(payments.payer.address, payments.recipient.address)}
    not_winning = function_signature_to_4byte_selector("TicketNotWinning(bytes32)") + losing.hash
    used = function_signature_to_4byte_selector("TicketUsed(bytes32)") + signed[0].hash
    assert [bytes(log.reason) for log in skipped] == [not_winning, used]


def test_tick48_a_ticket_twice_in_a_batch_pays_once(payments, signed):
    payments.redeem_batch([signed[0]] * 3)
    assert payments.fees() == FACE_VALUE


def test_tick48_tickets_of_several_rounds_go_together(payments):
    older = payments.sign(payments.ticket(FACE_VALUE))
    payments.market.next_round()
    newer = payments.sign(payments.ticket(FACE_VALUE, sender_nonce=2))
    payments.redeem_batch([older, newer])
    payments.redeem_batch([payments.sign(payments.ticket(FACE_VALUE, sender_nonce=3)), older])
    assert payments.fees() == 3 * FACE_VALUE


def test_tick48_the_deposit_runs_dry_within_a_batch(payments):
    deposit = payments.deposit()
    tickets = [payments.sign(payments.ticket(deposit, sender_nonce=n)) for n in (1, 2)]
    reserve = payments.reserve()
    payments.redeem_batch(tickets)
    assert payments.fees() == 2 * deposit
    assert payments.reserve() == reserve - deposit


def test_tick48_an_inactive_recipient_fails_alone(payments, signed, orchestrators):
    outsider = payments.sign(payments.ticket(recipient=orchestrators[3].address))
    receipt = payments.redeem_batch([outsider, *signed])
    assert names(receipt).count("WinningTicketRedeemed") == 3
    assert not payments.market.broker.usedTickets(outsider.hash)


def test_an_empty_batch_does_nothing(payments):
    receipt = payments.market.broker.batchRedeemWinningTickets([], [], [], sender=payments.submitter)
    assert names(receipt) == []


@pytest.mark.parametrize(("signatures", "rands"), [(1, 2), (2, 1)])
def test_a_batch_with_too_few_signatures_or_numbers_is_refused(payments, signed, signatures, rands):
    columns = [list(c) for c in zip(*(t.arguments for t in signed[:2]), strict=True)]
    with reverts("BatchTooShort", 2, signatures, rands):
        payments.market.broker.batchRedeemWinningTickets(
            columns[0], columns[1][:signatures], columns[2][:rands], sender=payments.submitter
        )


def results_of(payments, tickets):
    """What a batch would say of each ticket: whether it was redeemed, wei paid, and the error."""
    columns = [list(column) for column in zip(*(t.arguments for t in tickets), strict=True)]
    call = payments.market.broker.batchRedeemWinningTicketsWithResults.call
    return [(r.redeemed, r.amount, bytes(r.reason)) for r in call(*columns, sender=payments.submitter)]


def test_tick48_a_batch_says_what_became_of_each_ticket(payments, signed, orchestrators):
    """Redeemed, broken signature, twice in the batch, an inactive recipient, a payment in part, no winner."""
    broken = replace(payments.sign(payments.ticket(FACE_VALUE, sender_nonce=7)), signature=bytes(64) + b"\x1b")
    outsider = payments.sign(payments.ticket(FACE_VALUE, recipient=orchestrators[3].address))
    losing = payments.sign(payments.ticket(FACE_VALUE, win_prob=0))
    rest, share = payments.deposit() - FACE_VALUE, payments.reserve() // 2
    partly = payments.sign(payments.ticket(rest + share + 1, sender_nonce=8))
    tickets = [signed[0], broken, signed[0], outsider, partly, losing]

    answers = results_of(payments, tickets)
    assert [answer[:2] for answer in answers] == [
        (True, FACE_VALUE),
        (False, 0),
        (False, 0),
        (False, 0),
        (True, rest + share),
        (False, 0),
    ]
    names_of_reasons = [decode_error(reason)[0] for redeemed, _, reason in answers if not redeemed]
    assert names_of_reasons == ["ECDSAInvalidSignature", "TicketUsed", "TranscoderNotActive", "TicketNotWinning"]
    assert decode_error(answers[2][2]) == ("TicketUsed", (signed[0].hash,))
    assert decode_error(answers[3][2])[1] == (orchestrators[3].address, payments.market.round)
    assert answers[0][2] == answers[4][2] == b""

    columns = [list(column) for column in zip(*(t.arguments for t in tickets), strict=True)]
    receipt = payments.market.broker.batchRedeemWinningTicketsWithResults(*columns, sender=payments.submitter)
    logs = receipt.decode_logs()
    skipped = {log.index: bytes(log.reason) for log in logs if log.event_name == "WinningTicketSkipped"}
    assert skipped == {i: answer[2] for i, answer in enumerate(answers) if not answer[0]}
    paid = [log.amount for log in logs if log.event_name == "WinningTicketTransfer"]
    assert paid == [FACE_VALUE, rest + share]
    assert [payments.market.broker.usedTickets(t.hash) for t in tickets] == [True, False, True, False, True, False]
    assert payments.deposit() == 0
    assert payments.reserve() == share


def test_tick48_what_is_skipped_can_be_redeemed_later(payments, signed):
    payments.market.broker.unlock(sender=payments.payer)
    payments.market.next_round(payments.market.broker.unlockPeriod())
    tickets = [payments.sign(payments.ticket(FACE_VALUE, sender_nonce=n)) for n in (1, 2)]
    assert [decode_error(reason)[0] for _, _, reason in results_of(payments, tickets)] == ["SenderUnlocked"] * 2
    payments.redeem_batch(tickets)
    payments.market.broker.cancelUnlock(sender=payments.payer)
    payments.redeem_batch(tickets)
    assert payments.fees() == 2 * FACE_VALUE


def test_tick48_a_batch_with_results_takes_arrays_as_the_other_does(payments, signed):
    call = payments.market.broker.batchRedeemWinningTicketsWithResults
    columns = [list(c) for c in zip(*(t.arguments for t in signed[:2]), strict=True)]
    assert call.call([], [], [], sender=payments.submitter) == []
    assert len(call.call(columns[0][:1], columns[1], columns[2], sender=payments.submitter)) == 1
    with reverts("BatchTooShort", 2, 1, 2):
        call(columns[0], columns[1][:1], columns[2], sender=payments.submitter)


def test_tick38_no_batch_before_the_round_is_initialised(payments, signed):
    payments.market.skip_to_round(payments.market.round + 1)
    with reverts("CurrentRoundNotInitialized", payments.market.round):
        payments.redeem_batch(signed)


def test_reg63_no_batch_while_the_system_is_paused(payments, signed):
    payments.market.controller.pause(sender=payments.market.owner)
    with reverts("SystemPaused"):
        payments.redeem_batch(signed)


def test_tick48_a_batch_of_a_poor_sender_skips_it_and_pays_the_others(payments, signed):
    poor = replace(payments, payer=payments.submitter)
    unpaid = poor.sign(poor.ticket(FACE_VALUE))
    payments.redeem_batch([unpaid, *signed])
    assert payments.fees() == 3 * FACE_VALUE
    assert not payments.market.broker.usedTickets(unpaid.hash)
