"""Unbonding: stake under a lock that opens some rounds later."""

from __future__ import annotations

from scripts._lib.ops.amounts import amount, looks_like_a_slip, parse_amount
from scripts._lib.ops.errors import AmountError
from scripts._lib.ops.plan import Fact, Plan, Step, change
from scripts._lib.ops.pool import Change, Pool
from scripts._lib.ops.rewards import forfeit_warnings
from scripts._lib.ops.session import Session
from scripts._lib.ops.stake import Orchestrator, Stake, read_pool, stake_facts


def plan_unbond(session: Session, text: str) -> Plan:
    """
    Args:
        text: amount as typed; `all` is everything that is bonded.

    Raises:
        AmountError, StakeError, RoundError, SystemPausedError: says what to do.
    """
    protocol, me, clock = session.protocol, session.me, session.clock
    clock.require_open()
    stake = Stake.read(protocol, me)
    stake.require_bonded(clock)
    removed = require_part_of(stake, text)
    left = stake.stake - removed
    opens = clock.round + int(protocol.bonding.unbondingPeriod())
    delegate = Orchestrator.read(protocol, stake.bonded_to, clock)
    pool = leaving(read_pool(protocol), stake, delegate, removed)
    warnings = forfeit_warnings(protocol, stake, delegate) + resignation(stake, delegate, left)
    warnings += ("an amount without a unit is in wei: for LPT write '100 LPT'",) if looks_like_a_slip(text) else ()
    return Plan(
        f"Unbond {amount(removed, 'LPT')} from {stake.delegate}",
        (Step("unbond", protocol.bonding.unbondWithHint, (removed, *pool.hint)),),
        (
            change("bonded", amount(stake.stake, "LPT"), amount(left, "LPT")),
            Fact("lock", f"{stake.next_lock_id}: {amount(removed, 'LPT')}, open from {clock.when(opens)}"),
            change("stake", amount(delegate.stake, "LPT"), amount(delegate.stake - removed, "LPT")),
            Fact("pool", f"{delegate.account}: {pool}"),
        ),
        warnings,
        lambda: stake_facts(Stake.read(protocol, me), session.now()),
    )


def require_part_of(stake: Stake, text: str) -> int:
    """LPT wei of an amount as typed, which must be some of the stake.

    Raises:
        AmountError: nothing, or more than there is.
    """
    removed = parse_amount(text, "LPT", everything=stake.stake)
    if not removed:
        raise AmountError("nothing to take: give an amount, or 'all'")
    if removed > stake.stake:
        there = amount(stake.stake, "LPT")
        raise AmountError(f"{stake.account} has {there} bonded, not {amount(removed, 'LPT')}: give less, or 'all'")
    return removed


def leaving(pool: Pool, stake: Stake, delegate: Orchestrator, removed: int) -> Change:
    """How the pool changes; an orchestrator that takes all of its own stake resigns."""
    if stake.is_orchestrator and removed == stake.stake and delegate.account in pool:
        return pool.without(delegate.account)
    return pool.lowered(delegate.account, delegate.stake - removed)


def resignation(stake: Stake, delegate: Orchestrator, left: int) -> tuple[str, ...]:
    """What an orchestrator without stake of its own gives up."""
    if left or not stake.is_orchestrator:
        return ()
    others = delegate.stake - stake.stake
    return (
        f"you resign as an orchestrator from the next round on; {amount(others, 'LPT')} of others stay bonded to you "
        "and earn nothing until they are moved",
    )
