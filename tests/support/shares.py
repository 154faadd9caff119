"""Shares of amounts as the protocol reckons them, to the wei: every division rounds down, the fraction first.

Written from the published rules (facts: protocol 2), for tests that hold a contract's figures against their own.
"""

from __future__ import annotations

MILLIONTH = 10**6
BILLIONTH = 10**9
PRECISE = 10**27


def share_of(amount: int, share: int, whole: int) -> int:
    """`share` out of `whole` of an amount."""
    return amount * share // whole


def fraction_of(amount: int, part: int, divisor: int, whole: int) -> int:
    """The fraction `part / divisor` of an amount; the fraction is first rounded down to a share of `whole`."""
    return amount * (part * whole // divisor) // whole


def millionths(amount: int, share: int) -> int:
    """A commission rate's part of an amount."""
    return share_of(amount, share, MILLIONTH)


def minted(mintable: int, stake: int, total_stake: int) -> int:
    """What the Minter creates for `stake` out of a round's budget (LIP-40)."""
    return fraction_of(mintable, stake, total_stake, BILLIONTH)


def precise(amount: int, part: int, divisor: int) -> int:
    """What cumulative factors make of an amount (LIP-36, LIP-71)."""
    return fraction_of(amount, part, divisor, PRECISE)
