"""Amounts and shares as people write them."""

from __future__ import annotations

import pytest

from scripts._lib.ops.amounts import amount, decimal, eth, looks_like_a_slip, lpt, parse_amount, parse_share, percent
from scripts._lib.ops.errors import AmountError, InputError

LPT = 10**18


@pytest.mark.parametrize(
    ("text", "wei"),
    [
        ("100 LPT", 100 * LPT),
        ("100LPT", 100 * LPT),
        ("0.5 lpt", LPT // 2),
        (" 1_000 LPT ", 1000 * LPT),
        ("1,000.25 LPT", 100_025 * LPT // 100),
        ("0.000000000000000001 LPT", 1),
        ("7", 7),
        ("7 wei", 7),
        ("0", 0),
        ("all", 42),
        ("ALL", 42),
    ],
)
def test_forms_of_an_amount(text, wei):
    assert parse_amount(text, "LPT", everything=42) == wei


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is no amount"),
        ("-1 LPT", "is no amount"),
        ("1e18", "is no amount|is in e"),
        ("half", "is no amount"),
        ("1 LPT 2", "is no amount"),
        ("1 ETH", "is in ETH, but this is about LPT"),
        ("0.5", "no whole number of wei"),
        ("1.0000000000000000001 LPT", "no whole number of wei"),
        (f"{2**129}", "more than there can ever be"),
    ],
)
def test_what_is_no_amount_is_told_with_the_forms_that_are(text, reason):
    with pytest.raises(AmountError, match=reason):
        parse_amount(text, "LPT", everything=42)


def test_all_means_nothing_where_there_is_no_everything():
    with pytest.raises(AmountError, match=r"write it as '100 ETH', '0.5 ETH' or a whole number of wei$"):
        parse_amount("all", "ETH")


@pytest.mark.parametrize(("text", "slip"), [("100", True), ("0", False), ("100 LPT", False), (str(10**18), False)])
def test_a_number_that_is_next_to_nothing_looks_like_a_slip(text, slip):
    assert looks_like_a_slip(text) is slip


@pytest.mark.parametrize(
    ("text", "parts"), [("10%", 100_000), ("12.5 %", 125_000), ("0.0001%", 1), ("100%", 10**6), ("250000", 250_000)]
)
def test_forms_of_a_share(text, parts):
    assert parse_share(text) == parts


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("100.1%", "more than the whole"),
        ("1000001", "more than the whole"),
        ("0.00001%", "finer than a millionth"),
        ("-1%", "is no share"),
        ("ten", "is no share"),
        ("0.5", "is no share"),
    ],
)
def test_what_is_no_share_is_told(text, reason):
    with pytest.raises(InputError, match=reason):
        parse_share(text)


def test_amounts_are_shown_to_the_wei():
    assert amount(1234 * LPT + LPT // 2, "LPT") == "1,234.5 LPT (1234500000000000000000 wei)"
    assert amount(1, "ETH") == "0.000000000000000001 ETH (1 wei)"
    assert amount(0, "LPT") == "0 LPT"
    assert decimal(-LPT // 2) == "-0.5"


def test_short_amounts_are_rounded_down():
    assert lpt(LPT - 1) == "0.999999 LPT"
    assert eth(10**9 * 15 // 10) == "0.000000001 ETH"


def test_shares_are_shown_with_the_decimals_they_have():
    assert percent(125_000) == "12.5%"
    assert percent(10**6) == "100%"
    assert percent(500, 10**9) == "0.00005%"
