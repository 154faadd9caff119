"""Amounts and shares as people write and read them. Inside they are whole wei, and parts of a million."""

from __future__ import annotations

import re
from decimal import Decimal

from scripts._lib.ops.errors import AmountError, InputError

WEI = 10**18
PERC = 10**6
LARGEST = 2**128 - 1

# Below this, an amount without a unit is more likely a slip than a wish.
SUSPICIOUSLY_FEW_WEI = 10**12

_AMOUNT = re.compile(r"(\d[\d_,]*(?:\.\d+)?)\s*([A-Za-z]+)?")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")


def parse_amount(text: str, unit: str, *, everything: int | None = None) -> int:
    """Wei from `100 LPT`, `0.5 ETH`, a whole number of wei, or `all`.

    Args:
        text: as typed; `_` and `,` may group digits.
        unit: the unit that fits, `LPT` or `ETH`.
        everything: what `all` stands for, in wei; None where it means nothing.

    Raises:
        AmountError: says which forms are good.
    """
    text = text.strip()
    if text.lower() == "all" and everything is not None:
        return everything
    match = _AMOUNT.fullmatch(text)
    forms = f"write it as '100 {unit}', '0.5 {unit}' or a whole number of wei" + (
        ", or 'all'" if everything is not None else ""
    )
    if not match:
        raise AmountError(f"{text!r} is no amount: {forms}")
    number, given = match[1].replace("_", "").replace(",", ""), (match[2] or "wei").lower()
    if given not in (unit.lower(), "wei"):
        raise AmountError(f"{text!r} is in {match[2]}, but this is about {unit}: {forms}")
    wei = Decimal(number) * (1 if given == "wei" else WEI)
    if wei != int(wei):
        raise AmountError(f"{text!r} is no whole number of wei: {forms}")
    if wei > LARGEST:
        raise AmountError(f"{text!r} is more than there can ever be")
    return int(wei)


def looks_like_a_slip(text: str) -> bool:
    """Whether an amount was given without unit and is next to nothing: `100`, where `100 LPT` may have been meant."""
    return text.strip().isdigit() and 0 < int(text) < SUSPICIOUSLY_FEW_WEI


def parse_share(text: str) -> int:
    """Parts of a million from `10%`, `12.5%`, or a whole number of parts.

    Raises:
        InputError: no share, finer than a part of a million, or above the whole.
    """
    match = _PERCENT.fullmatch(text.strip())
    if match:
        parts = Decimal(match[1]) * PERC / 100
        if parts != int(parts):
            raise InputError(f"{text!r} is finer than a millionth")
    elif text.strip().isdigit():
        parts = Decimal(text)
    else:
        raise InputError(f"{text!r} is no share: write '10%', '12.5%', or parts of a million")
    if parts > PERC:
        raise InputError(f"{text!r} is more than the whole: at most 100%, or 1000000 parts")
    return int(parts)


def decimal(wei: int, places: int | None = None) -> str:
    """Wei in whole units, digits grouped; all decimals that are not zero, or `places` of them, rounded down."""
    sign, (whole, rest) = ("-" if wei < 0 else ""), divmod(abs(wei), WEI)
    digits = f"{rest:018d}"[:places].rstrip("0")
    return f"{sign}{whole:,}" + (f".{digits}" if digits else "")


def amount(wei: int, unit: str) -> str:
    """Both ways: `1,234.5 LPT (1234500000000000000000 wei)`."""
    return f"{decimal(wei)} {unit} ({wei} wei)" if wei else f"0 {unit}"


def lpt(wei: int) -> str:
    """LPT, for a line that is read, not copied: six decimals."""
    return f"{decimal(wei, 6)} LPT"


def eth(wei: int) -> str:
    """ETH, for a line that is read, not copied: nine decimals."""
    return f"{decimal(wei, 9)} ETH"


def percent(parts: int, whole: int = PERC) -> str:
    """`12.5%` of a share; as many decimals as the share has, at most eight, rounded down."""
    units, rest = divmod(parts * 100 * 10**8 // whole, 10**8)
    digits = f"{rest:08d}".rstrip("0")
    return f"{units}" + (f".{digits}" if digits else "") + "%"
