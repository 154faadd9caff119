"""Signatures: one canonical encoding, deterministic, and keys that no error shows."""

from __future__ import annotations

import pytest

from offchain.errors import FieldRangeError, SignatureEncodingError, SignatureLengthError, SigningKeyError
from offchain.tickets import (
    key_address,
    recover_message_signer,
    recover_signer,
    sign_digest,
    sign_message,
    sign_ticket,
)
from offchain.tickets.signing import CURVE_ORDER, key_bytes, recover_digest_signer
from tests.support.tickets import (
    B_RAND_HASH,
    B_SIGNATURE,
    B_TERMS,
    DIGEST,
    DIGEST_SIGNATURE,
    DIGEST_SIGNER,
    HIGH_S_SIGNATURE,
    KEY,
    KEY_ADDRESS,
    ticket_under,
)

TICKET = ticket_under(B_TERMS, B_RAND_HASH)
SIGNATURE = sign_ticket(KEY, TICKET)
R, S, V = SIGNATURE[:32], SIGNATURE[32:64], SIGNATURE[64]


def word(value: int) -> bytes:
    return value.to_bytes(32, "big")


def test_a_signature_of_the_network_names_its_signer():
    assert recover_digest_signer(DIGEST, DIGEST_SIGNATURE) == DIGEST_SIGNER


def test_a_ticket_is_signed_as_in_the_vector():
    assert SIGNATURE.hex() == B_SIGNATURE
    assert recover_signer(TICKET, SIGNATURE) == KEY_ADDRESS == TICKET.sender


def test_signing_twice_gives_the_same_bytes():
    assert sign_ticket(KEY, TICKET) == SIGNATURE


def test_tick40_the_networks_high_s_example_is_refused():
    with pytest.raises(SignatureEncodingError, match="s value too high"):
        recover_digest_signer(DIGEST, HIGH_S_SIGNATURE)


def test_tick40_the_mirrored_signature_of_a_good_one_is_refused():
    mirrored = R + word(CURVE_ORDER - int.from_bytes(S, "big")) + bytes([55 - V])
    with pytest.raises(SignatureEncodingError, match="s value too high"):
        recover_signer(TICKET, mirrored)


@pytest.mark.parametrize("length", [0, 1, 32, 64, 66, 130])
def test_tick40_a_signature_of_another_length_is_refused(length):
    with pytest.raises(SignatureLengthError, match=f"expected 65 bytes, got {length}$"):
        recover_signer(TICKET, (SIGNATURE * 2)[:length])


def test_tick40_the_compact_form_in_64_bytes_is_refused():
    compact = R + word(int.from_bytes(S, "big") | (V - 27) << 255)
    with pytest.raises(SignatureLengthError):
        recover_signer(TICKET, compact)


@pytest.mark.parametrize("v", [0, 1, 2, 3, 26, 29, 30, 35, 36, 255])
def test_tick40_a_v_other_than_27_and_28_is_refused(v):
    with pytest.raises(SignatureEncodingError, match="v value must be 27 or 28"):
        recover_signer(TICKET, R + S + bytes([v]))


@pytest.mark.parametrize("r", [0, CURVE_ORDER, CURVE_ORDER + 1, 2**256 - 1])
def test_tick40_an_r_out_of_range_is_refused(r):
    with pytest.raises(SignatureEncodingError, match="r value out of range"):
        recover_signer(TICKET, word(r) + S + bytes([V]))


@pytest.mark.parametrize(
    ("s", "reason"),
    [(0, "zero"), (CURVE_ORDER // 2 + 1, "too high"), (CURVE_ORDER, "too high"), (2**256 - 1, "too high")],
)
def test_tick40_an_s_out_of_range_is_refused(s, reason):
    with pytest.raises(SignatureEncodingError, match=f"s value .*{reason}"):
        recover_signer(TICKET, R + word(s) + bytes([V]))


def test_tick40_the_highest_low_s_is_taken():
    assert recover_signer(TICKET, R + word(CURVE_ORDER // 2) + bytes([V])) != KEY_ADDRESS


def test_tick40_an_r_that_is_no_point_of_the_curve_is_refused():
    off_curve = word(5)  # 5³ + 7 is no square in the field
    with pytest.raises(SignatureEncodingError, match="not on the curve"):
        recover_signer(TICKET, off_curve + S + bytes([V]))


def test_another_v_names_another_signer():
    assert recover_signer(TICKET, R + S + bytes([55 - V])) != KEY_ADDRESS


def test_a_message_is_signed_by_its_hash():
    signature = sign_message(KEY, b"any length at all")
    assert recover_message_signer(b"any length at all", signature) == KEY_ADDRESS
    assert recover_message_signer(b"another", signature) != KEY_ADDRESS


@pytest.mark.parametrize(
    "form", [KEY, KEY.hex(), "0x" + KEY.hex(), bytearray(KEY)], ids=["bytes", "hex", "0x", "array"]
)
def test_a_key_is_taken_in_each_of_its_forms(form):
    assert key_address(form) == KEY_ADDRESS
    assert sign_digest(form, DIGEST) == sign_digest(KEY, DIGEST)


@pytest.mark.parametrize(
    "key",
    [
        b"",
        bytes(31),
        bytes([7]) * 33,
        bytes(32),
        word(CURVE_ORDER),
        word(2**256 - 1),
        "zz" * 32,
        "7f" * 31,
        32,
        None,
    ],
)
def test_a_malformed_key_is_refused(key):
    for use in (key_bytes, key_address, lambda k: sign_ticket(k, TICKET)):
        with pytest.raises(SigningKeyError):
            use(key)


@pytest.mark.parametrize("key", ["5e" * 31, bytes([0x5E]) * 31, "5e" * 31 + "zz"])
def test_the_error_about_a_key_never_shows_it(key):
    with pytest.raises(SigningKeyError) as caught:
        key_bytes(key)
    shown = str(caught.value) + repr(caught.value) + repr(caught.value.__cause__)
    assert "5e5e" not in shown
    assert "^^" not in shown
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize("length", [0, 31, 33])
def test_only_32_bytes_are_signed_as_a_digest(length):
    with pytest.raises(FieldRangeError, match="digest"):
        sign_digest(KEY, bytes(length))
    with pytest.raises(FieldRangeError, match="digest"):
        recover_digest_signer(bytes(length), SIGNATURE)
