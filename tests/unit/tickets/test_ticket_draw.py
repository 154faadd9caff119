"""The winning draw: vectors, the threshold, and how often tickets win."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from math import sqrt

import pytest

from offchain.errors import FieldRangeError, SignatureLengthError
from offchain.tickets import MAX_WIN_PROB, is_winner, sign_ticket, win_value
from tests.support.tickets import (
    A_RAND,
    A_RAND_HASH,
    A_TERMS,
    A_WIN_VALUE,
    B_RAND,
    B_RAND_HASH,
    B_TERMS,
    B_WIN_VALUE_END,
    B_WIN_VALUE_START,
    KEY,
    ticket_under,
)

DRAWS = 100_000
# Shares of 2**256, from one in a thousand to nearly certain.
SHARES = [0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.999]


def test_vector_a_loses():
    signature = sign_ticket(KEY, ticket_under(A_TERMS, A_RAND_HASH))
    assert win_value(signature, A_RAND) == A_WIN_VALUE
    assert not is_winner(signature, A_RAND, A_TERMS.win_prob)


def test_vector_b_wins():
    signature = sign_ticket(KEY, ticket_under(B_TERMS, B_RAND_HASH))
    drawn = f"{win_value(signature, B_RAND):064x}"
    assert drawn.startswith(B_WIN_VALUE_START)
    assert drawn.endswith(B_WIN_VALUE_END)
    assert is_winner(signature, B_RAND, B_TERMS.win_prob)


def test_tick39_the_threshold_itself_loses_and_one_more_wins():
    signature = sign_ticket(KEY, ticket_under(B_TERMS, B_RAND_HASH))
    value = win_value(signature, B_RAND)
    assert not is_winner(signature, B_RAND, value)
    assert is_winner(signature, B_RAND, value + 1)
    assert not is_winner(signature, B_RAND, 0)
    assert is_winner(signature, B_RAND, MAX_WIN_PROB)


@pytest.mark.parametrize("length", [0, 64, 66])
def test_tick40_a_draw_takes_no_signature_of_another_length(length):
    with pytest.raises(SignatureLengthError, match=f"65.*{length}"):
        win_value(bytes(length), recipient_rand=1)


@pytest.mark.parametrize("rand", [-1, 2**256])
def test_a_draw_takes_no_number_out_of_range(rand):
    with pytest.raises(FieldRangeError, match="recipient_rand"):
        win_value(bytes(65), rand)


@pytest.fixture(scope="module")
def draws():
    """The draws of signed tickets with the nonces 1 … 100,000, in ascending order."""
    first = ticket_under(B_TERMS, B_RAND_HASH)
    tickets = (replace(first, sender_nonce=nonce) for nonce in range(1, DRAWS + 1))
    return sorted(win_value(sign_ticket(KEY, each), B_RAND) for each in tickets)


@pytest.mark.parametrize("share", SHARES)
def test_tick39_tickets_win_as_often_as_they_promise_within_five_sigma(draws, share):
    win_prob = int(share * 2**32) << 224
    won = bisect_left(draws, win_prob)
    sigma = sqrt(DRAWS * share * (1 - share))
    assert abs(won - DRAWS * share) < 5 * sigma
