"""Funding a sender of tickets."""

from __future__ import annotations

from scripts._lib.ops.amounts import amount, looks_like_a_slip, parse_amount
from scripts._lib.ops.errors import AmountError
from scripts._lib.ops.plan import Plan, Step, change
from scripts._lib.ops.protocol import checksum
from scripts._lib.ops.sender import Sender, sender_facts
from scripts._lib.ops.session import Session


def plan_fund(session: Session, deposit: str, reserve: str, for_account: str | None) -> Plan:
    """
    Args:
        deposit, reserve: amounts as typed.
        for_account: whose; None for the account that pays.

    Raises:
        AmountError, InputError, SystemPausedError: says what to do.
    """
    protocol, me, clock = session.protocol, session.me, session.clock
    clock.require_running()
    to_deposit, to_reserve = parse_amount(deposit, "ETH"), parse_amount(reserve, "ETH")
    total = to_deposit + to_reserve
    if not total:
        raise AmountError("nothing to fund: give --deposit, --reserve, or both")
    if total >= session.account.balance:
        raise AmountError(f"{me} holds {amount(session.account.balance, 'ETH')}, not {amount(total, 'ETH')} and gas")
    account = me if for_account is None else checksum(for_account, "sender")
    sender = Sender.read(protocol, account)
    warnings = tuple(
        "an amount without a unit is in wei: for ETH write '0.1 ETH'"
        for text in (deposit, reserve)
        if looks_like_a_slip(text)
    )
    if sender.withdraw_round and account == me:
        warnings += ("you have asked to withdraw; funding takes that back, as `ape run ops unlock --cancel` does",)
    if account == me:
        step = Step("fund", protocol.broker.fundDepositAndReserve, (to_deposit, to_reserve), total)
    else:
        step = Step("fund", protocol.broker.fundDepositAndReserveFor, (account, to_deposit, to_reserve), total)
    return Plan(
        f"Fund {account} with {amount(total, 'ETH')}",
        (step,),
        (
            change("deposit", amount(sender.deposit, "ETH"), amount(sender.deposit + to_deposit, "ETH")),
            change("reserve", amount(sender.reserve, "ETH"), amount(sender.reserve + to_reserve, "ETH")),
        ),
        warnings,
        lambda: sender_facts(Sender.read(protocol, account), session.now()),
    )
