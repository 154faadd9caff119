"""Commitments against terms that were changed, above all by moving bytes between fields (facts: security N12, T9)."""

from __future__ import annotations

from dataclasses import fields, replace
from fractions import Fraction
from math import gcd

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from offchain.tickets import CommitmentTerms, bound_seed, is_bound_seed, rand_hash, recipient_rand
from offchain.wire.fields import bigint_bytes
from tests.support.tickets import addresses, commitment_terms, hashes, int64s, prices, words

secrets = st.binary(min_size=32, max_size=32)
nonces = st.binary(min_size=16, max_size=16)
small = st.integers(1, 2**48 - 1)
FIELD_VALUES = {
    "sender": addresses,
    "face_value": words,
    "win_prob": words,
    "expiration_block": int64s,
    "price": prices,
    "creation_round": int64s,
    "creation_round_block_hash": hashes,
}
# Two numbers as the network's format joins them; without zero bytes, so that every cut gives two numbers again.
joined = st.lists(st.integers(1, 255), min_size=3, max_size=8).map(bytes)
# Neighbours in the network's format, by the place of the first.
NEIGHBOURS = {"face value and probability": 0, "probability and expiry": 1, "expiry and price": 2, "price itself": 3}


@given(secret=secrets, seed=words, terms=commitment_terms)
def test_a_random_number_is_found_again_from_seed_and_terms(secret, seed, terms):
    assert recipient_rand(secret, seed, terms) == recipient_rand(secret, seed, replace(terms))
    assert len(rand_hash(recipient_rand(secret, seed, terms))) == 32


@given(secret=secrets, nonce=nonces, terms=commitment_terms)
def test_a_bound_seed_holds_for_its_terms(secret, nonce, terms):
    assert is_bound_seed(secret, bound_seed(secret, nonce, terms), terms)


def test_every_term_is_varied_here():
    assert set(FIELD_VALUES) == {field.name for field in fields(CommitmentTerms)}


@pytest.mark.parametrize("field", FIELD_VALUES)
@given(secret=secrets, nonce=nonces, data=st.data())
@settings(max_examples=50)
def test_a_bound_seed_holds_for_no_other_terms(field, secret, nonce, data):
    terms = data.draw(commitment_terms)
    other = replace(terms, **{field: data.draw(FIELD_VALUES[field])})
    assume(other != terms)
    assert not is_bound_seed(secret, bound_seed(secret, nonce, terms), other)


@given(secret=secrets, nonce=nonces, terms=commitment_terms, bit=st.integers(0, 255))
def test_no_other_seed_holds_for_the_terms(secret, nonce, terms, bit):
    assert not is_bound_seed(secret, bound_seed(secret, nonce, terms) ^ 1 << bit, terms)


@pytest.mark.parametrize("at", NEIGHBOURS.values(), ids=NEIGHBOURS.keys())
@given(secret=secrets, nonce=nonces, sender=addresses, numbers=st.tuples(*[small] * 5), joined=joined, data=st.data())
def test_a_bound_seed_stops_bytes_that_move_between_neighbouring_fields(
    at, secret, nonce, sender, numbers, joined, data
):
    cut, moved_cut = data.draw(st.lists(st.integers(1, len(joined) - 1), min_size=2, max_size=2, unique=True))
    offered = terms_of(sender, with_neighbours(numbers, at, joined, cut))
    forged = terms_of(sender, with_neighbours(numbers, at, joined, moved_cut))

    seed = bound_seed(secret, nonce, offered)

    # The network's format alone would take the forged terms for the offered ones.
    assert recipient_rand(secret, seed, forged) == recipient_rand(secret, seed, offered)
    assert is_bound_seed(secret, seed, offered)
    assert not is_bound_seed(secret, seed, forged)


@given(secret=secrets, nonce=nonces.filter(lambda raw: raw[0]), terms=commitment_terms, count=st.integers(1, 19))
def test_a_bound_seed_stops_bytes_that_move_from_seed_to_sender_to_face_value(secret, nonce, terms, count):
    terms = replace(terms, face_value=terms.face_value >> 160)
    seed = bound_seed(secret, nonce, terms)
    kept, lost = divmod(seed, 256**count)
    head = lost.to_bytes(count, "big") + bytes.fromhex(terms.sender[2:])
    tail = head[20:] + bigint_bytes(terms.face_value)
    assume(tail[0] != 0)
    forged = replace(terms, sender=head[:20], face_value=int.from_bytes(tail, "big"))

    assert recipient_rand(secret, kept, forged) == recipient_rand(secret, seed, terms)
    assert not is_bound_seed(secret, kept, forged)


def terms_of(sender: bytes, numbers: tuple[int, ...]) -> CommitmentTerms:
    value, share, expiry, wei, pixels = numbers
    assume(gcd(wei, pixels) == 1)
    return CommitmentTerms(sender, value, share, expiry, Fraction(wei, pixels), 10, bytes([7]) * 32)


def with_neighbours(numbers: tuple[int, ...], at: int, joined: bytes, cut: int) -> tuple[int, ...]:
    """The numbers, with two neighbours taken from the joined bytes."""
    left, right = int.from_bytes(joined[:cut], "big"), int.from_bytes(joined[cut:], "big")
    return *numbers[:at], left, right, *numbers[at + 2 :]
