"""`ape run ops withdraw`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from scripts._lib.ops.command import NetworkCommand, operation


@click.group("withdraw")
def cli() -> None:
    """Take out stake, fees, or a deposit with its reserve."""


@cli.command("stake", cls=NetworkCommand)
@operation
@click.argument("lock")
def stake(lock: str) -> Callable[[Any], Any]:
    """Withdraw the LPT of an open unbonding lock.

    LOCK is its number, or `all` that are open.
    """
    from scripts._lib.ops.withdraw import plan_withdraw_stake

    return lambda session: plan_withdraw_stake(session, lock)


@cli.command("fees", cls=NetworkCommand)
@operation
@click.argument("amount")
@click.option("--to", metavar="ADDRESS", help="Who receives them. Default: you.")
def fees(amount: str, to: str | None) -> Callable[[Any], Any]:
    """Withdraw fees in ETH.

    AMOUNT is `0.1 ETH`, wei, or `all`.
    """
    from scripts._lib.ops.withdraw import plan_withdraw_fees

    return lambda session: plan_withdraw_fees(session, amount, to)


@cli.command("deposit", cls=NetworkCommand)
@operation
def deposit() -> Callable[[Any], Any]:
    """Withdraw a sender's whole deposit and reserve, some rounds after `ops unlock`."""
    from scripts._lib.ops.withdraw import plan_withdraw_deposit

    return plan_withdraw_deposit
