"""Signing and hashing of tickets, for any ticket and any key; py-ecc and another keccak as the second opinion."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from eth_abi.packed import encode_packed
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from offchain.errors import SignatureEncodingError, SignatureLengthError, TicketError
from offchain.tickets import (
    MAX_WIN_PROB,
    Ticket,
    is_winner,
    key_address,
    recover_message_signer,
    recover_signer,
    sign_digest,
    sign_message,
    sign_ticket,
    win_value,
)
from offchain.tickets.signing import CURVE_ORDER, recover_digest_signer
from tests.support import reference_ecdsa as reference
from tests.support.tickets import addresses, hashes, int64s, keys, nonces, tickets, words

signatures = st.binary(min_size=65, max_size=65)
FIELD_VALUES = {
    "recipient": addresses,
    "sender": addresses,
    "face_value": words,
    "win_prob": words,
    "sender_nonce": nonces,
    "recipient_rand_hash": hashes,
    "creation_round": int64s,
    "creation_round_block_hash": hashes,
}


@given(key=keys, ticket=tickets)
def test_tick67_who_signs_a_ticket_is_found_again(key, ticket):
    assert recover_signer(ticket, sign_ticket(key, ticket)) == key_address(key)


@given(key=keys, message=st.binary(max_size=300))
def test_who_signs_a_message_is_found_again(key, message):
    assert recover_message_signer(message, sign_message(key, message)) == key_address(key)


@given(key=keys, ticket=tickets)
def test_tick40_a_signature_is_canonical(key, ticket):
    signature = sign_ticket(key, ticket)
    assert len(signature) == 65
    assert 0 < int.from_bytes(signature[:32], "big") < CURVE_ORDER
    assert 0 < int.from_bytes(signature[32:64], "big") <= CURVE_ORDER // 2
    assert signature[64] in (27, 28)


def test_every_field_of_a_ticket_is_varied_here():
    assert set(FIELD_VALUES) == {field.name for field in fields(Ticket)}


@pytest.mark.parametrize("field", FIELD_VALUES)
@given(data=st.data())
@settings(max_examples=30)
def test_tick67_each_field_alone_changes_the_hash(field, data):
    ticket = data.draw(tickets)
    other = replace(ticket, **{field: data.draw(FIELD_VALUES[field])})
    assume(other != ticket)
    assert other.hash() != ticket.hash()


@given(ticket=tickets)
def test_tick67_the_hash_is_that_of_packed_abi_encoding(ticket):
    packed = encode_packed(
        ["address", "address", "uint256", "uint256", "uint256", "bytes32", "bytes"],
        [
            ticket.recipient,
            ticket.sender,
            ticket.face_value,
            ticket.win_prob,
            ticket.sender_nonce,
            ticket.recipient_rand_hash,
            ticket.aux_data(),
        ],
    )
    assert ticket.hash() == reference.keccak(packed)


@given(key=keys, digest=hashes)
@settings(max_examples=25)
def test_tick67_another_implementation_signs_the_same_bytes(key, digest):
    assert sign_digest(key, digest) == reference.sign(key, digest)
    assert bytes.fromhex(key_address(key)[2:]) == reference.address_of_key(key)


@given(key=keys, digest=hashes, at=st.integers(0, 64), flip=st.integers(0, 255))
@settings(max_examples=60)
def test_tick40_another_implementation_agrees_on_mutated_signatures(key, digest, at, flip):
    signature = bytearray(sign_digest(key, digest))
    signature[at] ^= flip
    assert recovered(digest, bytes(signature)) == reference.recover(digest, bytes(signature))


@given(digest=hashes, signature=signatures, v=st.sampled_from([27, 28]))
@settings(max_examples=60)
def test_tick40_another_implementation_agrees_on_arbitrary_signatures(digest, signature, v):
    low = bytes([signature[32] & 0x3F]) + signature[33:64]
    for each in (signature, signature[:32] + low + bytes([v])):
        assert recovered(digest, each) == reference.recover(digest, each)


def recovered(digest: bytes, signature: bytes) -> bytes | None:
    try:
        return bytes.fromhex(recover_digest_signer(digest, signature)[2:])
    except TicketError:
        return None


@given(ticket=tickets, signature=st.binary(max_size=130))
def test_tick40_arbitrary_bytes_raise_the_two_typed_errors_at_most(ticket, signature):
    try:
        recover_signer(ticket, signature)
    except SignatureLengthError:
        assert len(signature) != 65
    except SignatureEncodingError:
        assert len(signature) == 65


@given(key=keys, ticket=tickets, at=st.integers(0, 519))
def test_tick40_no_flipped_bit_leaves_a_signature_the_senders(key, ticket, at):
    signature = bytearray(sign_ticket(key, ticket))
    signature[at // 8] ^= 1 << at % 8
    try:
        signer = recover_signer(ticket, bytes(signature))
    except SignatureEncodingError:
        return
    assert signer != key_address(key)


@given(signature=signatures, rand=words)
def test_tick39_a_ticket_without_chance_never_wins(signature, rand):
    assert not is_winner(signature, rand, win_prob=0)


@given(signature=signatures, rand=words)
def test_tick39_the_threshold_itself_loses_and_one_more_wins(signature, rand):
    value = win_value(signature, rand)
    assert not is_winner(signature, rand, win_prob=value)
    assert is_winner(signature, rand, win_prob=value + 1) or value == MAX_WIN_PROB


@given(signature=signatures, rand=words)
def test_tick67_the_draw_is_the_hash_of_signature_and_number(signature, rand):
    expected = reference.keccak(encode_packed(["bytes", "uint256"], [signature, rand]))
    assert win_value(signature, rand) == int.from_bytes(expected, "big")
