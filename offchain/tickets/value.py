"""What tickets are worth: face value, winning probability, expected value, how many to send. Integers, no floats.

Source: facts: offchain 1.3, 2.3.
"""

from __future__ import annotations

from fractions import Fraction

from offchain.errors import FieldRangeError, SenderReserveError
from offchain.tickets.bounds import UINT256_BITS, uint
from offchain.tickets.win_check import MAX_WIN_PROB

__all__ = [
    "ARBITRUM_REDEEM_GAS",
    "REDEEM_GAS",
    "TX_COST_MULTIPLIER",
    "expected_value",
    "face_value",
    "tickets_needed",
    "win_prob",
]

REDEEM_GAS = 350_000
ARBITRUM_REDEEM_GAS = 1_200_000
TX_COST_MULTIPLIER = 100
AVERAGE_GAS_PRICE = 3 * 10**9


def face_value(
    tx_cost: int,
    ev: int,
    max_float: int,
    max_face_value: int = 0,
    redeem_gas: int = REDEEM_GAS,
) -> int:
    """Face value to ask of a sender: a hundred times the cost to redeem, as far as its funds go.

    Args:
        tx_cost: wei to redeem one ticket at today's gas price.
        ev: expected value of a ticket, wei; above 0.
        max_float: wei that the sender can be good for.
        max_face_value: upper bound in wei; 0 is none.
        redeem_gas: gas to redeem one ticket; for the floor at an average gas price of 3 gwei.

    Returns:
        Wei, at least `ev`.

    Raises:
        SenderReserveError: the funds are below one expected value, or below the cost to redeem at today's price
            and at the average one.
        FieldRangeError: an argument is negative, or `ev` is zero.
    """
    for name, value in (("tx_cost", tx_cost), ("ev", ev), ("max_face_value", max_face_value)):
        uint(name, value, UINT256_BITS)
    if ev == 0:
        raise FieldRangeError("ev", ev, "above zero")
    value = TX_COST_MULTIPLIER * tx_cost
    if value < ev:
        value = TX_COST_MULTIPLIER * ev
    value = min(value, max_float)
    if max_face_value > 0:
        value = min(value, max_face_value)
    if value < ev or (value < tx_cost and value < redeem_gas * AVERAGE_GAS_PRICE):
        raise SenderReserveError(face_value=value, ev=ev, tx_cost=tx_cost)
    return value


def win_prob(face_value: int, ev: int) -> int:
    """Winning probability that gives a ticket of `face_value` wei an expected value of at least `ev` wei.

    The share of 2**256 is rounded up, so that the recipient is never short. The network's own nodes look at the
    low 64 bits of the remainder only, and do not round up when these happen to be zero; nobody checks that.

    Returns:
        0 … 2**256 − 1; 0 for a face value of 0.

    Raises:
        FieldRangeError: `ev` is above the face value, or a value is out of range.
    """
    uint("face_value", face_value, UINT256_BITS)
    if face_value == 0:
        return 0
    if not 0 <= ev <= face_value:
        raise FieldRangeError("ev", ev, f"0 … face value {face_value}")
    if ev == face_value:
        return MAX_WIN_PROB
    share = -(-MAX_WIN_PROB // face_value)
    return min(ev * share, MAX_WIN_PROB)


def expected_value(face_value: int, win_prob: int) -> Fraction:
    """Wei that a ticket is worth on average: face value × probability / (2**256 − 1), exactly.

    Raises:
        FieldRangeError: a value is out of range.
    """
    uint("face_value", face_value, UINT256_BITS)
    uint("win_prob", win_prob, UINT256_BITS)
    return Fraction(face_value * win_prob, MAX_WIN_PROB)


def tickets_needed(credit: Fraction, min_credit: Fraction, ev: Fraction) -> int:
    """How many tickets of `ev` wei lift a credit to at least `min_credit` (wei; the credit may be negative).

    Raises:
        FieldRangeError: tickets are needed, but are worth nothing.
    """
    missing = min_credit - credit
    if missing <= 0:
        return 0
    if ev <= 0:
        raise FieldRangeError("ev", ev, "above zero")
    return -int(-missing // ev)
