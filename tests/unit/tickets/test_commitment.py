"""The recipient's random number and the seeds that it is found by (facts: offchain 1.2; security N12)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from offchain.errors import FieldRangeError
from offchain.tickets import (
    CommitmentTerms,
    ExpirationParams,
    TicketParams,
    bound_seed,
    is_bound_seed,
    rand_hash,
    recipient_rand,
)
from tests.support.tickets import (
    A_RAND,
    A_RAND_HASH,
    A_TERMS,
    B_RAND,
    B_RAND_HASH,
    B_TERMS,
    RECIPIENT,
    SECRET,
    SEED,
    ZERO_HASH,
)

NONCE = b"sixteen bytes ab"


@pytest.mark.parametrize(
    ("terms", "rand", "committed"),
    [(A_TERMS, A_RAND, A_RAND_HASH), (B_TERMS, B_RAND, B_RAND_HASH)],
    ids=["A", "B"],
)
def test_the_number_behind_a_commitment_is_that_of_the_vector(terms, rand, committed):
    assert recipient_rand(SECRET, SEED, terms) == rand
    assert rand_hash(rand).hex() == committed


def test_terms_without_a_round_leave_the_auxiliary_data_out():
    terms = replace(A_TERMS, creation_round=0, creation_round_block_hash=ZERO_HASH)
    assert len(A_TERMS.network_bytes()) - len(terms.network_bytes()) == 64


def test_a_seed_loses_its_leading_zeros_in_the_networks_format():
    short = 0x22 << 8 | 0x23
    assert recipient_rand(SECRET, short, A_TERMS) != recipient_rand(SECRET, short << 8, A_TERMS)


def test_the_networks_format_takes_two_splits_of_one_value_for_the_same():
    # 0x0102 ‖ 0x03 and 0x01 ‖ 0x0203: more face value, or more chance.
    one = replace(B_TERMS, face_value=0x0102, win_prob=0x03)
    other = replace(B_TERMS, face_value=0x01, win_prob=0x0203)
    assert recipient_rand(SECRET, SEED, one) == recipient_rand(SECRET, SEED, other)


def test_a_bound_seed_tells_two_splits_of_one_value_apart():
    one = replace(B_TERMS, face_value=0x0102, win_prob=0x03)
    other = replace(B_TERMS, face_value=0x01, win_prob=0x0203)
    seed = bound_seed(SECRET, NONCE, one)
    assert is_bound_seed(SECRET, seed, one)
    assert not is_bound_seed(SECRET, seed, other)


def test_a_bound_seed_starts_with_its_nonce_and_fits_32_bytes():
    seed = bound_seed(SECRET, bytes(15) + b"\1", B_TERMS)
    assert seed.to_bytes(32, "big")[:16] == bytes(15) + b"\1"
    assert is_bound_seed(SECRET, seed, B_TERMS)


def test_a_bound_seed_is_worth_nothing_under_another_secret():
    assert not is_bound_seed(bytes(32), bound_seed(SECRET, NONCE, B_TERMS), B_TERMS)


def test_terms_are_those_of_parameters_sender_and_price():
    expiration = ExpirationParams(B_TERMS.creation_round, B_TERMS.creation_round_block_hash)
    params = TicketParams(RECIPIENT, 10**8, 2**255, B_RAND_HASH, SEED, 140, expiration)
    assert CommitmentTerms.of(params, B_TERMS.sender, Fraction(1200)) == B_TERMS


@pytest.mark.parametrize("length", [0, 15, 17, 32])
def test_a_nonce_of_another_length_is_refused(length):
    with pytest.raises(FieldRangeError, match="nonce"):
        bound_seed(SECRET, bytes(length), B_TERMS)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_secret_of_another_length_is_refused_and_not_shown(length):
    secret = b"\x5e" * length
    for use in (lambda: recipient_rand(secret, SEED, B_TERMS), lambda: bound_seed(secret, NONCE, B_TERMS)):
        with pytest.raises(FieldRangeError, match="secret") as caught:
            use()
        assert "5e5e" not in repr(caught.value).replace("\\x", "")
        assert "^^" not in repr(caught.value)


@pytest.mark.parametrize("seed", [-1, 2**256])
def test_a_seed_out_of_range_is_refused(seed):
    with pytest.raises(FieldRangeError, match="seed"):
        recipient_rand(SECRET, seed, B_TERMS)
    with pytest.raises(FieldRangeError, match="seed"):
        is_bound_seed(SECRET, seed, B_TERMS)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("price", Fraction(-1, 2)),
        ("price", Fraction(2**256)),
        ("face_value", -1),
        ("win_prob", 2**256),
        ("expiration_block", 2**63),
        ("creation_round", -1),
        ("creation_round_block_hash", b""),
        ("sender", b""),
    ],
)
def test_terms_out_of_range_are_refused(field, value):
    with pytest.raises(FieldRangeError):
        replace(B_TERMS, **{field: value})


@pytest.mark.parametrize("rand", [-1, 2**256])
def test_a_commitment_takes_no_number_out_of_range(rand):
    with pytest.raises(FieldRangeError, match="recipient_rand"):
        rand_hash(rand)
