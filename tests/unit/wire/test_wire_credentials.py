"""Signatures beside tickets: vectors, and who is refused."""

from __future__ import annotations

import pytest

from offchain.errors import CredentialsError, FieldRangeError
from offchain.tickets import sign_message
from offchain.tickets.keccak import keccak
from offchain.wire import (
    TOKEN_LIFE_S,
    AuthToken,
    SegmentCredentials,
    flatten,
    mint_auth_token,
    new_session_id,
    segment_hash,
    sign_ping,
    sign_request,
    sign_result,
    sign_segment,
    verify_auth_token,
    verify_ping,
    verify_request,
    verify_result,
    verify_segment,
)
from tests.support.tickets import B_RAND_HASH, B_TERMS, DIGEST_SIGNER, KEY, KEY_ADDRESS, ticket_under
from tests.support.wire import P144, P240

BROWNS = b"browns".ljust(32, b"\0")
SEGMENT = SegmentCredentials("abcdef", 1234, BROWNS, (P144, P240))
FLAT_HASH = "08a398e7e7a5a545b0b07d9e7e1eab52b4131e0df1621bd53ee6e7550a15465b"
SEGMENT_SIGNATURE = (
    "a86ca520a46fb8fe36d9c8a75f45cb257be18e0d443d0348260649aecfff92ff"
    "3c417d0be199804c535a5c09d378f3dbaf3096476732df58efa1fd1bce0e3ec01b"
)
REQUEST_SIGNATURE = (
    "f43599799a5e0e37c926e84208112385030179cba9b7fbe25575861522983624"
    "3295b04081924e7fa6a4236cca49532205a0eb896adaf9e5127ca861627104321c"
)
SECRET = bytes(range(32))
NOW = 1_800_000_000


def test_a_segment_is_flattened_as_in_the_networks_vector():
    flat = flatten("abcdef", 1234, BROWNS, ["P144p30fps16x9", "P240p30fps16x9"])
    assert len(flat) == 86
    assert flat.endswith(b"fca40bf9c0a6517a")
    assert keccak(flat).hex() == FLAT_HASH
    assert SEGMENT.flatten() == flat


def test_a_segment_is_signed_as_in_the_vector():
    signed = sign_segment(KEY, SEGMENT)
    assert signed.signature.hex() == SEGMENT_SIGNATURE
    verify_segment(signed, KEY_ADDRESS)


def test_a_request_is_signed_as_in_the_vector():
    assert sign_request(KEY) == (KEY_ADDRESS, bytes.fromhex(REQUEST_SIGNATURE))
    verify_request(KEY_ADDRESS.lower(), bytes.fromhex(REQUEST_SIGNATURE))


@pytest.mark.parametrize("signature", [b"", bytes(64), bytes(65), bytes(66), b"\xff" * 65])
def test_a_malformed_signature_vouches_for_nothing(signature):
    with pytest.raises(CredentialsError, match="invalid request signature"):
        verify_request(KEY_ADDRESS, signature)
    with pytest.raises(CredentialsError, match="invalid segment signature"):
        verify_segment(SegmentCredentials("abcdef", 1234, BROWNS, (P144,), signature=signature), KEY_ADDRESS)


def test_another_signer_is_named_in_the_refusal():
    with pytest.raises(CredentialsError, match=f"by {KEY_ADDRESS}, expected {DIGEST_SIGNER}"):
        verify_segment(sign_segment(KEY, SEGMENT), DIGEST_SIGNER)


@pytest.mark.parametrize("seq", [-1, 2**63])
def test_a_segment_number_out_of_range_is_not_signed(seq):
    with pytest.raises(FieldRangeError, match="seq"):
        flatten("abcdef", seq, BROWNS, [])


def test_a_result_signs_the_hashes_of_its_renditions_in_order():
    one, two = segment_hash(b"one"), segment_hash(b"two")
    signature = sign_result(KEY, [one, two])
    assert signature == sign_message(KEY, one + two)
    verify_result(KEY_ADDRESS, [one, two], signature)
    with pytest.raises(CredentialsError, match="invalid result signature"):
        verify_result(KEY_ADDRESS, [two, one], signature)
    with pytest.raises(FieldRangeError, match="rendition hash"):
        sign_result(KEY, [one[:31]])


def test_a_ping_is_answered_up_to_32_bytes():
    verify_ping(KEY_ADDRESS, bytes(32), sign_ping(KEY, bytes(32)))
    with pytest.raises(FieldRangeError, match="ping value"):
        sign_ping(KEY, bytes(33))


def test_a_ping_signs_neither_a_ticket_nor_a_request_for_the_one_who_asks():
    ticket = ticket_under(B_TERMS, B_RAND_HASH)
    inside = (
        bytes.fromhex(ticket.recipient[2:])
        + bytes.fromhex(ticket.sender[2:])
        + b"".join(number.to_bytes(32, "big") for number in (ticket.face_value, ticket.win_prob, ticket.sender_nonce))
    )
    preimage = inside + ticket.recipient_rand_hash + ticket.aux_data()
    # Signed as a message, these bytes would be the ticket's own signature.
    assert keccak(preimage) == ticket.hash()
    for asked in (preimage, KEY_ADDRESS.encode(), SEGMENT.flatten()):
        with pytest.raises(FieldRangeError, match="ping value"):
            sign_ping(KEY, asked)


def test_an_auth_token_is_good_for_half_an_hour():
    token = mint_auth_token(SECRET, "deadbeef", NOW)
    assert (token.session_id, token.expiration) == ("deadbeef", NOW + 1_800)
    verify_auth_token(SECRET, token, NOW)
    verify_auth_token(SECRET, token, NOW + TOKEN_LIFE_S - 1)
    with pytest.raises(CredentialsError, match="expired auth token"):
        verify_auth_token(SECRET, token, NOW + TOKEN_LIFE_S)


def test_a_missing_auth_token_is_refused():
    with pytest.raises(CredentialsError, match="missing auth token"):
        verify_auth_token(SECRET, None, NOW)


@pytest.mark.parametrize(
    "forge",
    [
        lambda t: AuthToken(bytes(32), t.session_id, t.expiration),
        lambda t: AuthToken(b"", t.session_id, t.expiration),
        lambda t: AuthToken(t.token, "beefdead", t.expiration),
        lambda t: AuthToken(t.token, t.session_id, t.expiration + 1),
        lambda t: AuthToken(t.token, t.session_id[:7], int.from_bytes(b"f" + t.expiration.to_bytes(4, "big"), "big")),
    ],
    ids=["another code", "no code", "another session", "more time", "a character moved into the expiry"],
)
def test_an_auth_token_that_was_not_minted_so_is_refused(forge):
    with pytest.raises(CredentialsError, match="invalid auth token"):
        verify_auth_token(SECRET, forge(mint_auth_token(SECRET, "deadbeef", NOW)), NOW)


def test_an_auth_token_that_was_minted_in_the_future_is_refused():
    token = mint_auth_token(SECRET, "deadbeef", NOW + 1)
    with pytest.raises(CredentialsError, match="invalid auth token"):
        verify_auth_token(SECRET, token, NOW)


def test_session_ids_are_eight_hex_digits_and_do_not_repeat():
    ids = {new_session_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(len(each) == 8 and int(each, 16) >= 0 for each in ids)
    verify_auth_token(SECRET, mint_auth_token(SECRET, ids.pop(), NOW), NOW)
