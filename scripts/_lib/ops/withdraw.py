"""Taking out: stake of open locks, fees, and a sender's deposit with its reserve."""

from __future__ import annotations

from scripts._lib.ops.amounts import amount, looks_like_a_slip, parse_amount
from scripts._lib.ops.errors import AmountError, InputError, LockError, SenderError
from scripts._lib.ops.plan import Fact, Plan, Step, change
from scripts._lib.ops.protocol import checksum
from scripts._lib.ops.rewards import forfeit_warnings
from scripts._lib.ops.sender import Sender, sender_facts
from scripts._lib.ops.session import Session
from scripts._lib.ops.stake import Lock, Orchestrator, Stake, stake_facts


def plan_withdraw_stake(session: Session, which: str) -> Plan:
    """
    Args:
        which: number of a lock, or `all` that are open.

    Raises:
        LockError, InputError, RoundError, SystemPausedError: says what to do.
    """
    protocol, me, clock = session.protocol, session.me, session.clock
    clock.require_open()
    stake = Stake.read(protocol, me)
    locks = _open_locks(session, stake, which)
    total = sum(lock.amount for lock in locks)
    held = int(protocol.token.balanceOf(me))
    return Plan(
        f"Withdraw {amount(total, 'LPT')}",
        tuple(Step(f"withdraw lock {lock.id}", protocol.bonding.withdrawStake, (lock.id,)) for lock in locks),
        (
            *(Fact(f"lock {lock.id}", amount(lock.amount, "LPT")) for lock in locks),
            change("balance", amount(held, "LPT"), amount(held + total, "LPT")),
        ),
        outcome=lambda: [
            Fact("balance", amount(protocol.token.balanceOf(me), "LPT")),
            *stake_facts(Stake.read(protocol, me), session.now()),
        ],
    )


def plan_withdraw_fees(session: Session, text: str, to: str | None) -> Plan:
    """
    Args:
        text: amount as typed; `all` are all fees.
        to: who receives them; None for the account itself.

    Raises:
        AmountError, InputError, RoundError, SystemPausedError: says what to do.
    """
    protocol, me, clock = session.protocol, session.me, session.clock
    clock.require_open()
    stake = Stake.read(protocol, me)
    taken = parse_amount(text, "ETH", everything=stake.fees)
    if not taken:
        raise AmountError(f"nothing to withdraw: {me} has {amount(stake.fees, 'ETH')} of fees")
    if taken > stake.fees:
        raise AmountError(
            f"{me} has {amount(stake.fees, 'ETH')} of fees, not {amount(taken, 'ETH')}: withdraw less, or 'all'"
        )
    recipient = me if to is None else checksum(to, "recipient")
    if int(recipient, 16) == 0:
        raise InputError("the null address would burn the fees: name another --to")
    delegate = Orchestrator.read(protocol, stake.delegate, clock) if stake.delegate else None
    warnings = forfeit_warnings(protocol, stake, delegate)
    warnings += ("an amount without a unit is in wei: for ETH write '0.1 ETH'",) if looks_like_a_slip(text) else ()
    return Plan(
        f"Withdraw {amount(taken, 'ETH')} of fees to {recipient}",
        (Step("withdraw fees", protocol.bonding.withdrawFees, (recipient, taken)),),
        (change("fees", amount(stake.fees, "ETH"), amount(stake.fees - taken, "ETH")),),
        warnings,
        lambda: stake_facts(Stake.read(protocol, me), session.now()),
    )


def plan_withdraw_deposit(session: Session) -> Plan:
    """Takes a sender's whole deposit and reserve, once its unlock has run out.

    Raises:
        SenderError, SystemPausedError: says what to do.
    """
    protocol, me, clock = session.protocol, session.me, session.clock
    clock.require_running()
    sender = Sender.read(protocol, me)
    sender.require_funds()
    if not sender.withdraw_round:
        raise SenderError(f"{me} has not asked to withdraw: `ape run ops unlock` comes first")
    if sender.withdraw_round > clock.round:
        raise SenderError(f"deposit and reserve of {me} are locked until {clock.when(sender.withdraw_round)}")
    total = sender.deposit + sender.reserve
    return Plan(
        f"Withdraw {amount(total, 'ETH')}: deposit and reserve",
        (Step("withdraw", protocol.broker.withdraw),),
        (
            change("deposit", amount(sender.deposit, "ETH"), "0 ETH"),
            change("reserve", amount(sender.reserve, "ETH"), "0 ETH"),
        ),
        outcome=lambda: sender_facts(Sender.read(protocol, me), session.now()),
    )


def _open_locks(session: Session, stake: Stake, which: str) -> list[Lock]:
    clock = session.clock
    if which.strip().lower() == "all":
        locks = [lock for lock in stake.locks if lock.withdraw_round <= clock.round]
        if not locks:
            waiting = "; ".join(f"{lock.id} from {clock.when(lock.withdraw_round)}" for lock in stake.locks)
            raise LockError(f"{stake.account} has no open lock" + (f": {waiting}" if waiting else ", nor any other"))
        return locks
    if not which.strip().isdigit():
        raise InputError(f"{which!r} is no lock: give its number, or 'all'")
    lock = stake.lock(int(which))
    if lock.withdraw_round > clock.round:
        raise LockError(f"lock {lock.id} opens in {clock.when(lock.withdraw_round)}; until then it can be rebonded")
    return [lock]
