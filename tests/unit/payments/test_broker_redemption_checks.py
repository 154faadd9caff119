"""Each condition of a redemption alone negated: its error, and nothing changed (order: ITicketBroker)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from eth_utils.crypto import keccak

from offchain.errors import SignatureEncodingError, SignatureLengthError
from offchain.tickets.signing import CURVE_ORDER, recover_signer
from offchain.tickets.win_check import win_value
from tests.support.deployment import NOBODY
from tests.support.payments import RAND
from tests.support.reverts import reverts


@pytest.fixture
def refused(payments):
    """`with refused(ticket, error, *arguments)`: the redemption fails so, and nothing has moved."""

    def check(signed, error, *arguments):
        before = (payments.deposit(), payments.reserve(), payments.fees())
        with reverts(error, *arguments):
            payments.redeem(signed)
        assert (payments.deposit(), payments.reserve(), payments.fees()) == before
        assert not payments.market.broker.usedTickets(signed.hash)

    return check


def test_tick38_the_null_recipient_is_refused(payments, refused):
    refused(payments.sign(payments.ticket(recipient=NOBODY)), "TicketRecipientNull")


def test_tick38_the_null_sender_is_refused(payments, refused):
    refused(payments.sign(payments.ticket(sender=NOBODY)), "TicketSenderNull")


@pytest.mark.parametrize("length", [0, 63, 65, 96])
def test_tick38_aux_data_of_another_length_is_refused(payments, refused, length):
    signed = payments.sign(payments.ticket())
    aux = (signed.fields[-1] * 2)[:length]
    broken = replace(signed, fields=(*signed.fields[:-1], aux))
    refused(broken, "TicketAuxDataLengthInvalid", length)


def test_tick38_a_creation_round_without_hash_is_refused(payments, refused):
    later = payments.market.round + 1
    refused(payments.sign(payments.ticket(creation_round=later)), "TicketCreationRoundUnknown", later)


def test_tick38_another_block_hash_is_refused(payments, refused):
    ticket = payments.ticket(creation_round_block_hash=keccak(text="another"))
    expected = payments.ticket().creation_round_block_hash
    arguments = (ticket.creation_round, ticket.creation_round_block_hash, expected)
    refused(payments.sign(ticket), "TicketCreationRoundHashMismatch", *arguments)


def test_tick38_a_ticket_expires_when_its_validity_is_over(payments, refused):
    ticket, other = payments.ticket(), payments.ticket(sender_nonce=2)
    validity = payments.market.broker.ticketValidityPeriod()
    payments.market.next_round(validity - 1)
    payments.redeem(other)
    payments.market.next_round()
    expiration = ticket.creation_round + validity
    refused(payments.sign(ticket), "TicketExpired", expiration, expiration)


def test_tick38_another_number_than_committed_to_is_refused(payments, refused):
    ticket = payments.ticket()
    refused(payments.sign(ticket, rand=RAND + 1), "RecipientRandMismatch", RAND + 1, ticket.recipient_rand_hash)


@pytest.mark.parametrize("length", [0, 64, 66])
def test_tick40_a_signature_of_another_length_is_refused(payments, refused, length):
    signed = payments.sign(payments.ticket())
    signature = (signed.signature * 2)[:length]
    with pytest.raises(SignatureLengthError):
        recover_signer(payments.ticket(), signature)
    refused(replace(signed, signature=signature), "SignatureLengthInvalid", length)


def test_tick40_the_short_form_of_a_signature_is_refused(payments, refused):
    signed = payments.sign(payments.ticket())
    r, s, v = signed.signature[:32], signed.signature[32:64], signed.signature[64]
    short = r + (int.from_bytes(s, "big") | (v - 27) << 255).to_bytes(32, "big")
    refused(replace(signed, signature=short), "SignatureLengthInvalid", 64)


def test_tick40_the_mirror_image_of_a_signature_is_refused(payments, refused):
    signed = payments.sign(payments.ticket())
    s = CURVE_ORDER - int.from_bytes(signed.signature[32:64], "big")
    mirrored = signed.signature[:32] + s.to_bytes(32, "big") + bytes([55 - signed.signature[64]])
    with pytest.raises(SignatureEncodingError):
        recover_signer(payments.ticket(), mirrored)
    refused(replace(signed, signature=mirrored), "ECDSAInvalidSignatureS", s.to_bytes(32, "big"))


@pytest.mark.parametrize("v", [0, 1, 2, 26, 29, 255])
def test_tick40_v_is_27_or_28(payments, refused, v):
    signed = payments.sign(payments.ticket())
    refused(replace(signed, signature=signed.signature[:64] + bytes([v])), "ECDSAInvalidSignature")


def test_tick40_the_other_v_is_another_signer(payments):
    signed = payments.sign(payments.ticket())
    other = signed.signature[:64] + bytes([55 - signed.signature[64]])
    signer = recover_signer(payments.ticket(), other)
    with reverts("TicketSignerMismatch", signer, payments.payer):
        payments.redeem(replace(signed, signature=other))


def test_tick38_anothers_signature_is_refused(payments, refused, stranger):
    signed = payments.sign(payments.ticket(), signer=stranger)
    refused(signed, "TicketSignerMismatch", stranger, payments.payer)


def test_tick39_a_ticket_without_chance_never_wins(payments, refused):
    signed = payments.sign(payments.ticket(win_prob=0))
    refused(signed, "TicketNotWinning", signed.hash)


def test_tick39_the_draw_lies_strictly_below_the_probability(payments, refused):
    """The probability is signed and so moves the draw: tickets of even chance fall on both sides, as Python says."""
    outcomes = set()
    for nonce in range(1, 13):
        ticket = payments.ticket(sender_nonce=nonce, win_prob=2**255)
        signed = payments.sign(ticket)
        wins = win_value(signed.signature, RAND) < ticket.win_prob
        outcomes.add(wins)
        if wins:
            payments.redeem(signed)
        else:
            refused(signed, "TicketNotWinning", signed.hash)
    assert outcomes == {True, False}


def test_tick38_a_sender_whose_unlock_ran_out_cannot_pay(payments, refused):
    market = payments.market
    market.broker.unlock(sender=payments.payer)
    withdraw_round = payments.info().withdraw_round
    market.next_round(withdraw_round - market.round - 1)
    payments.redeem(payments.ticket())
    market.next_round()
    ticket = payments.ticket(sender_nonce=2)
    refused(payments.sign(ticket), "SenderUnlocked", payments.payer, withdraw_round, withdraw_round)


def test_tick38_deposit_and_reserve_must_cover_the_whole_face_value(payments, refused):
    funds = payments.deposit() + payments.reserve()
    ticket = payments.ticket(funds + 1)
    arguments = (payments.payer, funds + 1, payments.deposit(), payments.reserve())
    refused(payments.sign(ticket), "FundsInsufficient", *arguments)


def test_tick41_dust_cannot_void_a_large_ticket(payments, refused, stranger):
    """A stranger who puts a wei into an empty account would have used the ticket up for that wei, once."""
    poor = replace(payments, payer=stranger)
    payments.market.broker.fundDepositAndReserveFor(stranger, 1, 0, value=1, sender=payments.payer)
    ticket = poor.ticket(10**18)
    refused(poor.sign(ticket), "FundsInsufficient", stranger, 10**18, 1, 0)


def test_tick43_a_recipient_outside_the_active_set_is_not_paid(payments, refused, orchestrators):
    outsider, market = orchestrators[2], payments.market
    ticket = payments.ticket(recipient=outsider.address)
    refused(payments.sign(ticket), "TranscoderNotActive", outsider, market.round)


def test_tick38_nothing_is_redeemed_before_the_round_is_initialised(payments, refused):
    ticket = payments.ticket()
    payments.market.skip_to_round(payments.market.round + 1)
    refused(payments.sign(ticket), "CurrentRoundNotInitialized", payments.market.round)


def test_reg63_nothing_is_redeemed_while_the_system_is_paused(payments, refused):
    payments.market.controller.pause(sender=payments.market.owner)
    refused(payments.sign(payments.ticket()), "SystemPaused")
