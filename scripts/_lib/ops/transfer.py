"""Giving bonded stake to another account, without the wait of unbonding."""

from __future__ import annotations

from scripts._lib.ops.amounts import amount
from scripts._lib.ops.bond import pool_facts
from scripts._lib.ops.errors import InputError, StakeError
from scripts._lib.ops.plan import Fact, Plan, Step, change
from scripts._lib.ops.pool import NO_HINT, Change
from scripts._lib.ops.protocol import checksum
from scripts._lib.ops.rewards import forfeit_warnings
from scripts._lib.ops.session import Session
from scripts._lib.ops.stake import Orchestrator, Stake, read_pool, stake_facts
from scripts._lib.ops.unbond import leaving, require_part_of, resignation


def plan_transfer_bond(session: Session, to: str, text: str) -> Plan:
    """The receiver keeps its own delegate; without one it takes on the giver's.

    Raises:
        InputError, AmountError, StakeError, RoundError, SystemPausedError: says what to do.
    """
    protocol, me, clock = session.protocol, session.me, session.clock
    clock.require_open()
    receiver = Stake.read(protocol, checksum(to, "receiver"))
    stake = Stake.read(protocol, me)
    stake.require_bonded(clock)
    giving = Orchestrator.read(protocol, stake.bonded_to, clock)
    _require_receiver(receiver, giving, me)
    amount_given = require_part_of(stake, text)
    taking = Orchestrator.read(protocol, receiver.delegate or giving.account, clock)
    taking.require_may_join()
    if taking.owes_reward and receiver.delegate and receiver.last_claim_round < clock.round and receiver.bonded:
        raise StakeError(
            f"{taking.account} has not called reward in round {clock.round}: nobody but {receiver.account} may make it "
            "claim before that. Try again once reward has been called"
        )

    first = leaving(read_pool(protocol), stake, giving, amount_given)
    remaining = taking.stake - (amount_given if taking.account == giving.account else 0)
    grows = taking.registered and not (taking.account == me and amount_given == stake.stake)
    second = first.after.raised(taking.account, remaining + amount_given) if grows else None
    hints = (*first.hint, *(second.hint if second else NO_HINT))
    left = stake.stake - amount_given
    facts = [
        change("bonded", amount(stake.stake, "LPT"), amount(left, "LPT")),
        change("receiver's", amount(receiver.stake, "LPT"), amount(receiver.stake + amount_given, "LPT")),
        change("delegate", giving.account, taking.account),
        *_places(first, second),
    ]
    step = Step("transfer stake", protocol.bonding.transferBond, (receiver.account, amount_given, *hints))
    return Plan(
        f"Give {amount(amount_given, 'LPT')} of bonded stake to {receiver.account}",
        (step,),
        tuple(facts),
        forfeit_warnings(protocol, stake, giving) + resignation(stake, giving, left),
        lambda: [
            *stake_facts(Stake.read(protocol, me), session.now()),
            Fact("receiver", f"{amount(Stake.read(protocol, receiver.account).stake, 'LPT')} bonded"),
        ],
    )


def _places(first: Change, second: Change | None) -> list[Fact]:
    if second is None:
        return pool_facts(None, first)
    if first.account == second.account:
        return pool_facts(None, Change(first.before, second.after, first.account))
    return pool_facts(first, second)


def _require_receiver(receiver: Stake, giving: Orchestrator, me: str) -> None:
    if int(receiver.account, 16) == 0:
        raise InputError("the null address cannot own stake: name another receiver")
    if receiver.account == me:
        raise InputError("that is yourself: name another receiver")
    if receiver.delegate is None and not receiver.bonded and receiver.account == giving.account:
        raise StakeError(
            f"{receiver.account} is your delegate and has no stake of its own: it would become an orchestrator by "
            "this. It has to bond to itself first"
        )
