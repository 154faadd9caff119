"""Tickets as values: what they take, and what they hash to."""

from __future__ import annotations

import dataclasses

import pytest

from offchain.errors import FieldRangeError
from offchain.tickets import ExpirationParams, TicketParams
from tests.support.tickets import (
    A_RAND_HASH,
    A_TERMS,
    A_TICKET_HASH,
    B_RAND_HASH,
    B_TERMS,
    B_TICKET_HASH,
    BLOCK_HASH,
    HASH_VECTORS,
    KEY_ADDRESS,
    RECIPIENT,
    ZERO_HASH,
    ticket,
    ticket_under,
)


@pytest.mark.parametrize(("fields", "expected"), [v[1:] for v in HASH_VECTORS], ids=[v[0] for v in HASH_VECTORS])
def test_tick67_a_ticket_hashes_to_the_networks_vector(fields, expected):
    assert ticket(**fields).hash().hex() == expected


@pytest.mark.parametrize(
    ("terms", "rand_hash", "expected"),
    [(A_TERMS, A_RAND_HASH, A_TICKET_HASH), (B_TERMS, B_RAND_HASH, B_TICKET_HASH)],
    ids=["A", "B"],
)
def test_tick67_a_ticket_with_a_round_hashes_to_its_vector(terms, rand_hash, expected):
    assert ticket_under(terms, rand_hash).hash().hex() == expected


def test_auxiliary_data_is_round_and_block_hash_in_64_bytes():
    made = ticket(creation_round=5, creation_round_block_hash=BLOCK_HASH)
    assert made.aux_data() == (5).to_bytes(32, "big") + bytes.fromhex(BLOCK_HASH)


def test_auxiliary_data_is_empty_without_round_and_block_hash():
    assert ticket().aux_data() == b""


@pytest.mark.parametrize("fields", [{"creation_round": 1}, {"creation_round_block_hash": BLOCK_HASH}])
def test_auxiliary_data_is_whole_as_soon_as_one_half_is_there(fields):
    assert len(ticket(**fields).aux_data()) == 64


def test_addresses_and_hashes_are_the_same_as_bytes_and_as_hex():
    in_hex = ticket(recipient="0x" + RECIPIENT.lower(), recipient_rand_hash="0x" + BLOCK_HASH)
    in_bytes = ticket(recipient=bytes.fromhex(RECIPIENT), recipient_rand_hash=bytes.fromhex(BLOCK_HASH))
    assert in_hex == in_bytes
    assert in_hex.hash() == in_bytes.hash()
    assert in_hex.recipient == "0x" + RECIPIENT


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("face_value", -1),
        ("face_value", 2**256),
        ("face_value", 1.0),
        ("face_value", True),
        ("win_prob", -1),
        ("win_prob", 2**256),
        ("sender_nonce", -1),
        ("sender_nonce", 2**32),
        ("creation_round", -1),
        ("creation_round", 2**63),
        ("recipient", "0x" + "00" * 19),
        ("recipient", "not hex"),
        ("sender", bytes(21)),
        ("recipient_rand_hash", bytes(31)),
        ("creation_round_block_hash", "00" * 33),
    ],
)
def test_a_field_out_of_range_is_named_in_the_error(field, value):
    name = "address" if field in ("recipient", "sender") else field
    with pytest.raises(FieldRangeError, match=name):
        ticket(**{field: value})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("face_value", 2**256 - 1),
        ("win_prob", 2**256 - 1),
        ("sender_nonce", 2**32 - 1),
        ("creation_round", 2**63 - 1),
    ],
)
def test_the_largest_value_of_a_field_is_taken(field, value):
    assert getattr(ticket(**{field: value}), field) == value


def test_a_ticket_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        ticket().face_value = 1


def test_parameters_make_tickets_that_differ_in_their_nonce_alone():
    params = TicketParams(RECIPIENT, 10**8, 2**255, B_RAND_HASH, 7, 140, ExpirationParams(10, BLOCK_HASH))
    first, second = params.ticket(KEY_ADDRESS, 1), params.ticket(KEY_ADDRESS, 2)
    assert dataclasses.replace(first, sender_nonce=2) == second
    assert (first.recipient, first.sender, first.face_value) == ("0x" + RECIPIENT, KEY_ADDRESS, 10**8)
    assert first.aux_data() == (10).to_bytes(32, "big") + bytes.fromhex(BLOCK_HASH)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("face_value", 2**256),
        ("win_prob", -1),
        ("seed", 2**256),
        ("expiration_block", 2**63),
        ("recipient_rand_hash", b""),
        ("recipient", b""),
    ],
)
def test_parameters_out_of_range_are_refused(field, value):
    fields = {
        "recipient": RECIPIENT,
        "face_value": 1,
        "win_prob": 1,
        "recipient_rand_hash": ZERO_HASH,
        "seed": 0,
        "expiration_block": 1,
    }
    with pytest.raises(FieldRangeError):
        TicketParams(**{**fields, field: value})


@pytest.mark.parametrize("values", [(-1, ZERO_HASH), (2**63, ZERO_HASH), (1, b"short")])
def test_an_expiration_out_of_range_is_refused(values):
    with pytest.raises(FieldRangeError):
        ExpirationParams(*values)
