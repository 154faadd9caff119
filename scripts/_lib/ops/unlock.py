"""A sender's way out: asking to withdraw, and taking that back."""

from __future__ import annotations

from scripts._lib.ops.amounts import amount
from scripts._lib.ops.errors import SenderError
from scripts._lib.ops.plan import Fact, Plan, Step
from scripts._lib.ops.sender import Sender, sender_facts
from scripts._lib.ops.session import Session


def plan_unlock(session: Session) -> Plan:
    """
    Raises:
        SenderError, SystemPausedError: says what to do.
    """
    protocol, me, clock = session.protocol, session.me, session.clock
    clock.require_running()
    sender = Sender.read(protocol, me)
    sender.require_funds()
    if sender.withdraw_round:
        raise SenderError(
            f"{me} has asked already and can withdraw from {clock.when(sender.withdraw_round)} "
            "(`ape run ops withdraw deposit`)"
        )
    opens = clock.round + int(protocol.broker.unlockPeriod())
    return Plan(
        f"Ask to withdraw {amount(sender.deposit + sender.reserve, 'ETH')}",
        (Step("unlock", protocol.broker.unlock),),
        (Fact("opens", clock.when(opens)),),
        ("once it has opened nobody takes your tickets any more; new funds or --cancel take this back",),
        lambda: sender_facts(Sender.read(protocol, me), session.now()),
    )


def plan_cancel_unlock(session: Session) -> Plan:
    """
    Raises:
        SenderError, SystemPausedError: says what to do.
    """
    protocol, me, clock = session.protocol, session.me, session.clock
    clock.require_running()
    sender = Sender.read(protocol, me)
    if not sender.withdraw_round:
        raise SenderError(f"{me} has not asked to withdraw: there is nothing to take back")
    return Plan(
        "Stay: take the wish to withdraw back",
        (Step("cancel", protocol.broker.cancelUnlock),),
        (Fact("withdrawal", f"was open from {clock.when(sender.withdraw_round)}, would not be any more"),),
        outcome=lambda: sender_facts(Sender.read(protocol, me), session.now()),
    )
