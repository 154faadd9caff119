"""Rebonding: the stake under a lock goes back to work."""

from __future__ import annotations

from scripts._lib.ops.amounts import amount
from scripts._lib.ops.errors import InputError, StakeError
from scripts._lib.ops.plan import Fact, Plan, Step, change
from scripts._lib.ops.pool import Change
from scripts._lib.ops.protocol import checksum
from scripts._lib.ops.rewards import forfeit_warnings
from scripts._lib.ops.session import Session
from scripts._lib.ops.stake import Orchestrator, Stake, read_pool, stake_facts


def plan_rebond(session: Session, lock_id: int, to: str | None, *, unregistered: bool = False) -> Plan:
    """Bonds the amount of a lock again, open or not.

    Args:
        to: orchestrator, for an account that has nothing bonded; others have theirs.
        unregistered: also to an account that is no orchestrator.

    Raises:
        LockError, InputError, StakeError, RoundError, SystemPausedError: says what to do.
    """
    protocol, me, clock = session.protocol, session.me, session.clock
    clock.require_open()
    stake = Stake.read(protocol, me)
    lock = stake.lock(lock_id)
    delegate = Orchestrator.read(protocol, _target(stake, to), clock)
    becomes_one = delegate.account == me and not stake.bonded
    if not (delegate.registered or becomes_one or unregistered):
        raise StakeError(
            f"{delegate.account} is no orchestrator, so stake bonded to it earns nothing: check the address; "
            "--unregistered bonds to it nevertheless"
        )
    delegate.require_may_join()

    pool = read_pool(protocol)
    counts = delegate.registered or becomes_one
    place = pool.raised(delegate.account, delegate.stake + lock.amount) if counts else Change(pool, pool, me)
    if stake.bonded:
        step = Step("rebond", protocol.bonding.rebondWithHint, (lock_id, *place.hint))
    else:
        arguments = (delegate.account, lock_id, *place.hint)
        step = Step("rebond", protocol.bonding.rebondFromUnbondedWithHint, arguments)
    current = Orchestrator.read(protocol, stake.delegate, clock) if stake.delegate else None
    return Plan(
        f"Rebond {amount(lock.amount, 'LPT')} of lock {lock_id} to {delegate.account}",
        (step,),
        (
            change("bonded", amount(stake.stake, "LPT"), amount(stake.stake + lock.amount, "LPT")),
            change("delegate", stake.delegate or "nobody", delegate.account),
            change("stake", amount(delegate.stake, "LPT"), amount(delegate.stake + lock.amount, "LPT")),
            Fact("pool", f"{delegate.account}: {place}"),
        ),
        forfeit_warnings(protocol, stake, current),
        lambda: stake_facts(Stake.read(protocol, me), session.now()),
    )


def _target(stake: Stake, to: str | None) -> str:
    target = None if to is None else checksum(to, "orchestrator")
    if not stake.bonded:
        if target is None or int(target, 16) == 0:
            raise InputError(f"{stake.account} has nothing bonded: name an orchestrator with --to")
        return target
    if target not in (None, stake.delegate):
        raise InputError(
            f"the rest of your stake is bonded to {stake.delegate}, and a lock follows it: leave --to out, "
            "or move everything with `ape run ops bond 0 --to ADDRESS` first"
        )
    return stake.bonded_to
